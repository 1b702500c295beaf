using IntegrationHub.Identity.Block;
using IntegrationHub.Identity.Cluster;
using IntegrationHub.Identity.Score;

namespace IntegrationHub.Identity;

/// <summary>Two records that may be one customer.</summary>
/// <param name="First">A row.</param>
/// <param name="Second">Another one, added later.</param>
/// <param name="Bits">The binary logarithm of the odds.</param>
public sealed record MatchedPair(int First, int Second, double Bits)
{
    /// <summary>0 to 1.</summary>
    public double Probability => 1 / (1 + Math.Exp(-Bits * Math.Log(2)));
}

/// <summary>The outcome of a run.</summary>
/// <param name="Clusters">For each row, in the order the rows were added, the first row of its cluster.</param>
/// <param name="Pairs">Pairs above the threshold for review, by rows.</param>
/// <param name="CandidateCount">Pairs that were compared.</param>
public sealed record MatchOutcome(IReadOnlyList<int> Clusters, IReadOnlyList<MatchedPair> Pairs, long CandidateCount);

/// <summary>How a <see cref="Matcher"/> decides.</summary>
public sealed record MatchSettings
{
    /// <summary>From this probability two records are one, 0.001 to 0.999. Default 0.5, where a wrong link costs as much as a missed
    /// one.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>From this probability up to the threshold a person is asked. Default 0.1.</summary>
    public double ReviewThreshold { get; init; } = 0.1;

    /// <summary>To link two inputs: records of one input are never the same customer.</summary>
    public bool IsLink { get; init; }

    /// <summary>Candidates that a record is compared with on average, at most. Default 60: more finds more, and takes longer.</summary>
    public double CandidatesPerRecord { get; init; } = 60;
}

/// <summary>Finds the records of one customer in a set, without labels: keys, weights, scores, clusters.</summary>
/// <param name="settings">How to decide.</param>
/// <param name="random">Seeded: the same seed and records give the same clusters, whatever the order of records or number of
/// threads.</param>
/// <param name="workers">Who does the work.</param>
public sealed class Matcher(MatchSettings settings, Random random, Workers workers)
{
    // Pairs that are this unlikely neither link nor hold records apart more than one that is no candidate.
    private const float FloorBits = -8;

    /// <summary>Learns a model from the records.</summary>
    public MatchModel Train(RecordSet set)
    {
        var space = new PairSpace(set, settings.IsLink);
        var keys = KeyTable.Make(set);
        var rules = BlockRules.Choose(space, keys, settings.CandidatesPerRecord, random);
        var walk = new BlockWalk(space, keys, rules, workers);
        var weights = new Estimation(space, new PairComparer(set), walk, random, workers).Run();
        return MatchModel.Of([.. set.Columns.Select(static column => new MatchColumn(column.Name, column.Kind))], weights, rules);
    }

    /// <summary>Matches the records with a model of the same columns.</summary>
    /// <exception cref="ArgumentException">The model is of other columns.</exception>
    public MatchOutcome Run(RecordSet set, MatchModel model)
    {
        Check(set, model);
        var space = new PairSpace(set, settings.IsLink);
        var walk = new BlockWalk(space, KeyTable.Make(set), model.Rules, workers);
        var scoring = new Scoring(set, new PairComparer(set), model.Weights);
        var pairs = scoring.Run(walk, FloorBits, workers, out var candidateCount);
        var clustering = new Clustering(set.Count, (first, second) => scoring.BitsOf(first, second, float.NegativeInfinity));
        var threshold = (float)BitsOf(settings.Threshold);
        var clusters = settings.IsLink ? clustering.OneToOne(pairs, threshold) : clustering.ByAverage(pairs, threshold);
        return new(ByRow(set, clusters), ByRow(set, pairs), candidateCount);
    }

    /// <summary>Says why two records are one, or two.</summary>
    /// <exception cref="ArgumentException">The model is of other columns.</exception>
    public static PairExplanation Explain(RecordSet set, MatchModel model, int firstRow, int secondRow)
    {
        Check(set, model);
        var comparer = new PairComparer(set);
        var levels = new byte[comparer.Count];
        var rarity = new byte[comparer.Count];
        comparer.Compare(Array.IndexOf(set.Rows, firstRow), Array.IndexOf(set.Rows, secondRow), levels, rarity);
        var evidence = model.Weights.Comparisons.Select((one, i) =>
        {
            var bits = model.Weights.BitsOf(i, levels, rarity);
            return new ColumnEvidence(
                one.Name, levels[i] == PairComparer.Missing ? "missing" : one.Levels[levels[i]], bits,
                bits - model.Weights.UsualBitsOf(i, levels), one.Parent < 0 ? null : model.Weights.Comparisons[one.Parent].Name);
        }).ToList();
        var total = model.Weights.Total(levels, rarity);
        return new(model.Version, model.Weights.PriorBits, evidence, total, new MatchedPair(firstRow, secondRow, total).Probability);
    }

    private static void Check(RecordSet set, MatchModel model)
    {
        if (!set.Columns.Select(static column => new MatchColumn(column.Name, column.Kind)).SequenceEqual(model.Columns))
            throw new ArgumentException("The model was trained on other columns, or on other kinds of columns. Train it on these.",
                nameof(model));
    }

    private static double BitsOf(double probability) => Math.Log2(probability / (1 - probability));

    private static int[] ByRow(RecordSet set, int[] clusters)
    {
        // A cluster is named by the row that came first.
        var firsts = new int[clusters.Length];
        Array.Fill(firsts, int.MaxValue);
        for (var i = 0; i < clusters.Length; i++)
            firsts[clusters[i]] = Math.Min(firsts[clusters[i]], set.Rows[i]);
        var byRow = new int[clusters.Length];
        for (var i = 0; i < clusters.Length; i++)
            byRow[set.Rows[i]] = firsts[clusters[i]];
        return byRow;
    }

    private List<MatchedPair> ByRow(RecordSet set, List<ScoredPair> pairs)
    {
        var floor = BitsOf(Math.Min(settings.ReviewThreshold, settings.Threshold));
        return [.. pairs.Where(pair => pair.Bits >= floor)
            .Select(pair => (First: set.Rows[pair.First], Second: set.Rows[pair.Second], pair.Bits))
            .Select(static pair => new MatchedPair(Math.Min(pair.First, pair.Second), Math.Max(pair.First, pair.Second), pair.Bits))
            .OrderBy(static pair => pair.First).ThenBy(static pair => pair.Second)];
    }
}
