using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>
/// Unicode's compatibility decomposition (NFKD, UAX #15). The hub runs without ICU, where <c>string.Normalize</c> gives the text back
/// as it is, so the table comes along as a resource. Keys need one form for equal texts, not the composed one: composing is left out.
/// </summary>
internal static class Decomposition
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, LeadFirst = 0x1100, VowelFirst = 0x1161, TailBase = 0x11A7;
    private const int VowelCount = 28 * 21, TailCount = 28;

    private static readonly FrozenDictionary<int, string> Parts;
    private static readonly FrozenDictionary<int, byte> Classes;

    static Decomposition()
    {
        var parts = new Dictionary<int, string>();
        var classes = new Dictionary<int, byte>();
        using var resource = typeof(Decomposition).Assembly.GetManifestResourceStream("decompositions.txt")!;
        using var reader = new StreamReader(resource, Encoding.ASCII);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            if (line.Split('=') is [var range, var kind])
            {
                var ends = range.Split('-');
                for (var code = Hex(ends[0]); code <= Hex(ends[1]); code++)
                    classes[code] = byte.Parse(kind, CultureInfo.InvariantCulture);
                continue;
            }

            var codes = line.Split(' ');
            parts[Hex(codes[0])] = string.Concat(codes[1..].Select(code => char.ConvertFromUtf32(Hex(code))));
        }

        Parts = parts.ToFrozenDictionary();
        Classes = classes.ToFrozenDictionary();
    }

    /// <returns>The text decomposed; the same instance when nothing in it decomposes. Half a surrogate pair becomes U+FFFD.</returns>
    public static string Of(string text)
    {
        if (!NeedsWork(text))
            return text;
        var apart = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            Append(apart, rune);
        return Ordered(apart.ToString());
    }

    // CJK ideographs neither decompose nor combine: names in Chinese are as cheap as ASCII.
    private static bool NeedsWork(string text)
    {
        foreach (var character in text)
        {
            if (character >= 0x80 && character is not (>= '\u4E00' and <= '\u9FFF'))
                return true;
        }

        return false;
    }

    private static void Append(StringBuilder apart, Rune rune)
    {
        if (rune.Value is >= HangulFirst and <= HangulLast)
        {
            var index = rune.Value - HangulFirst;
            apart.Append((char)(LeadFirst + index / VowelCount)).Append((char)(VowelFirst + index % VowelCount / TailCount));
            if (index % TailCount != 0)
                apart.Append((char)(TailBase + index % TailCount));
            return;
        }

        if (Parts.TryGetValue(rune.Value, out var parts))
            apart.Append(parts);
        else
            apart.Append(rune);
    }

    // Canonical ordering: marks after one letter stand in the order of their classes, whatever order they were typed in.
    private static string Ordered(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var changed = false;
        for (var i = 1; i < runes.Length; i++)
        {
            var kind = ClassOf(runes[i]);
            if (kind == 0)
                continue;
            for (var j = i; j > 0 && ClassOf(runes[j - 1]) > kind; j--)
            {
                (runes[j - 1], runes[j]) = (runes[j], runes[j - 1]);
                changed = true;
            }
        }

        return changed ? string.Concat(runes) : text;
    }

    private static byte ClassOf(Rune rune) => Classes.GetValueOrDefault(rune.Value);

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
