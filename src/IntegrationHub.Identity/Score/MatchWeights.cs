namespace IntegrationHub.Identity.Score;

/// <summary>What is known of one comparison.</summary>
/// <param name="Name">The column, or <c>names crossed</c>.</param>
/// <param name="Levels">Names of its levels.</param>
/// <param name="WeighsFrequency">Whether a rare value that is the same says more.</param>
/// <param name="Parent">Another comparison on whose outcome this one's depends; -1 for none.</param>
/// <param name="Match">The share of each level among matches (m): by the parent's <see cref="MatchWeights.StateOf"/>, then by
/// level.</param>
/// <param name="Other">The same among other pairs (u).</param>
internal sealed record ComparisonWeights(
    string Name, IReadOnlyList<string> Levels, bool WeighsFrequency, int Parent, double[][] Match, double[][] Other);

/// <summary>
/// The weights of a Fellegi-Sunter model (I. P. Fellegi, A. B. Sunter, "A theory for record linkage", 1969). A comparison's outcome may
/// depend on that of one other: a tree instead of full independence (N. Friedman et al., "Bayesian network classifiers", 1997). Else a
/// town, its postcode and its state would count as three agreements.
/// </summary>
/// <param name="Prior">The share of matches among all pairs.</param>
/// <param name="Comparisons">In the order of the columns.</param>
internal sealed record MatchWeights(double Prior, IReadOnlyList<ComparisonWeights> Comparisons)
{
    /// <summary>States of a parent: it agrees, it does not, or there is none or it is missing.</summary>
    public const int Agrees = 0, Differs = 1, Unknown = 2, StateCount = 3;

    /// <summary>The last level that counts as agreement: the same, or with an edit.</summary>
    public const int AgreesMax = 1;

    private const int LevelMax = 8;

    // Logarithms of the ratio m/u, and of m alone, by comparison, state of the parent and level.
    private readonly float[] ratios = Ratios(Comparisons);
    private readonly float[] matches = Logarithms(Comparisons);

    public float PriorBits { get; } = (float)Math.Log2(Prior / (1 - Prior));

    public static int StateOf(byte parentLevel) =>
        parentLevel == PairComparer.Missing ? Unknown : parentLevel <= AgreesMax ? Agrees : Differs;

    /// <summary>What a pair's outcome in one comparison says for a match, in bits; negative says against.</summary>
    public float BitsOf(int comparison, ReadOnlySpan<byte> levels, ReadOnlySpan<byte> rarity)
    {
        var level = levels[comparison];
        if (level == PairComparer.Missing)
            return 0;
        var weights = Comparisons[comparison];
        var state = weights.Parent < 0 ? Unknown : StateOf(levels[weights.Parent]);
        var place = (((comparison * StateCount) + state) * LevelMax) + level;
        // Among pairs that agree on the parent the value is no surprise, however rare it is elsewhere.
        return level == 0 && weights.WeighsFrequency && state != Agrees ? matches[place] + (float)PairComparer.BitsOf(rarity[comparison])
            : ratios[place];
    }

    /// <summary>As <see cref="BitsOf"/>, for a value of usual rarity.</summary>
    public float UsualBitsOf(int comparison, ReadOnlySpan<byte> levels)
    {
        var state = Comparisons[comparison].Parent < 0 ? Unknown : StateOf(levels[Comparisons[comparison].Parent]);
        return levels[comparison] == PairComparer.Missing ? 0
            : ratios[(((comparison * StateCount) + state) * LevelMax) + levels[comparison]];
    }

    /// <summary>The weight of a pair, in bits: the binary logarithm of the odds that it is a match.</summary>
    public float Total(ReadOnlySpan<byte> levels, ReadOnlySpan<byte> rarity)
    {
        var total = PriorBits;
        for (var i = 0; i < Comparisons.Count; i++)
            total += BitsOf(i, levels, rarity);
        return total;
    }

    /// <summary>The most that a comparison can say, for a level of 1 or more, or for the same value of a rarity.</summary>
    public float BoundOf(int comparison, int level, byte rarity)
    {
        var bound = float.NegativeInfinity;
        for (var state = 0; state < StateCount; state++)
        {
            var place = (((comparison * StateCount) + state) * LevelMax) + level;
            bound = Math.Max(bound, ratios[place]);
            if (level == 0 && Comparisons[comparison].WeighsFrequency)
                bound = Math.Max(bound, matches[place] + (float)PairComparer.BitsOf(rarity));
        }

        return bound;
    }

    private static float[] Ratios(IReadOnlyList<ComparisonWeights> comparisons)
    {
        var table = new float[comparisons.Count * StateCount * LevelMax];
        for (var i = 0; i < comparisons.Count; i++)
        {
            for (var state = 0; state < StateCount; state++)
            {
                var monotone = Monotone(comparisons[i].Match[state], comparisons[i].Other[state]);
                for (var level = 0; level < monotone.Length; level++)
                    table[(((i * StateCount) + state) * LevelMax) + level] = (float)Math.Log2(monotone[level]);
            }
        }

        return table;
    }

    // More alike never says less: neighbours in the wrong order become one level.
    private static double[] Monotone(double[] match, double[] other)
    {
        var groups = new List<(double Match, double Other, int Count)>();
        for (var level = 0; level < match.Length; level++)
        {
            groups.Add((match[level], other[level], 1));
            while (groups.Count > 1 && groups[^2].Match * groups[^1].Other < groups[^1].Match * groups[^2].Other)
            {
                var (last, before) = (groups[^1], groups[^2]);
                groups.RemoveRange(groups.Count - 2, 2);
                groups.Add((last.Match + before.Match, last.Other + before.Other, last.Count + before.Count));
            }
        }

        return [.. groups.SelectMany(static group => Enumerable.Repeat(group.Match / group.Other, group.Count))];
    }

    private static float[] Logarithms(IReadOnlyList<ComparisonWeights> comparisons)
    {
        var table = new float[comparisons.Count * StateCount * LevelMax];
        for (var i = 0; i < comparisons.Count; i++)
        {
            for (var state = 0; state < StateCount; state++)
            {
                for (var level = 0; level < comparisons[i].Match[state].Length; level++)
                    table[(((i * StateCount) + state) * LevelMax) + level] = (float)Math.Log2(comparisons[i].Match[state][level]);
            }
        }

        return table;
    }
}
