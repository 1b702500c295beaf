using System.Globalization;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>Names of hosts: RFC 1123, 2.1, and the lengths of RFC 1035, 2.3.4; other scripts by IDNA (RFC 5890).</summary>
internal static class DomainNames
{
    private const int LengthMax = 253;
    private const int LabelLengthMax = 63;

    /// <summary>Whether the text is a name of at least two labels whose last one is no number.</summary>
    public static bool IsPublicHost(string text)
    {
        if (text.Length is 0 or > LengthMax)
            return false;
        var ascii = System.Text.Ascii.IsValid(text) ? text : ToAscii(text);
        return ascii is { Length: <= LengthMax } && HasGoodLabels(ascii);
    }

    private static string? ToAscii(string text)
    {
        // The class takes these for dots, as browsers do; in a canonical name a dot is a dot.
        if (text.AsSpan().ContainsAny('。', '．', '｡'))
            return null;
        try
        {
            return new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text);
        }
        catch (ArgumentException)
        {
            // The only way in which the class says no: a character or a length that IDNA does not allow.
            return null;
        }
    }

    private static bool HasGoodLabels(ReadOnlySpan<char> text)
    {
        var labels = 0;
        ReadOnlySpan<char> last = default;
        foreach (var range in text.Split('.'))
        {
            last = text[range];
            labels++;
            if (last.Length is 0 or > LabelLengthMax || last[0] == '-' || last[^1] == '-' || !IsLetterDigitHyphen(last))
                return false;
        }

        return labels > 1 && last.Length > 1 && last.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsLetterDigitHyphen(ReadOnlySpan<char> label)
    {
        foreach (var character in label)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '-')
                return false;
        }

        return true;
    }
}
