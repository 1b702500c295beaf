using IntegrationHub.Identity.Block;
using IntegrationHub.Identity.Cluster;
using IntegrationHub.Identity.Score;

namespace IntegrationHub.Identity;

/// <summary>The outcome of a run.</summary>
/// <param name="Clusters">For each row, in the order the rows were added, the first row of its cluster.</param>
/// <param name="PairCount">Candidates that were scored.</param>
public sealed record MatchOutcome(IReadOnlyList<int> Clusters, long PairCount);

/// <summary>Finds the records of one customer in a set, without labels: blocks, estimates weights, scores, clusters.</summary>
/// <param name="random">Seeded: the same seed and records give the same clusters, whatever the order of records or number of threads.</param>
public sealed class Matcher(Random random, Workers workers)
{
    private const double CandidatesPerRecord = 60;

    // Pairs that are this unlikely neither link nor hold records apart more than one that is no candidate.
    private const float FloorBits = -8;

    public Action<string>? Log { get; init; }

    public MatchOutcome Run(RecordSet set, bool isLink)
    {
        var space = new PairSpace(set, isLink);
        var keys = KeyTable.Make(set);
        Log?.Invoke("keys");
        var rules = BlockRules.Choose(space, keys, CandidatesPerRecord, random);
        Log?.Invoke($"rules {rules.Length}: " + string.Join(" | ", rules.Select(r => string.Join("+", keys.Slots.Where((_, i) => (r >> i & 1) != 0).Select(s => s.Name)))));
        var walk = new BlockWalk(space, keys, rules, workers);
        Log?.Invoke($"walk {walk.RuleCount} oversize {walk.OversizeCount}");
        var comparer = new PairComparer(set);
        var weights = new Estimation(space, comparer, walk, random, workers).Run();
        if (Log is not null)
            Describe(weights);
        var scoring = new Scoring(set, comparer, weights);
        var pairs = scoring.Run(walk, FloorBits, workers, out var pairCount);
        Log?.Invoke($"scored {pairCount} pairs, kept {pairs.Count}");
        var clustering = new Clustering(set.Count, (a, b) => scoring.BitsOf(a, b, float.NegativeInfinity));
        var clusters = isLink ? clustering.OneToOne(pairs, 0) : clustering.ByAverage(pairs, 0);
        Log?.Invoke("clustered");
        var ofRows = new int[set.Count];
        for (var i = 0; i < clusters.Length; i++)
            ofRows[set.Rows[i]] = set.Rows[clusters[i]];
        return new(ofRows, pairCount);
    }

    private void Describe(MatchWeights weights)
    {
        Log!($"prior bits {weights.PriorBits:F2}");
        foreach (var c in weights.Comparisons)
        {
            Log($"  {c.Name} parent {(c.Parent < 0 ? "-" : weights.Comparisons[c.Parent].Name)}");
            for (var s = 0; s < 3; s++)
            {
                if (c.Parent >= 0 || s == 2)
                    Log("     " + string.Join(" ", c.Levels.Select((l, i) => $"{l}: {c.Match[s][i]:F4}/{c.Other[s][i]:E1}={Math.Log2(c.Match[s][i] / c.Other[s][i]):F1}")));
            }
        }
    }
}
