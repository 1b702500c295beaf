using System.Globalization;
using IntegrationHub.Abstractions;
using NJsonSchema;

namespace IntegrationHub.Mapping.Validation;

/// <summary>What one place of a schema asks of a value, as far as the canonical schemas say it (type, enum, lengths, bounds). Answers only
/// "surely right"; everything else is the schema library's to judge.</summary>
internal sealed class ValueLimits
{
    private readonly JsonObjectType type;
    private readonly int lengthMin;
    private readonly int lengthMax;
    private readonly decimal minimum;
    private readonly decimal maximum;
    private readonly HashSet<string>? texts;
    private readonly ValueLimits? members;

    private ValueLimits(JsonSchema schema)
    {
        type = schema.Type;
        (lengthMin, lengthMax) = (schema.MinLength ?? 0, schema.MaxLength ?? int.MaxValue);
        (minimum, maximum) = (schema.Minimum ?? decimal.MinValue, schema.Maximum ?? decimal.MaxValue);
        texts = schema.Enumeration.Count == 0 ? null : schema.Enumeration.OfType<string>().ToHashSet(StringComparer.Ordinal);
        members = type.HasFlag(JsonObjectType.Array) && schema.Item is { } item ? Of(item.ActualSchema) : null;
    }

    /// <returns>Null when the place asks for anything else: then the library has to look at every value.</returns>
    public static ValueLimits? Of(JsonSchema schema) =>
        schema.AllOf.Count + schema.AnyOf.Count + schema.OneOf.Count + schema.Items.Count + schema.PatternProperties.Count == 0
        && schema is { Not: null, Pattern: null, Format: null, MultipleOf: null, ExclusiveMinimum: null, ExclusiveMaximum: null, IsNullableRaw: null }
        && schema is { IsExclusiveMinimum: false, IsExclusiveMaximum: false, UniqueItems: false, MinItems: 0, MaxItems: 0, MinProperties: 0, MaxProperties: 0 }
            ? new(schema)
            : null;

    public bool SurelyAllows(FieldValue value) => value.Kind switch
    {
        FieldKind.Text => SurelyAllows(value.AsText),
        FieldKind.Boolean => type.HasFlag(JsonObjectType.Boolean) && texts is null,
        FieldKind.Number => SurelyAllowsNumber(value),
        FieldKind.Set => type.HasFlag(JsonObjectType.Array) && texts is null && members is not null && value.AsSet.All(members.SurelyAllows),
        _ => false,
    };

    public bool SurelyAllows(ReadOnlySpan<char> text) =>
        texts is null && type.HasFlag(JsonObjectType.String) && text.Length >= lengthMin && text.Length <= lengthMax;

    private bool SurelyAllows(string text) => texts is null
        ? SurelyAllows(text.AsSpan())
        : texts.Contains(text) && type.HasFlag(JsonObjectType.String) && text.Length >= lengthMin && text.Length <= lengthMax;

    private bool SurelyAllowsNumber(FieldValue value)
    {
        var isWhole = type.HasFlag(JsonObjectType.Integer) && long.TryParse(value.AsText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        return texts is null && (isWhole || type.HasFlag(JsonObjectType.Number)) && value.AsNumber >= minimum && value.AsNumber <= maximum;
    }
}
