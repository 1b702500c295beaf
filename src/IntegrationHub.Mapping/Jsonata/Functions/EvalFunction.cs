using IntegrationHub.Mapping.Jsonata.Compiling;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>$eval parses and evaluates a text. Called by its name it sees the variables around the call.</summary>
internal sealed class EvalFunction() : Builtin("eval", Takes, 2, (run, arguments) => Evaluate(run, arguments, Value.Null, null))
{
    private const string Takes = "<sx?:x>";

    private static readonly Signature Parameters = Signature.Parse(Takes);

    public Value InvokeAt(Run run, ReadOnlySpan<Value> arguments, in Value context, Scope scope)
    {
        var room = new Value[Math.Max(arguments.Length, Parameters.Count)];
        arguments.CopyTo(room);
        return Evaluate(run, Parameters.Check(room, arguments.Length, context), context, scope);
    }

    private static Value Evaluate(Run run, ReadOnlySpan<Value> arguments, in Value context, Scope? around)
    {
        if (arguments[0].IsUndefined) return default;
        run.Descend();
        run.Depth++;
        run.Steps(1 + (arguments[0].Text.Length / 64));
        Op op;
        var layout = new Layout();
        try
        {
            var parsed = Parser.Parse(arguments[0].Text);
            Names.Declare(layout, parsed);
            op = Compiler.Whole(parsed, new CompileScope(CompileScope.At(around), layout));
        }
        catch (JsonataException exception)
        {
            throw new JsonataException("D3120", token: "eval", value: exception.Code);
        }
        var input = arguments[1].IsUndefined ? context : arguments[1];
        try
        {
            var result = op(run, new Scope(around, layout), JsonataExpression.Wrapped(input));
            run.Depth--;
            return result;
        }
        catch (JsonataException exception) when (exception.Code is not ("D1011" or "D1012" or "D2015"))
        {
            throw new JsonataException("D3121", token: "eval", value: exception.Code);
        }
    }
}
