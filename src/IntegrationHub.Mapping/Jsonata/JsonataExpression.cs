using System.Text.Json;
using IntegrationHub.Mapping.Jsonata.Compiling;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata;

/// <summary>An expression of JSONata 2 (docs.jsonata.org), parsed and compiled once, evaluated as often as needed and by several threads
/// at once. It sees its input and nothing else.</summary>
public sealed class JsonataExpression
{
    private readonly Op _op;
    private readonly Layout _layout;
    private readonly JsonataLimits _limits;

    private JsonataExpression(Op op, Layout layout, JsonataLimits limits)
    {
        _op = op;
        _layout = layout;
        _limits = limits;
    }

    /// <summary>Parses and compiles an expression.</summary>
    /// <exception cref="JsonataException">It is no expression; the place is in <see cref="JsonataException.Position"/>.</exception>
    public static JsonataExpression Parse(string text, JsonataLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parsed = Parser.Parse(text);
        var layout = new Layout();
        Names.Declare(layout, parsed);
        return new JsonataExpression(Compiler.Whole(parsed, new CompileScope(null, layout)), layout, limits ?? JsonataLimits.Default);
    }

    /// <summary>Evaluates the expression.</summary>
    /// <param name="input">The context; a default element is no input (undefined).</param>
    /// <param name="bindings">Values for variables, by name without the dollar.</param>
    /// <returns>The result. It may refer to places in the input, and lives as long as the input does.</returns>
    /// <exception cref="JsonataException">The expression failed on this input, or went beyond its limits.</exception>
    public JsonataResult Evaluate(
        JsonElement input, JsonataEnvironment environment, IReadOnlyDictionary<string, JsonElement>? bindings = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var root = Value.Of(input);
        var run = new Run(root, environment, _limits)
        {
            Bindings = bindings is { Count: > 0 }
                ? bindings.ToDictionary(pair => pair.Key, pair => Value.Of(pair.Value), StringComparer.Ordinal)
                : null,
        };
        return new JsonataResult(_op(run, new Scope(null, _layout), Wrapped(root)), _limits);
    }

    /// <summary>An input that is an array is one item, not many.</summary>
    internal static Value Wrapped(in Value input)
    {
        if (!input.IsArray || input.IsSequence) return input;
        var wrapper = new ArrayValue(1) { IsSequence = true, IsInputWrapper = true };
        wrapper.Add(input);
        return Value.Of(wrapper);
    }
}
