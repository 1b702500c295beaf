using IntegrationHub.Identity.Score;

namespace IntegrationHub.Identity.Cluster;

/// <summary>
/// Turns scored pairs into clusters without chaining. Inside each connected component the two clusters whose records agree best on average
/// become one, as long as that average speaks for it; a pair that was no candidate speaks against.
/// </summary>
internal sealed class Clustering(int count, Func<int, int, float> score)
{
    // In a larger component a pair that is no candidate counts as it does there, instead of being compared: time stays bounded.
    private const int CompareAllMax = 200;

    /// <summary>What the evidence of one pair may count for or against, in bits: one odd pair does not outvote the rest.</summary>
    private const float BitsMin = -12, BitsMax = 24;

    /// <param name="pairs">Pairs that may be matches.</param>
    /// <param name="threshold">The weight in bits from which two clusters are one.</param>
    /// <returns>For each record the first record of its cluster.</returns>
    public int[] ByAverage(IReadOnlyList<ScoredPair> pairs, float threshold)
    {
        var links = pairs.Where(pair => pair.Bits >= threshold).ToList();
        var roots = Components.Of(count, links);
        var clusters = Enumerable.Range(0, count).ToArray();
        foreach (var (members, edges) in Components.Groups(roots, pairs))
        {
            if (members.Count == 2)
                clusters[Math.Max(members[0], members[1])] = Math.Min(members[0], members[1]);
            else
                Merge(members, edges, threshold, clusters);
        }

        return clusters;
    }

    /// <summary>Pairs each record with at most one other, the best pairs first.</summary>
    public int[] OneToOne(IReadOnlyList<ScoredPair> pairs, float threshold)
    {
        var clusters = Enumerable.Range(0, count).ToArray();
        var isTaken = new bool[count];
        foreach (var pair in pairs.Where(pair => pair.Bits >= threshold)
            .OrderByDescending(static pair => pair.Bits).ThenBy(static pair => pair.First).ThenBy(static pair => pair.Second))
        {
            if (isTaken[pair.First] || isTaken[pair.Second])
                continue;
            isTaken[pair.First] = isTaken[pair.Second] = true;
            clusters[Math.Max(pair.First, pair.Second)] = Math.Min(pair.First, pair.Second);
        }

        return clusters;
    }

    private void Merge(List<int> members, List<ScoredPair> edges, float threshold, int[] clusters)
    {
        if (members.Count > CompareAllMax)
        {
            MergeSparse(members, edges, threshold, clusters);
            return;
        }

        var size = members.Count;
        var places = members.Select(static (record, place) => (record, place)).ToDictionary(static one => one.record, static one => one.place);
        var sums = new double[size, size];
        var isKnown = new bool[size, size];
        foreach (var edge in edges)
        {
            var (i, j) = (places[edge.First], places[edge.Second]);
            sums[i, j] = sums[j, i] = Math.Clamp(edge.Bits - threshold, BitsMin, BitsMax);
            isKnown[i, j] = isKnown[j, i] = true;
        }

        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (!isKnown[i, j])
                    sums[i, j] = sums[j, i] = Math.Clamp(score(members[i], members[j]) - threshold, BitsMin, BitsMax);
            }
        }

        var groups = members.Select(static record => new List<int> { record }).ToArray();
        while (Best(groups, sums) is { } best)
            Join(groups, sums, best.First, best.Second);
        foreach (var group in groups.Where(static one => one.Count > 0))
        {
            foreach (var record in group)
                clusters[record] = group.Min();
        }
    }

    private static (int First, int Second)? Best(List<int>[] groups, double[,] sums)
    {
        (int, int)? best = null;
        var bestAverage = 0.0;
        for (var i = 0; i < groups.Length; i++)
        {
            if (groups[i].Count == 0)
                continue;
            for (var j = 0; j < i; j++)
            {
                if (groups[j].Count == 0)
                    continue;
                var average = sums[i, j] / (groups[i].Count * groups[j].Count);
                if (average > bestAverage)
                    (best, bestAverage) = ((j, i), average);
            }
        }

        return best;
    }

    private static void Join(List<int>[] groups, double[,] sums, int first, int second)
    {
        groups[first].AddRange(groups[second]);
        groups[second].Clear();
        for (var k = 0; k < groups.Length; k++)
        {
            sums[first, k] += sums[second, k];
            sums[k, first] = sums[first, k];
        }
    }

    // The same rule over the known pairs alone, the best pair of clusters looked up in a queue.
    private static void MergeSparse(List<int> members, List<ScoredPair> edges, float threshold, int[] clusters)
    {
        var sums = new Dictionary<int, Dictionary<int, double>>();
        var sizes = members.ToDictionary(static record => record, static _ => 1);
        var queue = new PriorityQueue<(int First, int Second, int Sizes), (double, int, int)>();
        foreach (var record in members)
            sums[record] = [];
        foreach (var edge in edges)
            sums[edge.First][edge.Second] = sums[edge.Second][edge.First] = Math.Clamp(edge.Bits - threshold, BitsMin, BitsMax);

        double Average(int a, int b)
        {
            var pairs = (double)sizes[a] * sizes[b];
            return (sums[a][b] / pairs) + (Math.Max(0, pairs - (sizes[a] + sizes[b])) / pairs * BitsMin / 4);
        }

        void Offer(int a, int b)
        {
            if (Average(a, b) is var average && average > 0)
                queue.Enqueue((a, b, sizes[a] + sizes[b]), (-average, Math.Min(a, b), Math.Max(a, b)));
        }

        foreach (var edge in edges)
            Offer(edge.First, edge.Second);
        var groups = members.ToDictionary(static record => record, static record => new List<int> { record });
        while (queue.TryDequeue(out var next, out _))
        {
            var (a, b) = (next.First, next.Second);
            if (!groups.ContainsKey(a) || !groups.ContainsKey(b) || sizes[a] + sizes[b] != next.Sizes)
                continue;
            groups[a].AddRange(groups[b]);
            groups.Remove(b);
            sizes[a] += sizes[b];
            foreach (var (other, sum) in sums[b])
            {
                sums[other].Remove(b);
                if (other == a)
                    continue;
                sums[a][other] = sums[other][a] = sums[a].GetValueOrDefault(other) + sum;
            }

            sums.Remove(b);
            foreach (var other in sums[a].Keys)
                Offer(a, other);
        }

        foreach (var group in groups.Values)
        {
            var first = group.Min();
            foreach (var record in group)
                clusters[record] = first;
        }
    }
}
