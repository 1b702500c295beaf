using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>Identifiers as they compare: compatible forms are one, upper case, letters and digits alone.</summary>
internal static class IdentifierForm
{
    /// <summary>Shorter ones are not distinctive enough to decide anything alone.</summary>
    public const int LengthMin = 4;

    /// <returns>Null when it is too short, or one character repeated: what people type to get past a required field.</returns>
    public static string? Of(string text)
    {
        var identifier = new StringBuilder(text.Length);
        foreach (var rune in Decomposition.Of(text).ToUpperInvariant().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                identifier.Append(rune);
        }

        var form = identifier.ToString();
        return form.Length >= LengthMin && form.AsSpan().ContainsAnyExcept(form[0]) ? form : null;
    }
}
