namespace IntegrationHub.Identity.Block;

/// <summary>Which pairs of records are looked at: all of one set, or those of a record on the left and one on the right.</summary>
/// <param name="set">The records; to link, source 0 is the left and any other the right.</param>
/// <param name="isLink">Whether two records of one side are never the same.</param>
internal sealed class PairSpace(RecordSet set, bool isLink)
{
    private readonly int[] left = isLink ? Side(set, isLeft: true) : [];
    private readonly int[] right = isLink ? Side(set, isLeft: false) : [];

    public RecordSet Set { get; } = set;

    public bool IsLink { get; } = isLink;

    /// <summary>How many pairs there are.</summary>
    public double Count => IsLink ? (double)left.Length * right.Length : Set.Count * (Set.Count - 1.0) / 2;

    /// <summary>How many records a record can be paired with, on average over the larger side.</summary>
    public double Opposite => IsLink ? Math.Min(left.Length, right.Length) : Set.Count - 1;

    public bool Has(int first, int second) => !IsLink || (Set.Sources[first] == 0) != (Set.Sources[second] == 0);

    /// <summary>Every pair when there are no more than <paramref name="max"/>, else as many drawn at random.</summary>
    public (int First, int Second)[] Sample(int max, Random random)
    {
        if (Count <= max)
            return [.. All()];
        var pairs = new (int, int)[max];
        for (var i = 0; i < max; i++)
            pairs[i] = Draw(random);
        return pairs;
    }

    private (int First, int Second) Draw(Random random)
    {
        if (IsLink)
            return (left[random.Next(left.Length)], right[random.Next(right.Length)]);
        var first = random.Next(Set.Count);
        var second = random.Next(Set.Count - 1);
        return (first, second < first ? second : second + 1);
    }

    private IEnumerable<(int First, int Second)> All()
    {
        if (IsLink)
            return left.SelectMany(first => right.Select(second => (first, second)));
        return Enumerable.Range(0, Set.Count).SelectMany(second => Enumerable.Range(0, second).Select(first => (first, second)));
    }

    private static int[] Side(RecordSet set, bool isLeft) =>
        [.. Enumerable.Range(0, set.Count).Where(record => (set.Sources[record] == 0) == isLeft)];
}
