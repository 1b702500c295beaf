using System.Buffers;

namespace IntegrationHub.Identity.Normalise;

/// <summary>Telephone numbers as they compare: <c>+</c> and 8 to 15 digits (E.164), without an extension.</summary>
internal static class PhoneForm
{
    private const int DigitsMin = 8, DigitsMax = 15, RepeatedMin = 7;

    // Where an extension starts. A switchboard's number with and without one is the same line.
    private static readonly SearchValues<string> Extensions = SearchValues.Create(["ext", "x", "#", ";", "转", "轉"], StringComparison.OrdinalIgnoreCase);

    /// <param name="callingCode">Goes before numbers that have no country; null leaves them out.</param>
    /// <returns>Null when it is no number, has no country, or ends in one digit repeated.</returns>
    public static string? Of(string text, string? callingCode)
    {
        if (text.Length is > DigitsMin and <= DigitsMax + 1 && text[0] == '+' && text[1] != '0'
            && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9'))
            return EndsInOneDigit(text) ? null : text; // as the canonical schemas have it
        var plain = Decomposition.Of(text);
        var end = plain.AsSpan().IndexOfAny(Extensions);
        Span<char> digits = stackalloc char[DigitsMax + 1];
        var length = 0;
        var international = false;
        foreach (var character in end < 0 ? plain : plain.AsSpan(0, end))
        {
            if (character == '+' && length == 0)
                international = true;
            else if (char.IsAsciiLetter(character))
                return null;
            if (!char.IsAsciiDigit(character))
                continue;
            if (length == digits.Length)
                return null;
            digits[length++] = character;
        }

        return Complete(digits[..length], international, callingCode) is { } number && !EndsInOneDigit(number) ? number : null;
    }

    private static string? Complete(ReadOnlySpan<char> digits, bool international, string? callingCode)
    {
        if (!international && digits.StartsWith("00"))
        {
            digits = digits[2..];
            international = true;
        }

        if (international)
            return digits.Length is >= DigitsMin and <= DigitsMax && digits[0] != '0' ? string.Concat("+", digits) : null;
        if (callingCode is null)
            return null;
        // The 0 before an area code is dialled inside the country only. Italy and San Marino keep it as part of the number.
        if (callingCode is not ("39" or "378") && digits.StartsWith('0'))
            digits = digits[1..];
        return digits.Length + callingCode.Length is >= DigitsMin and <= DigitsMax ? string.Concat("+", callingCode, digits) : null;
    }

    private static bool EndsInOneDigit(string number) => !number.AsSpan(number.Length - RepeatedMin).ContainsAnyExcept(number[^1]);
}
