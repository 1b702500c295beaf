using IntegrationHub.Identity.Score;

namespace IntegrationHub.Identity.Cluster;

/// <summary>Records that links hold together, directly or through others.</summary>
internal static class Components
{
    /// <returns>For each record the first record of its component.</returns>
    public static int[] Of(int count, IEnumerable<ScoredPair> links)
    {
        var roots = new int[count];
        for (var i = 0; i < count; i++)
            roots[i] = i;
        foreach (var link in links)
        {
            var (first, second) = (Root(roots, link.First), Root(roots, link.Second));
            roots[Math.Max(first, second)] = Math.Min(first, second);
        }

        for (var i = 0; i < count; i++)
            roots[i] = Root(roots, i);
        return roots;
    }

    /// <summary>Components of two records or more, each with the pairs inside it, in the order of their first records.</summary>
    public static IEnumerable<(List<int> Members, List<ScoredPair> Pairs)> Groups(int[] roots, IEnumerable<ScoredPair> pairs)
    {
        var groups = new SortedDictionary<int, (List<int> Members, List<ScoredPair> Pairs)>();
        for (var i = 0; i < roots.Length; i++)
        {
            if (roots[i] == i)
                continue;
            if (!groups.TryGetValue(roots[i], out var group))
                groups.Add(roots[i], group = ([roots[i]], []));
            group.Members.Add(i);
        }

        foreach (var pair in pairs)
        {
            if (roots[pair.First] == roots[pair.Second] && groups.TryGetValue(roots[pair.First], out var group))
                group.Pairs.Add(pair);
        }

        return groups.Values;
    }

    private static int Root(int[] roots, int record)
    {
        while (roots[record] != record)
            record = roots[record] = roots[roots[record]];
        return record;
    }
}
