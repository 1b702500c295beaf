using System.Globalization;

namespace IntegrationHub.Mapping;

/// <summary>JSON numbers as decimals without losing a digit: what a decimal cannot hold exactly is refused, never rounded.</summary>
internal static class ExactNumber
{
    // A decimal holds every number of 28 digits and up to 28 decimal places.
    private const int DigitsSurelyExact = 28;

    /// <param name="text">A number as JSON writes it: <c>-12</c>, <c>0.5</c>, <c>1.2e3</c>; no leading plus, zeros or spaces.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal number)
    {
        number = 0;
        if (!IsJsonNumber(text))
            return false;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            return false;
        return (text.Length <= DigitsSurelyExact && text.IndexOfAny('e', 'E') < 0) || SameDigits(text, number);
    }

    private static bool IsJsonNumber(ReadOnlySpan<char> text)
    {
        var i = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var whole = Digits(text, ref i);
        if (whole == 0 || (whole > 1 && text[i - whole] == '0'))
            return false;
        if (i < text.Length && text[i] == '.')
        {
            i++;
            if (Digits(text, ref i) == 0)
                return false;
        }

        if (i < text.Length && text[i] is 'e' or 'E')
        {
            i++;
            if (i < text.Length && text[i] is '+' or '-')
                i++;
            if (Digits(text, ref i) == 0)
                return false;
        }

        return i == text.Length;
    }

    private static int Digits(ReadOnlySpan<char> text, ref int position)
    {
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
            position++;
        return position - start;
    }

    // Compares significant digits and the place of the first of them, so that "1200e-2" and 12 are the same number.
    private static bool SameDigits(ReadOnlySpan<char> text, decimal number) =>
        Significant(text) == Significant(number.ToString("0.############################", CultureInfo.InvariantCulture));

    private static (string Digits, long Exponent) Significant(ReadOnlySpan<char> text)
    {
        var mark = text.IndexOfAny('e', 'E');
        var exponent = 0L;
        // An exponent beyond a long is no number that a decimal holds; any value far away serves.
        if (mark >= 0 && !long.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            exponent = long.MinValue / 2;
        var mantissa = (mark < 0 ? text : text[..mark]).TrimStart('-');
        var point = mantissa.IndexOf('.');
        if (point >= 0)
            exponent -= mantissa.Length - point - 1;
        var digits = mantissa.ToString().Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var trimmed = digits.TrimEnd('0');
        return trimmed.Length == 0 ? ("", 0) : (trimmed, exponent + digits.Length - trimmed.Length);
    }
}
