using System.Text;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>What systems commonly do to the texts they are given.</summary>
public static class Normalise
{
    private static readonly Dictionary<string, string> DialCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DE"] = "49", ["AT"] = "43", ["CH"] = "41", ["FR"] = "33", ["GB"] = "44", ["US"] = "1", ["ES"] = "34", ["IT"] = "39",
        ["PL"] = "48", ["NL"] = "31", ["CN"] = "86", ["TW"] = "886", ["HK"] = "852",
    };

    // There the leading zero, where there is one, belongs to the number.
    private static readonly HashSet<string> KeepsZero = new(StringComparer.OrdinalIgnoreCase) { "IT" };

    /// <summary>White space at both ends goes.</summary>
    public static Normaliser Trim { get; } = (value, _) => value.Trim();

    /// <summary>Invariant lower case.</summary>
    public static Normaliser LowerCase { get; } = (value, _) => value.ToLowerInvariant();

    /// <summary>Only the first <paramref name="length"/> UTF-16 characters stay, without a word to the caller; no character is torn in
    /// two.</summary>
    public static Normaliser Cut(int length) => (value, _) =>
        value.Length <= length ? value : value[..(char.IsHighSurrogate(value[length - 1]) ? length - 1 : length)];

    /// <summary>Towards E.164: <c>+</c> and digits, the country code taken from the record when the number has none. A text with fewer
    /// than six digits, or with letters, stays as it is, and a number of an unknown country keeps its digits.</summary>
    /// <param name="countryField">The field with the ISO 3166 two-letter code.</param>
    public static Normaliser Phone(string countryField) => (value, record) =>
    {
        var digits = Digits(value);
        if (digits.Length < 6 || value.Any(char.IsLetter))
            return value.Trim();
        if (value.TrimStart().StartsWith('+'))
            return "+" + WithoutBracketedZero(value, digits);
        if (digits.StartsWith("00", StringComparison.Ordinal))
            return "+" + digits[2..];
        var country = (record[countryField] as JsonValue)?.GetValue<string>() ?? "";
        return DialCodes.TryGetValue(country, out var code)
            ? "+" + code + (KeepsZero.Contains(country) || !digits.StartsWith('0') ? digits : digits[1..])
            : digits;
    };

    internal static string? DialCode(string country) => DialCodes.GetValueOrDefault(country);

    internal static string Digits(string value)
    {
        var digits = new StringBuilder(value.Length);
        foreach (var character in value.Where(char.IsAsciiDigit))
            digits.Append(character);
        return digits.ToString();
    }

    private static string WithoutBracketedZero(string value, string digits) =>
        value.Contains("(0)", StringComparison.Ordinal) ? Digits(value.Replace("(0)", "", StringComparison.Ordinal)) : digits;
}
