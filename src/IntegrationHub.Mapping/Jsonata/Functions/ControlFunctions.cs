using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Truth, types, errors, and the evaluation of a text.</summary>
internal static class ControlFunctions
{
    public static Builtin[] All { get; } =
    [
        new("boolean", "<x-:b>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(Truth.Of(a[0]))),
        new("not", "<x-:b>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(!Truth.Of(a[0]))),
        new("exists", "<x:b>", 1, (_, a) => Value.Of(!a[0].IsUndefined)),
        new("type", "<x:s>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(TypeName(a[0]))),
        new("error", "<s?:x>", 1, (_, a) => throw Raised("D3137", a[0], "$error() function evaluated")),
        new("assert", "<bs?:x>", 2, (_, a) => a[0].IsTrue ? default : throw Raised("D3141", a[1], "$assert() statement failed")),
        new EvalFunction(),
    ];

    private static JsonataException Raised(string code, in Value message, string otherwise) =>
        new(code, detail: message.IsUndefined ? otherwise : message.Text);

    private static string TypeName(in Value value) => value.Kind switch
    {
        Kind.Null => "null",
        Kind.Boolean => "boolean",
        Kind.Number => "number",
        Kind.Text => "string",
        Kind.Array => "array",
        Kind.Object => "object",
        _ => "function",
    };
}
