using System.Buffers;
using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>Identifiers as they compare: compatible forms are one, upper case, letters and digits alone.</summary>
internal static class IdentifierForm
{
    /// <summary>Shorter ones are not distinctive enough to decide anything alone.</summary>
    public const int LengthMin = 4;

    private static readonly SearchValues<char> UpperLettersAndDigits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <returns>Null when it is too short, or one character repeated: what people type to get past a required field.</returns>
    public static string? Of(string text)
    {
        var form = text.AsSpan().ContainsAnyExcept(UpperLettersAndDigits) ? LettersAndDigits(text) : text;
        return form.Length >= LengthMin && form.AsSpan().ContainsAnyExcept(form[0]) ? form : null;
    }

    private static string LettersAndDigits(string text)
    {
        var identifier = new StringBuilder(text.Length);
        foreach (var rune in Decomposition.Of(text).ToUpperInvariant().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                identifier.Append(rune);
        }

        return identifier.ToString();
    }
}
