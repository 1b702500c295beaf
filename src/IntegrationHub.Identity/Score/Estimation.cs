using IntegrationHub.Identity.Block;
using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity.Score;

/// <summary>
/// Estimates weights without labels. Random pairs tell how often different customers agree (u). Expectation maximisation over candidates
/// tells how often records of one customer do (m), and how many pairs are matches: a candidate's chance of being a match is worked out with
/// the share of matches among <em>all</em> pairs and u of all pairs, so that it does not matter by which rule it was found.
/// </summary>
internal sealed class Estimation
{
    private const int RandomMax = 600_000, CandidatesMax = 400_000, WithinMax = 20_000;
    private const int Rounds = 30, RoundsBeforeTree = 10, RoundsBetweenOther = 4;

    // How many matches the expectations that come with a comparison count for.
    private const double ExpectedStrength = 10;

    // How many pairs the estimate without a parent counts for in the one with a parent.
    private const double ParentStrength = 30;
    private const double ShareMin = 1e-7;
    private const double PriorKeptMin = 0.05;

    // However clean the matches are that are found, the next one may hold any mistake: no disagreement alone decides.
    private const double MatchShareMin = 0.002;

    private readonly PairSpace space;
    private readonly PairComparer comparer;
    private readonly IReadOnlyList<ComparisonLevel>[] levels;
    private readonly PairSample random;
    private readonly PairSample candidates;
    private readonly PairSample[] within;
    private int every = 1;

    public Estimation(PairSpace space, PairComparer comparer, BlockWalk walk, Random seeded, Workers workers)
    {
        this.space = space;
        this.comparer = comparer;
        levels = [.. space.Set.Columns.Select(static column => column.Comparison.Levels)];
        if (comparer.HasNames)
            levels = [.. levels, PlacesOfNames];
        random = PairSample.Compare(comparer, space.Sample(RandomMax, seeded), 1, [], workers);
        candidates = Candidates(walk, workers);
        within = [.. space.Set.Columns.Select((_, column) => Within(column, seeded, workers))];
    }

    private static IReadOnlyList<ComparisonLevel> PlacesOfNames { get; } = [new("in place", 0.97), new("crossed", 0.03)];

    private IReadOnlyList<Column> Columns => space.Set.Columns;

    public MatchWeights Run()
    {
        var other = OtherShares(null);
        var weights = Make(Math.Min(0.1, 0.1 / Math.Max(1, space.Opposite)), Independent(Expected()), Independent(other), None());
        weights = Iterate(weights, RoundsBeforeTree);
        var independent = weights;
        var parents = DependenceTree.Find(weights, [.. Columns.Select(static column => column.Kind)], candidates, within);
        weights = Make(weights.Prior, [.. weights.Comparisons.Select(static one => one.Match)],
            OtherByState(OtherShares(weights), weights, parents), parents);
        var dependent = Iterate(weights, Rounds);
        // Where dependences explain nearly all matches away, they were no dependences.
        return dependent.Prior < independent.Prior * PriorKeptMin ? Iterate(independent, Rounds - RoundsBeforeTree) : dependent;
    }

    private MatchWeights Iterate(MatchWeights weights, int rounds)
    {
        var parents = weights.Comparisons.Select(static one => one.Parent).ToArray();
        double[][][] other = [.. weights.Comparisons.Select(static one => one.Other)];
        for (var round = 1; round <= rounds; round++)
        {
            var (prior, match) = Step(weights, parents);
            if (round % RoundsBetweenOther == 0)
                other = OtherByState(OtherShares(weights), weights, parents);
            weights = Make(prior, match, other, parents);
        }

        return weights;
    }

