using System.Globalization;

namespace IntegrationHub.Mapping.Validation.Phones;

/// <summary>Reads the digits of a telephone number out of what a person typed.</summary>
internal static class DialledText
{
    private const int TextLengthMax = 64;

    /// <param name="text">Digits of any script, with separators.</param>
    /// <param name="digits">Takes the digits as 0 to 9.</param>
    /// <param name="length">How many digits there were.</param>
    /// <param name="hasPlus">Whether a plus came first.</param>
    /// <returns>False when there is something else in the text (an extension, a word): guessing would lose it.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, Span<char> digits, out int length, out bool hasPlus)
    {
        length = 0;
        hasPlus = false;
        if (text.Length > TextLengthMax)
            return false;
        text = text.Trim();
        if (text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase))
            text = text[4..];
        foreach (var character in text)
        {
            if (CharUnicodeInfo.GetDecimalDigitValue(character) is >= 0 and var digit)
            {
                if (length == digits.Length)
                    return false;
                digits[length++] = (char)('0' + digit);
            }
            else if (character is '+' or '＋')
            {
                if (hasPlus || length > 0)
                    return false;
                hasPlus = true;
            }
            else if (!IsSeparator(character))
            {
                return false;
            }
        }

        return length > 0;
    }

    private static bool IsSeparator(char character) =>
        "./·~()[]（）．／−".Contains(character)
        || CharUnicodeInfo.GetUnicodeCategory(character)
            is UnicodeCategory.DashPunctuation or UnicodeCategory.SpaceSeparator or UnicodeCategory.Format;
}
