using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>A cluster while a batch works on it.</summary>
internal sealed class ClusterDraft(GoldenRecord golden, IEnumerable<SourceRecord> members)
{
    public GoldenRecord Golden { get; set; } = golden;

    public SortedDictionary<long, SourceRecord> Members { get; } = new(members.ToDictionary(static member => member.Id));

    /// <summary>The golden record as stored; what the audit entry compares with.</summary>
    public GoldenRecord Stored { get; } = golden;

    public bool IsTouched { get; set; }
}

/// <summary>Everything that a batch has read, and what it has decided so far: a later record of the batch sees what an earlier one did.</summary>
internal sealed class Workspace
{
    private readonly Dictionary<long, ClusterDraft> clusters = [];
    private readonly Dictionary<long, long> mergedInto = [];
    private readonly Dictionary<long, SourceRecord> records = [];
    private readonly Dictionary<Digest, List<KeyHolder>> holders = [];
    private readonly HashSet<long> changedRecords = [];
    private readonly Dictionary<long, Examination> coming = [];
    private readonly Dictionary<(int Stream, Digest Key), long> byKey = [];
    private readonly HashSet<(long, long)> kept = [];
    private readonly HashSet<(long Left, long Right)> together = [];

    public IEnumerable<ClusterDraft> Clusters => clusters.Values;

    public ILookup<long, PendingDelivery> Deliveries { get; private set; } = Array.Empty<PendingDelivery>().ToLookup(static delivery => delivery.GoldenId);

    public IReadOnlySet<long> ChangedRecords => changedRecords;

    public void Add(IEnumerable<KeyValuePair<long, Cluster>> loaded)
    {
        foreach (var (id, cluster) in loaded)
        {
            if (id != cluster.Golden.Id)
                mergedInto[id] = cluster.Golden.Id;
            if (clusters.ContainsKey(cluster.Golden.Id))
                continue;
            clusters[cluster.Golden.Id] = new(cluster.Golden, cluster.Members);
            foreach (var member in cluster.Members)
                records[member.Id] = member;
        }
    }

    public void Add(IEnumerable<KeyValuePair<Digest, IReadOnlyList<KeyHolder>>> loaded)
    {
        foreach (var (key, list) in loaded)
            holders[key] = [.. list];
    }

    public void Add(IEnumerable<PendingDelivery> loaded) => Deliveries = loaded.ToLookup(static delivery => delivery.GoldenId);

    public void Add(IEnumerable<MatchDecision> decisions)
    {
        foreach (var decision in decisions)
            (decision.Same ? together : kept).Add(Pair(decision.LeftRecordId, decision.RightRecordId));
    }

    /// <summary>Records of the batch that have not been decided on yet.</summary>
    public void Expect(IEnumerable<Examination> examined)
    {
        foreach (var one in examined)
            coming[one.Record.Id] = one;
    }

    /// <summary>What has been read of a record that has not been decided on yet; null when nothing has.</summary>
    public Examination? Coming(long record) => coming.GetValueOrDefault(record);

    public void Begin(long record) => coming.Remove(record);

    /// <summary>Records that others of the batch were merged into.</summary>
    public void AddSurvivors(IEnumerable<SourceRecord> survivors)
    {
        foreach (var survivor in survivors)
        {
            records.TryAdd(survivor.Id, survivor);
            byKey[(survivor.Stream, survivor.KeyDigest)] = survivor.Id;
        }
    }

    /// <summary>A survivor as the batch has it now; null when it has not landed.</summary>
    public SourceRecord? FindByKey(int stream, Digest key) => byKey.TryGetValue((stream, key), out var id) ? records[id] : null;

    /// <summary>The cluster of a golden record, followed through merges; null when there is none.</summary>
    public ClusterDraft? Find(long goldenId)
    {
        while (mergedInto.TryGetValue(goldenId, out var next))
            goldenId = next;
        return clusters.GetValueOrDefault(goldenId);
    }

    public ClusterDraft Found(GoldenRecord golden)
    {
        var draft = new ClusterDraft(golden, []);
        clusters[golden.Id] = draft;
        return draft;
    }

    public IReadOnlyList<KeyHolder> HoldersOf(Digest key) => holders.TryGetValue(key, out var list) ? list : [];

    public void Hold(Digest key, SourceRecord record)
    {
        if (!holders.TryGetValue(key, out var list))
            holders[key] = list = [];
        list.RemoveAll(holder => holder.SourceRecordId == record.Id);
        list.Add(new(record.Id, record.GoldenId, record.Stream));
    }

    public void Withdraw(Digest key, long record)
    {
        if (holders.TryGetValue(key, out var list))
            list.RemoveAll(holder => holder.SourceRecordId == record);
    }

    /// <summary>The record as the batch has it now.</summary>
    public SourceRecord Current(SourceRecord record) => records.GetValueOrDefault(record.Id, record);

    public void Put(SourceRecord record)
    {
        records[record.Id] = record;
        changedRecords.Add(record.Id);
        if (record.GoldenId != 0 && Find(record.GoldenId) is { } draft)
        {
            draft.Members[record.Id] = record;
            draft.IsTouched = true;
        }
    }

    public SourceRecord Changed(long id) => records[id];

    /// <summary>A record that the batch has to do with; null when it has nothing to do with it.</summary>
    public SourceRecord? Known(long id) => records.GetValueOrDefault(id);

    /// <summary>Whether a steward has said that a record is not the customer of a cluster.</summary>
    public bool IsKeptApart(long record, ClusterDraft cluster) =>
        kept.Count > 0 && cluster.Members.Keys.Any(member => kept.Contains(Pair(record, member)));

    /// <summary>The clusters of the records of which a steward has said that they are the same customer as this one.</summary>
    public IEnumerable<ClusterDraft> SaidSame(long record) => together
        .Where(pair => pair.Left == record || pair.Right == record)
        .Select(pair => records.GetValueOrDefault(pair.Left == record ? pair.Right : pair.Left))
        .Select(other => other is null || other.GoldenId == 0 ? null : Find(other.GoldenId))
        .OfType<ClusterDraft>();

    /// <summary>Whether a steward has said of a record on each side that they are one customer.</summary>
    public bool AreSaidSame(ClusterDraft left, ClusterDraft right) =>
        together.Count > 0 && left.Members.Keys.Any(one => right.Members.Keys.Any(other => together.Contains(Pair(one, other))));

    public void Merge(ClusterDraft survivor, ClusterDraft loser)
    {
        foreach (var member in loser.Members.Values.ToArray())
            Put(member with { GoldenId = survivor.Golden.Id });
        loser.Members.Clear();
        survivor.Golden = survivor.Golden with
        {
            // Of two on one path the later counts; both are kept, so that each side has its own again when they are split.
            Overrides = [.. survivor.Golden.Overrides, .. loser.Golden.Overrides],
            Held = [.. survivor.Golden.Held, .. loser.Golden.Held.Where(held => survivor.Golden.Held.All(own => own.Path != held.Path))],
        };
        loser.Golden = loser.Golden with
        {
            Status = GoldenStatus.Merged,
            MergedInto = survivor.Golden.Id,
            Version = loser.Golden.Version + 1,
            Fields = Array.Empty<GoldenField>(),
            Overrides = [],
            Held = [],
        };
        loser.IsTouched = true;
        survivor.IsTouched = true;
        mergedInto[loser.Golden.Id] = survivor.Golden.Id;
    }

    private static (long Left, long Right) Pair(long left, long right) => (Math.Min(left, right), Math.Max(left, right));
}