    private (double Prior, double[][][] Match) Step(MatchWeights weights, int[] parents)
    {
        double[][][] counts = [.. levels.Select(static one => Zero(one.Count))];
        double sum = 0;
        for (var pair = 0; pair < candidates.Count; pair++)
        {
            var outcome = candidates.LevelsOf(pair);
            var chance = ChanceOf(weights.Total(outcome, candidates.RarityOf(pair)));
            if (chance < 1e-6)
                continue;
            chance *= candidates.Shares[pair];
            sum += chance;
            for (var i = 0; i < counts.Length; i++)
            {
                if (outcome[i] != PairComparer.Missing)
                    counts[i][parents[i] < 0 ? MatchWeights.Unknown : MatchWeights.StateOf(outcome[parents[i]])][outcome[i]] += chance;
            }
        }

        var prior = Math.Clamp(((sum * every) + 1) / (space.Count + 2), 1e-12, 0.5);
        return (prior, [.. counts.Select((one, i) => Smooth(one, [.. levels[i].Select(static level => level.Expected)]))]);
    }

    private static double[][] Smooth(double[][] counts, double[] expected)
    {
        var all = Enumerable.Range(0, expected.Length).Select(level => counts.Sum(state => state[level])).ToArray();
        double[] overall = [.. Blend(all, expected, ExpectedStrength).Select(static share => Math.Max(share, MatchShareMin))];
        var isSplit = counts[MatchWeights.Agrees].Sum() + counts[MatchWeights.Differs].Sum() > 0;
        return [.. counts.Select((one, state) => isSplit && state != MatchWeights.Unknown ? Blend(one, overall, ParentStrength) : overall)];
    }

    private static double[] Blend(double[] counts, double[] expected, double strength)
    {
        var sum = counts.Sum() + strength;
        return [.. counts.Select((count, level) => Math.Max(ShareMin, (count + (strength * expected[level])) / sum))];
    }

    // Among random pairs, those that look like matches left out by their chance of being one.
    private double[][] OtherShares(MatchWeights? weights)
    {
        var counts = levels.Select(static one => new double[one.Count]).ToArray();
        for (var pair = 0; pair < random.Count; pair++)
        {
            var outcome = random.LevelsOf(pair);
            var share = random.Shares[pair] * (weights is null ? 1 : 1 - ChanceOf(weights.Total(outcome, random.RarityOf(pair))));
            for (var i = 0; i < counts.Length; i++)
            {
                if (outcome[i] != PairComparer.Missing)
                    counts[i][outcome[i]] += share;
            }
        }

        return [.. counts.Select((one, i) => Blend(one, OtherExpected(i, weights), 2))];
    }

    // What is too rare to be seen among random pairs: agreement by chance is counted exactly, from how often each value occurs.
    private double[] OtherExpected(int comparison, MatchWeights? weights)
    {
        var count = levels[comparison].Count;
        if (comparison >= Columns.Count)
            return [0.95, 0.05];
        var column = Columns[comparison];
        double same = 0;
        for (var i = 1; i < column.Counts.Length; i++)
            same += (double)column.Counts[i] * (column.Counts[i] - 1);
        same /= Math.Max(1, (double)column.Present * (column.Present - 1));
        if (weights is not null)
            same -= weights.Prior * weights.Comparisons[comparison].Match[MatchWeights.Unknown][0];
        same = Math.Clamp(same, 0.1 / Math.Max(1, column.Present), 0.99);
        var rest = (1 - same) * 0.001;
        return [.. Enumerable.Range(0, count)
            .Select(level => level == 0 ? same : level == count - 1 ? 1 - same - (rest * (count - 2)) : rest)];
    }

    private double[][][] OtherByState(double[][] shares, MatchWeights weights, int[] parents) =>
        [.. shares.Select((one, i) => parents[i] < 0 ? Same(one) : [WithinShares(i, parents[i], one, weights), one, one])];

