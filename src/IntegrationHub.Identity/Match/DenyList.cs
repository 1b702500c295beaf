using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Match;

/// <summary>
/// Values that many people share because they mean nobody: <c>none@*</c>. A pattern is a value, or has one <c>*</c> at its start or
/// its end; both are compared in normal form.
/// </summary>
internal sealed class DenyList
{
    private readonly Dictionary<string, string> exact = new(StringComparer.Ordinal);
    private readonly List<(string Piece, string Pattern)> prefixes = [];
    private readonly List<(string Piece, string Pattern)> suffixes = [];

    /// <returns>What is wrong with the pattern, or null when it is taken.</returns>
    public string? Add(ValueKind kind, string pattern, Normaliser normaliser)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            if (normaliser.Of(kind, pattern, out var reason) is not { } form)
                return $"can never be met: it is {reason}, and such a value gives no key anyway. Leave it out.";
            exact.TryAdd(form, pattern);
            return null;
        }

        if (pattern.LastIndexOf('*') != star || (star > 0 && star < pattern.Length - 1))
            return "has a '*' that is neither its only one at the start nor at the end. Write a value, '*@example.org' or 'none@*'.";
        if (PieceOf(kind, pattern.Replace("*", "", StringComparison.Ordinal)) is not { Length: > 0 } piece)
            return "would deny every value. Put some characters beside the '*'.";
        (star == 0 ? suffixes : prefixes).Add((piece, pattern));
        return null;
    }

    /// <returns>The pattern that denies the value, as it was written; null when none does.</returns>
    public string? PatternFor(string form)
    {
        if (exact.TryGetValue(form, out var pattern))
            return pattern;
        foreach (var (piece, written) in prefixes)
        {
            if (form.StartsWith(piece, StringComparison.Ordinal))
                return written;
        }

        foreach (var (piece, written) in suffixes)
        {
            if (form.EndsWith(piece, StringComparison.Ordinal))
                return written;
        }

        return null;
    }

    // A piece of a value in the alphabet of the normal form.
    private static string? PieceOf(ValueKind kind, string text) => kind switch
    {
        ValueKind.Name => NameForm.Of(text),
        ValueKind.Identifier => NameForm.Of(text)?.ToUpperInvariant(),
        ValueKind.Phone => string.Concat(text.Where(static character => char.IsAsciiDigit(character) || character == '+')),
        ValueKind.Date => string.Concat(text.Where(char.IsAsciiDigit)),
        _ => Decomposition.Of(text).ToLowerInvariant(),
    };
}
