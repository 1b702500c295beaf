using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Jsonata;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping;

/// <summary>A field's <c>read</c> or <c>write</c>, compiled. Pure: the same value gives the same result at any time.</summary>
internal sealed class FieldExpression
{
    /// <summary>The rule that a problem of an expression names.</summary>
    public const string Rule = "expression";

    // Far more than a field needs, and still over in a moment.
    private static readonly JsonataLimits Limits = new() { Steps = 1_000_000, Items = 100_000, Characters = 1_000_000, Depth = 1_000 };

    // ExpressionCheck refuses what would look at either.
    private static readonly JsonataEnvironment Environment = new(new StandingTime(), new Random(0));

    private readonly JsonataExpression expression;
    private readonly JsonataExpression[] paths;

    private FieldExpression(string text, Node parsed)
    {
        Text = text;
        expression = JsonataExpression.Compile(parsed, Limits);
        var reads = ExpressionReads.Of(parsed);
        ReadsAnything = reads.IsWhole || reads.Paths.Count > 0;
        paths = reads.IsWhole ? [] : [.. reads.Paths.Select(path => JsonataExpression.Compile(Path(path), Limits))];
    }

    public string Text { get; }

    /// <summary>The expression looks at its input at all.</summary>
    public bool ReadsAnything { get; }

    /// <summary>Compiles an expression; null when it is wrong, which is reported.</summary>
    public static FieldExpression? Compile(string text, string place, Action<string, string> report)
    {
        try
        {
            var parsed = Parser.Parse(text);
            var mistakes = ExpressionCheck.Mistakes(parsed).ToList();
            mistakes.ForEach(mistake => report(place, mistake));
            return mistakes.Count == 0 ? new(text, parsed) : null;
        }
        catch (JsonataException broken)
        {
            report(place, $"The expression does not parse. {broken.Message}");
            return null;
        }
    }

    /// <summary>What the input says at the paths that the expression reads: a value if there is one at any (at all, when
    /// <paramref name="needsAll"/>), else null if there is one, else nothing.</summary>
    /// <param name="isTextAbsent">An empty text says nothing, not that the field is empty.</param>
    public SourceState StateOf(JsonElement input, bool needsAll, bool isTextAbsent)
    {
        var states = paths.Select(path => StateOf(path.Evaluate(input, Environment), isTextAbsent)).ToList();
        if (states.Count == 0) return SourceState.Value;
        var first = needsAll ? SourceState.Missing : SourceState.Value;
        var last = needsAll ? SourceState.Value : SourceState.Missing;
        return states.Contains(first) ? first : states.Contains(SourceState.Null) ? SourceState.Null : last;
    }

    public static SourceState StateOf(JsonElement value, bool isTextAbsent) => value.ValueKind switch
    {
        JsonValueKind.Undefined => SourceState.Missing,
        JsonValueKind.Null => SourceState.Null,
        JsonValueKind.String when value.ValueEquals("") => isTextAbsent ? SourceState.Missing : SourceState.Null,
        _ => SourceState.Value,
    };

    /// <summary>Evaluates the expression.</summary>
    /// <returns>Null when it gives nothing.</returns>
    /// <exception cref="JsonataException">It failed, or gave what no field can hold.</exception>
    public FieldValue? Evaluate(JsonElement input)
    {
        var result = expression.Evaluate(input, Environment);
        return result.IsUndefined ? null : Field(result.Value);
    }

    /// <summary>Evaluates the expression on a field's value.</summary>
    public FieldValue? Evaluate(FieldValue value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, CanonicalJson.Compact))
            CanonicalJson.WriteValue(writer, value);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return Evaluate(document.RootElement);
    }

    private static SourceState StateOf(JsonataResult result, bool isTextAbsent) =>
        result.IsUndefined ? SourceState.Missing
        : result.Source.ValueKind == JsonValueKind.String ? StateOf(result.Source, isTextAbsent)
        : result.Value.IsNull ? SourceState.Null : SourceState.Value;

    private static FieldValue Field(in Value value)
    {
        switch (value.Kind)
        {
            case Kind.Null: return FieldValue.Empty;
            case Kind.Boolean: return FieldValue.Boolean(value.IsTrue);
            case Kind.Text: return FieldValue.Text(Whole(value.Text));
            case Kind.Number:
                var digits = value.IsJson ? value.Json.GetRawText() : NumberText.Of(value.Number);
                return ExactNumber.TryParse(digits, out var number) ? FieldValue.Number(number)
                    : value.IsJson ? FieldValue.Text(digits) : throw new JsonataException("D1001");
            case Kind.Array: return FieldValue.Set(Texts(value));
            default: throw NoField();
        }
    }

    private static List<string> Texts(in Value array)
    {
        var texts = new List<string>();
        foreach (var item in array.Items())
            texts.Add(item.IsText ? Whole(item.Text) : throw NoField());
        return texts;
    }

    private static string Whole(string text) => InputText.IsWellFormed(text) ? text : throw new JsonataException("D3140",
        token: "the result");

    private static JsonataException NoField() => new("D3142");

    private static PathNode Path(IReadOnlyList<string> names) => new([.. names.Select(name => new NameNode(name, 0))], 0);

    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override long GetTimestamp() => 0;
    }
}
