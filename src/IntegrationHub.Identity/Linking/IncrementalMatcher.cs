using IntegrationHub.Identity.Block;
using IntegrationHub.Identity.Cluster;
using IntegrationHub.Identity.Score;

namespace IntegrationHub.Identity;

/// <summary>
/// Matches records one by one as they come, change and go. Each one is compared with those it shares a block with, and only the
/// records that links hold together with it are clustered again. With the same model and the same counts of values the clusters are
/// those of a batch over all present records, whatever the order they came in; only what a block beyond <see cref="BlockMax"/> would
/// have paired may differ.
/// </summary>
public sealed class IncrementalMatcher
{
    /// <summary>A record is not compared with the rest of a block that is larger.</summary>
    public const int BlockMax = BlockWalk.BlockMax;

    private const float FloorBits = -8;

    private readonly MatchModel model;
    private readonly Column[] columns;
    private readonly PairComparer comparer;
    private readonly float threshold;
    private readonly Dictionary<int, Entry> entries = [];
    private readonly Dictionary<ulong, List<int>> blocks = [];

    /// <param name="model">What agreement says.</param>
    /// <param name="known">Records whose values say how rare a value is; built so that it can grow. They are not matched
    /// themselves.</param>
    /// <param name="settings">The threshold; the rest does not matter here.</param>
    /// <exception cref="ArgumentException">The model is of other columns.</exception>
    public IncrementalMatcher(MatchModel model, RecordSet known, MatchSettings settings)
    {
        if (!known.Columns.Select(static column => new MatchColumn(column.Name, column.Kind)).SequenceEqual(model.Columns))
            throw new ArgumentException("The model was trained on other columns, or on other kinds of columns. Train it on these.",
                nameof(model));
        this.model = model;
        columns = known.Columns;
        comparer = new(known);
        threshold = (float)Math.Log2(settings.Threshold / (1 - settings.Threshold));
    }

    /// <summary>Puts a record in, or the new state of one.</summary>
    /// <param name="record">Its number.</param>
    /// <param name="fields">One text a column; empty or null is missing.</param>
    /// <returns>The clusters that the record's coming touched, each in order of numbers.</returns>
    public IReadOnlyList<IReadOnlyList<int>> Put(int record, ReadOnlySpan<string?> fields)
    {
        if (fields.Length != columns.Length)
            throw new ArgumentException($"{columns.Length} fields were expected, {fields.Length} were found.", nameof(fields));
        var left = Take(record);
        var entry = Read(fields);
        foreach (var other in CandidatesOf(entry))
        {
            var bits = BitsOf(entry, entries[other]);
            if (bits < FloorBits)
                continue;
            entry.Pairs[other] = bits;
            entries[other].Pairs[record] = bits;
        }

        entries.Add(record, entry);
        foreach (var block in entry.Blocks)
        {
            if (!blocks.TryGetValue(block, out var members))
                blocks.Add(block, members = []);
            members.Add(record);
        }

        return Recluster(left.Append(record));
    }

    /// <summary>Takes a record out.</summary>
    /// <returns>The clusters of the records that it held together.</returns>
    public IReadOnlyList<IReadOnlyList<int>> Remove(int record) => Recluster(Take(record));

    /// <summary>The records of one customer, in order of numbers, of a record that is in.</summary>
    public IReadOnlyList<int> ClusterOf(int record) => entries[record].Cluster;

    // Removes every trace of a record and names those that were linked with it.
    private List<int> Take(int record)
    {
        if (!entries.Remove(record, out var entry))
            return [];
        foreach (var block in entry.Blocks)
        {
            blocks[block].Remove(record);
            if (blocks[block].Count == 0)
                blocks.Remove(block);
        }

        foreach (var other in entry.Pairs.Keys)
            entries[other].Pairs.Remove(record);
        return [.. entry.Pairs.Where(pair => pair.Value >= threshold).Select(static pair => pair.Key)];
    }

    private Entry Read(ReadOnlySpan<string?> fields)
    {
        var ids = new int[columns.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            var table = columns[i].Table;
            var count = table.Count;
            ids[i] = string.IsNullOrWhiteSpace(fields[i]) ? 0 : table.IndexOf(fields[i]!);
            if (table.Count > count)
                columns[i].Weigh(table[ids[i]]);
        }

        var keys = KeyTable.KeysOf(columns, ids);
        return new(ids, RecordSetBuilder.ContentOf(columns, ids),
            [.. model.Rules.Select(rule => BlockWalk.CodeOf(rule, keys)).Where(static code => code != 0)]);
    }

    private HashSet<int> CandidatesOf(Entry entry) =>
        [.. entry.Blocks.Select(block => blocks.GetValueOrDefault(block))
            .Where(static members => members?.Count < BlockMax).SelectMany(static members => members!)];

    private float BitsOf(Entry first, Entry second)
    {
        Span<byte> levels = stackalloc byte[comparer.Count];
        Span<byte> rarity = stackalloc byte[comparer.Count];
        comparer.Compare(first.Ids, second.Ids, levels, rarity);
        return model.Weights.Total(levels, rarity);
    }

    private List<IReadOnlyList<int>> Recluster(IEnumerable<int> touched)
    {
        var clusters = new List<IReadOnlyList<int>>();
        var done = new HashSet<int>();
        foreach (var start in touched)
        {
            if (entries.ContainsKey(start) && !done.Contains(start))
                Recluster(Component(start, done), clusters);
        }

        return clusters;
    }

    private List<int> Component(int start, HashSet<int> done)
    {
        var members = new List<int> { start };
        done.Add(start);
        for (var i = 0; i < members.Count; i++)
        {
            foreach (var (other, bits) in entries[members[i]].Pairs)
            {
                if (bits >= threshold && done.Add(other))
                    members.Add(other);
            }
        }

        return members;
    }

    // In the order of content, as a batch has them, so that ties are decided alike.
    private void Recluster(List<int> members, List<IReadOnlyList<int>> clusters)
    {
        members.Sort((first, second) =>
            entries[first].Content.CompareTo(entries[second].Content) is not 0 and var order ? order : first.CompareTo(second));
        var places = members.Select(static (record, place) => (record, place))
            .ToDictionary(static one => one.record, static one => one.place);
        var pairs = new List<ScoredPair>();
        foreach (var record in members)
        {
            foreach (var (other, bits) in entries[record].Pairs)
            {
                if (places.TryGetValue(other, out var place) && places[record] < place)
                    pairs.Add(new(places[record], place, bits));
            }
        }

        var roots = new Clustering(members.Count, (first, second) =>
            BitsOf(entries[members[first]], entries[members[second]])).ByAverage(pairs, threshold);
        foreach (var group in members.GroupBy(record => roots[places[record]]))
        {
            int[] cluster = [.. group.Order()];
            foreach (var record in cluster)
                entries[record].Cluster = cluster;
            clusters.Add(cluster);
        }
    }

    /// <summary>A record that is in.</summary>
    private sealed record Entry(int[] Ids, ulong Content, ulong[] Blocks)
    {
        /// <summary>The weights of its pairs at or above the floor.</summary>
        public Dictionary<int, float> Pairs { get; } = [];

        public IReadOnlyList<int> Cluster { get; set; } = [];
    }
}
