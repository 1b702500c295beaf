using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Makes a vendor's error text fit to be shown: it likes to quote the value it refused, or the record of somebody else.</summary>
internal static class VendorText
{
    private const int LengthMax = 200;
    private const int PhraseWordsMax = 3;
    private const string Cut = "…";

    /// <summary>The text, word by word; what is not known to be harmless is replaced by its shape (<c>‹a3@a7.a3›</c>).</summary>
    /// <param name="text">The vendor's words.</param>
    /// <param name="sent">The record that was refused: its field names pass, its values never do.</param>
    public static string? Safe(string? text, ReadOnlyMemory<byte> sent)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (!sent.IsEmpty)
        {
            using var fields = JsonDocument.Parse(sent);
            Collect(fields.RootElement, names, values);
        }

        var pieces = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var safe = string.Join(' ', pieces.Select(piece => Shown(piece, names, values)));
        return safe.Length <= LengthMax ? safe : safe[..LengthMax] + Cut;
    }

    /// <summary>An error code, with what is not known to be harmless cut out of it; null when nothing is left.</summary>
    /// <remarks>A code may be a number, hexadecimal, or a letter with a number (<c>20404</c>, <c>0x80040333</c>, <c>R11/124</c>).</remarks>
    public static string? Code(string text)
    {
        const int LettersMax = 64;
        const int DigitsMax = 7;
        const int HexDigits = 8;
        if (text.Length is 0 or > LettersMax || !text.All(IsOfCodes))
            return null;
        if (text.Length <= DigitsMax && text.All(char.IsAsciiDigit))
            return text;
        if (text.StartsWith("0x", StringComparison.Ordinal) && text.Length == 2 + HexDigits && text[2..].All(char.IsAsciiHexDigit))
            return text;
        var safe = Replaced(text, static word => VendorWords.IsKnown(word, NoNames) || word.Length == 1, static _ => Cut);
        return VendorWords.Of(safe).Any(static word => word.Length > 1) ? safe : null;
    }

    private static IReadOnlySet<string> NoNames { get; } = new HashSet<string>();

    // What stands around a word in a sentence stays: quotes, brackets, a full stop.
    private static string Shown(string piece, HashSet<string> names, HashSet<string> values)
    {
        var start = 0;
        var end = piece.Length;
        while (start < end && !char.IsLetterOrDigit(piece[start]) && !char.IsSurrogate(piece[start]))
            start++;
        while (end > start && !char.IsLetterOrDigit(piece[end - 1]) && !char.IsSurrogate(piece[end - 1]))
            end--;
        var inner = piece[start..end];
        var passes = !inner.Contains('@') && !values.Contains(inner) && !inner.Any(char.IsSurrogate)
            && (VendorWords.IsKnown(inner, names) || VendorWords.Of(inner).All(word => IsHarmless(word, inner, names, values)));
        return passes ? piece : $"{piece[..start]}‹{Shape(inner)}›{piece[end..]}";
    }

    // A single letter is a word of its own, or what an apostrophe leaves (doesn't).
    private static bool IsHarmless(string word, string inner, HashSet<string> names, HashSet<string> values) =>
        !values.Contains(word)
        && (VendorWords.IsKnown(word, names) || (word.Length == 1 && inner.Length > 2 && char.IsAsciiLetterLower(word[0])));

    private static string Shape(string value)
    {
        var shape = ValueShape.Of(value);
        return shape[(shape.IndexOf(':') + 2)..];
    }

    private static string Replaced(string text, Func<string, bool> isKnown, Func<string, string> replace)
    {
        var safe = new StringBuilder(text.Length);
        var at = 0;
        foreach (var word in VendorWords.Of(text))
        {
            var start = text.IndexOf(word, at, StringComparison.Ordinal);
            safe.Append(text, at, start - at).Append(isKnown(word) ? word : replace(word));
            at = start + word.Length;
        }

        return safe.Append(text, at, text.Length - at).ToString();
    }

    private static bool IsOfCodes(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' or '/' or ':';

    // Of a long text the single words say nothing about anybody; a short one may be a name that is also a word.
    private static void Collect(JsonElement element, HashSet<string> names, HashSet<string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    names.UnionWith(VendorWords.Of(property.Name).Where(static word => word.Length > 1));
                    Collect(property.Value, names, values);
                }

                break;
            case JsonValueKind.Array:
                foreach (var one in element.EnumerateArray())
                    Collect(one, names, values);
                break;
            case JsonValueKind.String or JsonValueKind.Number when JsonPath.Text(element) is { Length: > 1 } text:
                values.Add(text);
                if (VendorWords.Of(text).Take(PhraseWordsMax + 1).ToList() is { Count: <= PhraseWordsMax } words)
                    values.UnionWith(words.Where(static word => word.Length > 1));
                break;
        }
    }
}
