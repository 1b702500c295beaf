using System.Buffers;
using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>
/// Names as they compare: compatible forms are one, lower case, without accents, punctuation and blanks. <c>José O'Neil-Smith</c> becomes
/// <c>joseoneilsmith</c>. Letters of other scripts stay, with the marks that make them other letters (kana, Devanagari, Arabic).
/// </summary>
internal static class NameForm
{
    private const int ShortMax = 128;
    private static readonly SearchValues<char> LowerLettersAndDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <returns>Null when nothing is left.</returns>
    public static string? Of(string text)
    {
        if (text.Length > 0
            && (!text.AsSpan().ContainsAnyExcept(LowerLettersAndDigits) || !text.AsSpan().ContainsAnyExceptInRange('\u4E00', '\u9FFF')))
            return text;
        if (text.Length <= ShortMax && Ascii.IsValid(text))
            return OfAscii(text);
        var name = new StringBuilder(text.Length);
        foreach (var rune in Decomposition.Of(text).ToLowerInvariant().EnumerateRunes())
            Append(name, rune);
        return name.Length == 0 ? null : name.ToString();
    }

    private static string? OfAscii(string text)
    {
        Span<char> name = stackalloc char[ShortMax];
        var length = 0;
        foreach (var character in text)
        {
            if (char.IsAsciiLetterOrDigit(character))
                name[length++] = char.ToLowerInvariant(character);
        }

        return length == 0 ? null : new string(name[..length]);
    }

    /// <summary>The accents of Latin, Greek and Cyrillic. Marks of other scripts are left: without them が would be か.</summary>
    public static bool IsAccent(Rune rune) => rune.Value is >= 0x300 and <= 0x36F;

    /// <summary>Whether a letter, in lower case and decomposed, leaves something in a name.</summary>
    public static bool IsPart(Rune rune) => !IsAccent(rune) && (Rune.IsLetterOrDigit(rune) || IsMark(rune));

    /// <summary>Appends what a letter, in lower case and decomposed, leaves in a name.</summary>
    public static void Append(StringBuilder name, Rune rune)
    {
        if (IsAccent(rune))
            return;
        if (Spelt(rune.Value) is { } letters)
            name.Append(letters);
        else if (Rune.IsLetterOrDigit(rune) || IsMark(rune))
            name.Append(rune);
    }

    // Letters that Unicode does not take apart and that other systems write in plain Latin, and the Greek sigma at the end of a word.
    private static string? Spelt(int letter) => letter switch
    {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' or 'ð' => "d",
        'þ' => "th",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'ς' => "σ",
        _ => null,
    };

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
