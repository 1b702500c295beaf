namespace IntegrationHub.Mapping;

/// <summary>Finds what a person probably meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate that needs the fewest edits, when they are few for its length; null otherwise. Letter case costs half an
    /// edit.</summary>
    public static string? To(string text, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (Candidate: candidate, Cost: Distance(text, candidate)))
            .OrderBy(pair => pair.Cost).ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Candidate is { } name && best.Cost <= Math.Max(2, Math.Max(name.Length, text.Length) / 3 * 2) ? name : null;
    }

    /// <summary>A sentence that names the nearest candidate, or all when none is near and they are few.</summary>
    public static string Suggest(string text, IReadOnlyCollection<string> candidates) => To(text, candidates) switch
    {
        { } name => $"Did you mean '{name}'?",
        null when candidates.Count is > 0 and <= 12 => $"Allowed here: {string.Join(", ", candidates.Order(StringComparer.Ordinal))}.",
        null => "Nothing that is allowed here is near it.",
    };

    // Levenshtein (1966) over whole costs of 2, so that a change of case alone is half an edit; halved at the end.
    private static int Distance(string a, string b)
    {
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j * 2;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i * 2;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = previous[j - 1] + CostOf(a[i - 1], b[j - 1]);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 2);
            }

            (previous, current) = (current, previous);
        }

        return (previous[b.Length] + 1) / 2;
    }

    private static int CostOf(char a, char b) => a == b ? 0 : char.ToUpperInvariant(a) == char.ToUpperInvariant(b) ? 1 : 2;
}
