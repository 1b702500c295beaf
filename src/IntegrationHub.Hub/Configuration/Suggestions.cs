namespace IntegrationHub.Hub.Configuration;

/// <summary>Says what could have been meant.</summary>
internal static class Suggestions
{
    private const int ListedMax = 20;

    /// <returns>A sentence: the nearest of the candidates, or all of them when they are few.</returns>
    public static string For(string text, IEnumerable<string> candidates)
    {
        var known = candidates.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (known.Length == 0)
            return "There are none yet.";
        var nearest = known.MinBy(candidate => Distance(text, candidate))!;
        if (Distance(text, nearest) <= Math.Max(2, text.Length / 3))
            return $"Did you mean '{nearest}'?";
        return $"There are: {string.Join(", ", known.Take(ListedMax))}{(known.Length > ListedMax ? ", …" : "")}.";
    }

    // Levenshtein (1966), whatever the case.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var changed = diagonal + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
