using System.Buffers;
using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>
/// Texts of several words as they compare: each word as <see cref="NameForm"/> has it, one blank between. An apostrophe joins
/// (<c>O'Neil</c> is <c>oneil</c>), any other sign parts.
/// </summary>
internal static class WordsForm
{
    /// <summary>Characters that are looked at; a longer field is cut, so that one absurd value costs no more than a long one.</summary>
    public const int LengthMax = 512;

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789 ");
    private static readonly SearchValues<char> Joining = SearchValues.Create("'’`´");

    /// <returns>Null when nothing is left.</returns>
    public static string? Of(string text)
    {
        if (text.Length > LengthMax)
            text = text[..LengthMax];
        var isPlain = text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain);
        if (isPlain && text[0] != ' ' && text[^1] != ' ' && !text.Contains("  ", StringComparison.Ordinal))
            return text;
        var words = new StringBuilder(text.Length);
        var isApart = false;
        foreach (var rune in Decomposition.Of(text).ToLowerInvariant().EnumerateRunes())
        {
            if (NameForm.IsPart(rune))
            {
                if (isApart && words.Length > 0)
                    words.Append(' ');
                isApart = false;
                NameForm.Append(words, rune);
            }
            else if (!NameForm.IsAccent(rune) && !(rune.IsBmp && Joining.Contains((char)rune.Value)))
            {
                isApart = true;
            }
        }

        return words.Length == 0 ? null : words.ToString();
    }
}
