namespace IntegrationHub.Identity.Score;

/// <summary>
/// Finds which comparisons tell the same thing twice, and gives each at most one parent: the strongest dependences that form a tree
/// (C. K. Chow, C. N. Liu, "Approximating discrete probability distributions with dependence trees", 1968).
/// </summary>
internal static class DependenceTree
{
    // Weaker ones, in bits, are left to independence: they cost estimates more than they give.
    private const double BitsMin = 1;
    private const double SupportMin = 20;

    /// <param name="kinds">Of the columns; a further comparison, of the places of names, depends on none.</param>
    /// <returns>For each comparison its parent, or -1.</returns>
    public static int[] Find(MatchWeights weights, IReadOnlyList<ColumnKind> kinds, PairSample candidates, PairSample[] within)
    {
        var count = weights.Comparisons.Count;
        var other = AmongOthers(weights, within, count);
        var match = AmongMatches(weights, candidates, count);
        var edges = new List<(double Bits, int First, int Second)>();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (i >= kinds.Count || !MayDepend(kinds[i], kinds[j]))
                    continue;
                var bits = Math.Max(Math.Min(other[i, j], other[j, i]), match[i, j]);
                if (bits >= BitsMin)
                    edges.Add((bits, i, j));
            }
        }

        return Orient(weights, edges.OrderByDescending(static edge => edge.Bits), count);
    }

    // With few columns and many matches, agreement of two columns among matches looks just like a dependence. So it is only looked for
    // where the world has one: a day of birth and a number tell nothing of the rest, nor a given name of where somebody lives.
    private static bool MayDepend(ColumnKind first, ColumnKind second)
    {
        var (one, other) = (GroupOf(first), GroupOf(second));
        return (one, other) switch
        {
            (Group.Alone, _) or (_, Group.Alone) => false,
            (Group.Given, Group.Family or Group.Place) or (Group.Family or Group.Place, Group.Given) => false,
            _ => true,
        };
    }

    private enum Group
    {
        Alone,
        Given,
        Family,
        Place,
        Other,
    }

    private static Group GroupOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Date or ColumnKind.Identifier => Group.Alone,
        ColumnKind.GivenName => Group.Given,
        ColumnKind.FamilyName or ColumnKind.FullName => Group.Family,
        ColumnKind.Address or ColumnKind.HouseNumber or ColumnKind.City or ColumnKind.Region or ColumnKind.Postcode or ColumnKind.Country =>
            Group.Place,
        _ => Group.Other,
    };

    // How many bits more agreement on one says once the other agrees, among pairs that are no matches.
    private static double[,] AmongOthers(MatchWeights weights, PairSample[] within, int count)
    {
        var bits = new double[count, count];
        for (var parent = 0; parent < within.Length; parent++)
        {
            for (var child = 0; child < within.Length; child++)
            {
                if (child == parent)
                    continue;
                double agree = 0, all = 0, scale = 0;
                for (var pair = 0; pair < within[parent].Count; pair++)
                {
                    var outcome = within[parent].LevelsOf(pair);
                    scale += within[parent].Shares[pair];
                    if (outcome[child] == PairComparer.Missing)
                        continue;
                    var chance = 1 / (1 + Math.Exp(-weights.Total(outcome, within[parent].RarityOf(pair)) * Math.Log(2)));
                    var share = within[parent].Shares[pair] * (1 - chance);
                    all += share;
                    if (outcome[child] <= MatchWeights.AgreesMax)
                        agree += share;
                }

                var usual = weights.Comparisons[child].Other[MatchWeights.Unknown].Take(MatchWeights.AgreesMax + 1).Sum();
                if (agree > 0 && agree * within[parent].Drawn >= SupportMin * scale)
                    bits[parent, child] = Math.Log2(agree / all / usual);
            }
        }

        return bits;
    }

    // How many bits less a second disagreement says once the first is known, among matches.
    private static double[,] AmongMatches(MatchWeights weights, PairSample candidates, int count)
    {
        var both = new double[count, count];
        var differ = new double[count, count];
        var known = new double[count, count];
        for (var pair = 0; pair < candidates.Count; pair++)
        {
            var outcome = candidates.LevelsOf(pair);
            var total = weights.Total(outcome, candidates.RarityOf(pair));
            if (total < 0)
                continue;
            var share = candidates.Shares[pair];
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < count; j++)
                {
                    if (i == j || outcome[i] == PairComparer.Missing || outcome[j] == PairComparer.Missing)
                        continue;
                    known[i, j] += share;
                    if (outcome[i] <= MatchWeights.AgreesMax)
                        continue;
                    differ[i, j] += share;
                    if (outcome[j] > MatchWeights.AgreesMax)
                        both[i, j] += share;
                }
            }
        }

        var bits = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                if (both[i, j] >= SupportMin)
                    bits[i, j] = Math.Log2(both[i, j] * known[i, j] / (differ[i, j] * differ[j, i]));
            }
        }

        return bits;
    }

    // Joins comparisons by the strongest edges without a circle; then every tree hangs from its most telling comparison.
    private static int[] Orient(MatchWeights weights, IEnumerable<(double Bits, int First, int Second)> edges, int count)
    {
        var groups = Enumerable.Range(0, count).ToArray();
        var neighbours = groups.Select(static _ => new List<int>()).ToArray();
        foreach (var (_, first, second) in edges)
        {
            if (groups[first] == groups[second])
                continue;
            var (from, to) = (groups[first], groups[second]);
            for (var i = 0; i < count; i++)
                groups[i] = groups[i] == from ? to : groups[i];
            neighbours[first].Add(second);
            neighbours[second].Add(first);
        }

        var parents = Enumerable.Repeat(-1, count).ToArray();
        var isDone = new bool[count];
        foreach (var root in Enumerable.Range(0, count).OrderBy(i => weights.Comparisons[i].Other[MatchWeights.Unknown][0]))
        {
            if (!isDone[root])
                Hang(root, parents, isDone, neighbours);
        }

        return parents;
    }

    private static void Hang(int parent, int[] parents, bool[] isDone, List<int>[] neighbours)
    {
        isDone[parent] = true;
        foreach (var child in neighbours[parent])
        {
            if (isDone[child])
                continue;
            parents[child] = parent;
            Hang(child, parents, isDone, neighbours);
        }
    }
}
