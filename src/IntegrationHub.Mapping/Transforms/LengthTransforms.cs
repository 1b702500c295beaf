using System.Globalization;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Texts that a system holds only up to a length.</summary>
internal static class LengthTransforms
{
    private const int LengthMax = 1_000_000;

    public static TransformKind Limit =>
        new("limit", "<length>", true, "Writing cuts a text to that many characters as people count them; reading gives it as it is.",
            Make);

    internal static string Cut(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var elements = StringInfo.ParseCombiningCharacters(text);
        return elements.Length <= length ? text : text[..elements[length]].TrimEnd();
    }

    private static Transform? Make(string text, string? argument, out string error)
    {
        error = "";
        if (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length is < 1 or > LengthMax)
        {
            error = $"'{argument}' is no length; write a whole number, such as limit:80.";
            return null;
        }

        return new Transform(text, static (FieldValue value, string? _, out FieldValue converted) =>
        {
            converted = value;
            return true;
        })
        {
            Write = (FieldValue value, string? _, out FieldValue converted) =>
            {
                converted = value.Kind == FieldKind.Text ? FieldValue.Text(Cut(value.AsText, length)) : value;
                return value.Kind != FieldKind.Set;
            },
            WriteExpected = "a text; a list needs the transform join",
            Loss = $"more than {length} characters",
        };
    }
}
