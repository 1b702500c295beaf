using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>The transform <c>e164</c>.</summary>
internal static class PhoneTransform
{
    public static TransformKind Help => new("e164", "[<country>]", false,
        "A telephone number to E.164. The country is an ISO2 code, or the source's or canonical path that holds one; without it only international numbers are read.",
        static (string _, string? _, out string error) =>
        {
            error = "";
            return null;
        });

    public static Transform Make(string text, string? argument, IPhoneNumbers phones) =>
        new(text, (FieldValue value, string? country, out FieldValue converted) =>
        {
            var isNumber = phones.TryToE164(value.AsText, country, out var e164);
            converted = isNumber ? FieldValue.Text(e164) : value;
            return isNumber;
        })
        {
            Country = string.IsNullOrEmpty(argument) ? null : argument,
            ReadExpected = "a telephone number of the country, or one that begins with + and the country's code",
            Loss = "how the telephone number was written",
        };

    /// <summary>ISO 3166-1 alpha-2, as opposed to a path.</summary>
    public static bool IsCountry(string argument) => argument.Length == 2 && char.IsAsciiLetterUpper(argument[0]) && char.IsAsciiLetterUpper(argument[1]);
}

/// <summary>Reads international numbers alone: for mappings that are compiled without numbering plans.</summary>
internal sealed class InternationalPhoneNumbers : IPhoneNumbers
{
    // ITU-T E.164: at most 15 digits, of which the country's code is at least one; shorter than 7 is no subscriber's number.
    private const int DigitsMin = 7;
    private const int DigitsMax = 15;

    public bool TryToE164(string text, string? country, out string e164)
    {
        var trimmed = text.Trim();
        var digits = string.Concat(trimmed.Where(char.IsAsciiDigit));
        var isInternational = trimmed.StartsWith('+') || digits.StartsWith("00", StringComparison.Ordinal);
        if (!trimmed.StartsWith('+') && isInternational)
            digits = digits[2..];
        e164 = isInternational && digits.Length is >= DigitsMin and <= DigitsMax && digits[0] != '0' ? "+" + digits : "";
        return e164.Length > 0 && trimmed.TrimStart('+').All(character => char.IsAsciiDigit(character) || character is ' ' or '-' or '.' or '/' or '(' or ')');
    }
}
