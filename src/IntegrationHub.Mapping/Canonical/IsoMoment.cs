using System.Globalization;

namespace IntegrationHub.Mapping;

/// <summary>Reads moments in ISO 8601: <c>2026-03-01T09:30Z</c>, with seconds, a fraction and an offset where given.</summary>
internal static class IsoMoment
{
    private const int FractionDigitsMax = 7;

    private static readonly string[] WithOffset =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzz",
            "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <param name="assumeUtc">A moment without an offset is UTC; otherwise it is refused.</param>
    public static bool TryParse(string text, bool assumeUtc, out DateTimeOffset moment)
    {
        moment = default;
        if (!HasOffset(text) && !assumeUtc)
            return false;
        // Salesforce and others write +0000; .NET reads +00:00.
        if (text.Length > 5 && text[^5] is '+' or '-' && text.IndexOf('T') is > 0 and var mark && mark < text.Length - 5)
            text = $"{text[..^2]}:{text[^2..]}";
        return DateTimeOffset.TryParseExact(CutFraction(text), WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out moment);
    }

    // Some systems write nanoseconds; the hub's moments are 100 nanoseconds fine.
    private static string CutFraction(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
            return text;
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - point - 1 <= FractionDigitsMax
            ? text
            : text.Remove(point + 1 + FractionDigitsMax, end - point - 1 - FractionDigitsMax);
    }

    private static bool HasOffset(string text) =>
        text.Length > 11 && (text[^1] == 'Z' || text.AsSpan(11).IndexOfAny('+', '-') >= 0);
}