    private double[] WithinShares(int comparison, int parent, double[] shares, MatchWeights weights)
    {
        if (parent >= within.Length)
            return shares;
        var sample = within[parent];
        var counts = new double[shares.Length];
        double sum = 0, scale = 0;
        for (var pair = 0; pair < sample.Count; pair++)
        {
            var outcome = sample.LevelsOf(pair);
            var share = sample.Shares[pair] * (1 - ChanceOf(weights.Total(outcome, sample.RarityOf(pair))));
            scale += sample.Shares[pair];
            if (outcome[comparison] != PairComparer.Missing)
                (counts[outcome[comparison]], sum) = (counts[outcome[comparison]] + share, sum + share);
        }

        // Shares are sizes of blocks; back to a number of pairs.
        var unit = scale == 0 ? 0 : sample.Drawn / scale;
        return Blend([.. counts.Select(count => count * unit)], shares, ParentStrength);
    }

    private PairSample Candidates(BlockWalk walk, Workers workers)
    {
        // First a small share of the blocks, to learn how many pairs there are.
        every = Math.Max(1, space.Set.Count / 10_000);
        var pairs = Collect(walk, every, workers);
        if (pairs.Count > CandidatesMax || (every > 1 && pairs.Count < CandidatesMax / 4))
        {
            every = (int)Math.Max(1, Math.Ceiling((double)every * pairs.Count / CandidatesMax));
            pairs = Collect(walk, every, workers);
        }

        return PairSample.Compare(comparer, pairs, 1, [], workers);
    }

    private static List<(int First, int Second)> Collect(BlockWalk walk, int every, Workers workers)
    {
        var found = new List<(int, int)>[walk.RuleCount];
        workers(walk.RuleCount, rule =>
        {
            var pairs = found[rule] = [];
            walk.Visit(rule, every, (first, second) => pairs.Add((first, second)));
        });
        return [.. found.SelectMany(static one => one)];
    }

    // Pairs that agree on a column's value, each standing for the size of its block.
    private PairSample Within(int column, Random seeded, Workers workers)
    {
        var set = space.Set;
        var width = set.Columns.Length;
        var counts = set.Columns[column].Counts;
        var starts = new int[counts.Length + 1];
        for (var i = 1; i < counts.Length; i++)
            starts[i + 1] = starts[i] + counts[i];
        var next = starts.AsSpan().ToArray();
        var members = new int[starts[^1]];
        for (var record = 0; record < set.Count; record++)
        {
            if (set.Ids[(record * width) + column] is var id && id != 0)
                members[next[id]++] = record;
        }

        var pairs = new List<(int, int)>();
        var shares = new List<float>();
        for (var i = 0; i < WithinMax && members.Length > 0; i++)
        {
            var first = members[seeded.Next(members.Length)];
            var id = set.Ids[(first * width) + column];
            var second = members[starts[id] + seeded.Next(counts[id])];
            if (first == second || !space.Has(first, second))
                continue;
            pairs.Add((first, second));
            shares.Add(counts[id] - 1);
        }

        return PairSample.Compare(comparer, pairs, 0, [.. shares], workers);
    }

    private double[][] Expected() => [.. levels.Select(static one => one.Select(static level => level.Expected).ToArray())];

    private MatchWeights Make(double prior, double[][][] match, double[][][] other, int[] parents) =>
        new(prior, [.. levels.Select((one, i) => new ComparisonWeights(
            i < Columns.Count ? Columns[i].Name : "names crossed", [.. one.Select(static level => level.Name)],
            i < Columns.Count && Columns[i].Comparison.WeighsFrequency, parents[i], match[i], other[i]))]);

    private int[] None() => [.. Enumerable.Repeat(-1, levels.Length)];

    private static double[][][] Independent(double[][] shares) => [.. shares.Select(Same)];

    private static double[][] Same(double[] shares) => [shares, shares, shares];

    private static double[][] Zero(int count) => [new double[count], new double[count], new double[count]];

    private static double ChanceOf(float bits) => bits > 60 ? 1 : bits < -60 ? 0 : 1 / (1 + Math.Exp(-bits * Math.Log(2)));
}
