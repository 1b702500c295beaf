using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Transforms between booleans, numbers and the texts that stand for them.</summary>
internal static class ScalarTransforms
{
    private static readonly string[] YesWords = ["y", "yes", "true", "1", "t", "on"];
    private static readonly string[] NoWords = ["n", "no", "false", "0", "f", "off"];

    public static TransformKind Not =>
        new("not", "", true, "True to false and false to true, both ways.", static (string text, string? _, out string error) =>
    {
        error = "";
        return new Transform(text, Negate) { Write = Negate, ReadExpected = "true or false", WriteExpected = "true or false" };
    });

    public static TransformKind YesNo => new("yesNo", "[<yes>/<no>]",
        true, "Y/N, yes/no, true/false, 1/0 in any case to a boolean; writing gives Y or N, or the two words of the argument.", MakeYesNo);

    public static TransformKind Number =>
        new("number", "", true, "A text with '.' as decimal point to a number; writing gives the text.", static (string text, string? _, out string error) =>
    {
        error = "";
        return new Transform(text, ToNumber)
        {
            Write = static (FieldValue value, string? _, out FieldValue converted) =>
                CanonicalConversion.TryConvert(value, CanonicalType.Text, out converted),
            ReadExpected = CanonicalConversion.Expected(CanonicalType.Number),
            WriteExpected = "a number",
            Loss = "zeros at the end of a fraction",
        };
    });

    private static Transform? MakeYesNo(string text, string? words, out string error)
    {
        error = "";
        var pair = (words ?? "Y/N").Split('/');
        if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0 || pair[0].Equals(pair[1], StringComparison.OrdinalIgnoreCase))
        {
            error = $"'{text}' names no two words; write such as yesNo:J/N.";
            return null;
        }

        return new Transform(text, (FieldValue value, string? _, out FieldValue converted) =>
        {
            var word = value.AsText.Trim();
            var isYes = IsOneOf(word, pair[0], pair[1], YesWords);
            converted = FieldValue.Boolean(isYes);
            return value.Kind != FieldKind.Set && (isYes || IsOneOf(word, pair[1], pair[0], NoWords));
        })
        {
            Write = (FieldValue value, string? _, out FieldValue converted) =>
            {
                var isBoolean = CanonicalConversion.TryConvert(value, CanonicalType.Boolean, out var boolean);
                converted = FieldValue.Text(boolean.IsTrue ? pair[0] : pair[1]);
                return isBoolean;
            },
            ReadExpected = $"{pair[0]} or {pair[1]}, yes or no, true or false, 1 or 0",
            WriteExpected = "true or false",
            Loss = "which word stood for yes and no",
        };
    }

    // The file's own words win over the general ones: in yesNo:N/Y the N is a yes.
    private static bool IsOneOf(string word, string own, string opposite, string[] general) =>
        word.Equals(own, StringComparison.OrdinalIgnoreCase)
        || (!word.Equals(opposite, StringComparison.OrdinalIgnoreCase) && general.Contains(word, StringComparer.OrdinalIgnoreCase));

    private static bool Negate(FieldValue value, string? country, out FieldValue converted)
    {
        var isBoolean = CanonicalConversion.TryConvert(value, CanonicalType.Boolean, out var boolean);
        converted = FieldValue.Boolean(!boolean.IsTrue);
        return isBoolean;
    }

    private static bool ToNumber(FieldValue value, string? country, out FieldValue converted) =>
        CanonicalConversion.TryConvert(value.Kind == FieldKind.Text ? FieldValue.Text(value.AsText.Trim()) : value, CanonicalType.Number,
            out converted)
        && !converted.IsEmpty;
}
