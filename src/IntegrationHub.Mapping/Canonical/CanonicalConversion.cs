using System.Globalization;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Brings a value to the type that the canonical schema asks for.</summary>
internal static class CanonicalConversion
{
    /// <returns>False when the value is not of that type and does not say the same in other words.</returns>
    public static bool TryConvert(FieldValue value, CanonicalType type, out FieldValue converted)
    {
        converted = value;
        if (value.IsEmpty)
            return true;
        return type switch
        {
            CanonicalType.Text => TryText(value, out converted),
            CanonicalType.Number => TryNumber(value, out converted),
            CanonicalType.Integer => TryNumber(value, out converted) && decimal.IsInteger(converted.AsNumber),
            CanonicalType.Boolean => TryBoolean(value, out converted),
            CanonicalType.Date => value.Kind == FieldKind.Text && IsDate(value.AsText),
            CanonicalType.DateTime => TryMoment(value, out converted),
            CanonicalType.Set => value.Kind == FieldKind.Set,
            _ => value.Kind != FieldKind.Set,
        };
    }

    /// <summary>What a person should know when the conversion failed.</summary>
    public static string Expected(CanonicalType type) => type switch
    {
        CanonicalType.Text => "a text; a list needs the transform join",
        CanonicalType.Number => "a number with '.' as its decimal point, of at most 28 digits",
        CanonicalType.Integer => "a whole number",
        CanonicalType.Boolean => "true or false; other words need the transform yesNo or a value table",
        CanonicalType.Date => "a date of the form yyyy-MM-dd; another form needs the transform date:<format>",
        CanonicalType.DateTime => "a moment in ISO 8601 with an offset or Z; without one it needs the transform dateTime",
        CanonicalType.Set => "a list of texts; one text needs the transform split",
        _ => "a text, a number, true or false",
    };

    /// <summary>The stable name of the rule.</summary>
    public static string Rule(CanonicalType type) => type switch
    {
        CanonicalType.Date => "date",
        CanonicalType.DateTime => "dateTime",
        _ => "type",
    };

    /// <summary>A moment in the one form that the hub keeps: UTC, fractions of a second only where there are any.</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static bool TryText(FieldValue value, out FieldValue converted)
    {
        converted = value.Kind == FieldKind.Text ? value : FieldValue.Text(value.AsText);
        return value.Kind != FieldKind.Set;
    }

    private static bool TryNumber(FieldValue value, out FieldValue converted)
    {
        converted = value;
        if (value.Kind == FieldKind.Number)
            return true;
        if (value.Kind != FieldKind.Text || !ExactNumber.TryParse(value.AsText, out var number))
            return false;
        converted = FieldValue.Number(number);
        return true;
    }

    private static bool TryBoolean(FieldValue value, out FieldValue converted)
    {
        converted = value;
        if (value.Kind == FieldKind.Boolean)
            return true;
        var text = value.AsText;
        var isTrue = text is "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);
        converted = FieldValue.Boolean(isTrue);
        return value.Kind != FieldKind.Set && (isTrue || text is "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsDate(string text) =>
        text.Length == 10 && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool TryMoment(FieldValue value, out FieldValue converted)
    {
        converted = value;
        if (value.Kind != FieldKind.Text || !IsoMoment.TryParse(value.AsText, assumeUtc: false, out var moment))
            return false;
        var text = Moment(moment);
        if (text != value.AsText)
            converted = FieldValue.Text(text);
        return true;
    }
}
