using IntegrationHub.Identity.Block;
using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity.Score;

/// <summary>A pair that may be a match.</summary>
/// <param name="Bits">The binary logarithm of the odds that it is one.</param>
internal readonly record struct ScoredPair(int First, int Second, float Bits);

/// <summary>Scores pairs, and lets go of those that cannot reach a floor as soon as that is sure.</summary>
internal sealed class Scoring
{
    private readonly RecordSet set;
    private readonly PairComparer comparer;
    private readonly MatchWeights weights;
    private readonly float[] bestUnequal;
    private readonly int[] order;

    public Scoring(RecordSet set, PairComparer comparer, MatchWeights weights)
    {
        this.set = set;
        this.comparer = comparer;
        this.weights = weights;
        bestUnequal = [.. weights.Comparisons.Select(BestUnequal)];
        order = [.. Enumerable.Range(0, set.Columns.Length).Where(i => !comparer.IsName(i)).OrderBy(UsualBits)];
    }

    /// <summary>All candidates at or above a floor, in an order that depends on the records alone.</summary>
    public List<ScoredPair> Run(BlockWalk walk, float floor, Workers workers, out long pairCount)
    {
        var found = new List<ScoredPair>[walk.RuleCount];
        var counts = new long[walk.RuleCount];
        workers(walk.RuleCount, rule =>
        {
            var pairs = found[rule] = [];
            long count = 0;
            walk.Visit(rule, 1, (first, second) =>
            {
                count++;
                if (BitsOf(first, second, floor) is var bits && bits >= floor)
                    pairs.Add(new(first, second, bits));
            });
            counts[rule] = count;
        });
        pairCount = counts.Sum();
        return [.. found.SelectMany(static one => one)];
    }

    /// <returns>The pair's weight; something below the floor when it is below.</returns>
    public float BitsOf(int first, int second, float floor)
    {
        Span<byte> levels = stackalloc byte[comparer.Count];
        Span<byte> rarity = stackalloc byte[comparer.Count];
        var a = set.IdsOf(first);
        var b = set.IdsOf(second);
        var bound = weights.PriorBits;
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] == 0 || b[i] == 0)
                levels[i] = PairComparer.Missing;
            else if (a[i] == b[i])
                bound += Settle(i, a[i], b[i], levels, rarity);
            else
                bound += bestUnequal[i];
        }

        if (comparer.HasNames)
        {
            // Missing in place may still be crossed, which may then count like the same.
            bound = BoundWithNames(a, b, levels, rarity, bound);
        }

        foreach (var column in order)
        {
            if (bound < floor)
                return bound;
            if (a[column] == b[column] || levels[column] == PairComparer.Missing)
                continue;
            bound += Settle(column, a[column], b[column], levels, rarity) - bestUnequal[column];
        }

        return bound < floor ? bound : weights.Total(levels, rarity);
    }

    private float Settle(int column, int first, int second, Span<byte> levels, Span<byte> rarity)
    {
        comparer.CompareColumn(column, first, second, levels, rarity);
        return weights.BoundOf(column, levels[column], rarity[column]);
    }

    private float BoundWithNames(ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<byte> levels, Span<byte> rarity, float bound)
    {
        foreach (var name in (ReadOnlySpan<int>)[comparer.Given, comparer.Family])
        {
            if (levels[name] != PairComparer.Missing)
                bound -= a[name] == b[name] ? weights.BoundOf(name, levels[name], rarity[name]) : bestUnequal[name];
        }

        comparer.CompareNames(a, b, levels, rarity);
        foreach (var one in (ReadOnlySpan<int>)[comparer.Given, comparer.Family, comparer.Count - 1])
        {
            if (levels[one] != PairComparer.Missing)
                bound += weights.BoundOf(one, levels[one], rarity[one]);
        }

        return bound;
    }

    private float BestUnequal(ComparisonWeights comparison, int index)
    {
        // A value that is hidden in part may compare as the same even with another.
        var best = float.NegativeInfinity;
        for (var level = 1; level < comparison.Levels.Count; level++)
            best = Math.Max(best, weights.BoundOf(index, level, 0));
        return best;
    }

    // What a comparison says of a pair that is no match, on average: the most telling ones are asked first.
    private double UsualBits(int comparison)
    {
        var other = weights.Comparisons[comparison].Other[MatchWeights.Unknown];
        return other.Select((share, level) => level == 0 ? 0 : share * weights.BoundOf(comparison, level, 0)).Sum();
    }
}
