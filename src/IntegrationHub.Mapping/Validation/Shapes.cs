using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping.Validation;

/// <summary>What a problem may say of a field's value.</summary>
internal static class Shapes
{
    public const string Absent = "absent";

    // A number is only called one: an amount or a score may be personal, and its digits say more than a text's do.
    public static string Of(FieldValue value) => value.Kind switch
    {
        FieldKind.Text => ValueShape.Of(value.AsText),
        FieldKind.Number => "number",
        FieldKind.Boolean => "boolean",
        FieldKind.Set => $"set of {value.AsSet.Count}",
        _ => "explicitly empty",
    };
}
