using System.Buffers;
using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>E-mail addresses as they compare: trimmed, compatible forms are one, lower case. No provider's own tricks (dots, <c>+tag</c>):
/// two addresses that differ may be two people.</summary>
internal static class EmailForm
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.@_-+");

    /// <returns>Null without a local part, an @ and a domain, or with a blank inside.</returns>
    public static string? Of(string text)
    {
        var address = text;
        if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            address = Ascii.IsValid(text) ? text.Trim().ToLowerInvariant() : Decomposition.Of(WithoutFormat(text)).Trim().ToLowerInvariant();
            if (address.AsSpan().ContainsAnyExcept(Plain) && HasBlank(address))
                return null;
        }

        var at = address.LastIndexOf('@');
        return at > 0 && at < address.Length - 1 ? address : null;
    }

    private static bool HasBlank(string address)
    {
        foreach (var character in address)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character))
                return true;
        }

        return false;
    }

    // Zero-width characters come along when an address is copied from a page. They go first: marks on both sides of one belong together.
    private static string WithoutFormat(string text) => string.Concat(text.Where(character =>
        char.GetUnicodeCategory(character) != System.Globalization.UnicodeCategory.Format));
}
