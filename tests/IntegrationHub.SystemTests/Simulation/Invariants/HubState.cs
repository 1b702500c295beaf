using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>What the store holds once the hub is at rest, read through the store's own queries.</summary>
internal sealed class HubState
{
    private readonly World world;
    private readonly Dictionary<(int System, string Key), SourceRecord> byKey;
    private readonly ILookup<long, Conflict> conflicts;

    private HubState(
        World world, IReadOnlyList<SourceRecord> records, IReadOnlyDictionary<long, Cluster> followed, IReadOnlyList<PendingDelivery> deliveries,
        IReadOnlyList<Conflict> conflicts, IReadOnlyList<QuarantineEntry> quarantine, IReadOnlyList<StreamState> streams)
    {
        this.world = world;
        Records = records;
        Clusters = [.. followed.Values.DistinctBy(static cluster => cluster.Golden.Id).OrderBy(static cluster => cluster.Golden.Id)];
        Deliveries = deliveries;
        Quarantine = quarantine;
        Streams = streams;
        byKey = records.ToDictionary(record => (world.SystemOf(record.Stream).Number, record.Key));
        this.conflicts = conflicts.Where(conflict => followed.ContainsKey(conflict.GoldenId)).ToLookup(conflict => followed[conflict.GoldenId].Golden.Id);
        Dead = [.. deliveries.Where(static row => row.State == DeliveryState.Dead || row is { State: DeliveryState.Planned, ErrorCode: "value.taken" })];
    }

    public IReadOnlyList<SourceRecord> Records { get; }

    /// <summary>Golden records that are not part of another one.</summary>
    public IReadOnlyList<Cluster> Clusters { get; }

    public IReadOnlyList<PendingDelivery> Deliveries { get; }

    /// <summary>Deliveries that the system refuses: dead letters, and those that wait for another record to give a value up.</summary>
    public IReadOnlyList<PendingDelivery> Dead { get; }

    public IReadOnlyList<QuarantineEntry> Quarantine { get; }

    public IReadOnlyList<StreamState> Streams { get; }

    public static async Task<HubState> LoadAsync(World world)
    {
        var store = world.Store;
        long[] golden = [.. world.Mirror.GoldenIds];
        var noted = new List<Conflict>();
        for (long after = 0; ; after = noted[^1].Id)
        {
            var page = await store.ListConflictsAsync(FindingFilter.None, new(after, 1_000), default);
            noted.AddRange(page);
            if (page.Count < 1_000)
                break;
        }

        return new(
            world, await store.LoadRecordsAsync([.. world.Mirror.RecordIds], withRaw: false, default), await store.LoadClustersAsync(golden, default),
            await store.FindDeliveriesAsync(golden, default), noted, await store.ListQuarantineAsync(FindingFilter.None, new(0, 1_000), default),
            await store.ListStreamsAsync(default));
    }

    public SourceRecord? Find(SimSystem system, string key) => byKey.GetValueOrDefault((system.Number, key));

    public IEnumerable<Conflict> ConflictsOf(Cluster cluster) => conflicts[cluster.Golden.Id];

    public string NameOf(SourceRecord record) => $"{world.SystemOf(record.Stream).Name}/{record.Key}";

    /// <summary>The record as its system holds it; null when it is gone there.</summary>
    public SimRecord? InSystem(SourceRecord record) => world.SystemOf(record.Stream).Find(record.Key) is { IsDeleted: false } found ? found : null;

    /// <summary>Whether a person has to mend something first that only a person can: the system refuses the very value that the golden record has.</summary>
    public bool IsRightlyRefused(SimSystem system, GoldenRecord golden, SourceRecord? record)
    {
        var says = golden.ToFieldMap();
        if (system.Manner.RefusedStatus is { } refused && says.Find("status")?.AsText == refused)
            return true;
        return system.IsTaken(says.Find(Configuration.Paths["email"])?.AsText ?? "", record?.Key);
    }

    /// <summary>Whether the customer was put together or taken apart, by matching or by a steward: then values moved without anybody editing.</summary>
    public bool IsRegrouped(Cluster cluster) => world.Operators.Touched.Contains(cluster.Golden.Id) || world.Mirror.RegroupedAt.ContainsKey(cluster.Golden.Id);

    public GoldenField? FieldOf(Cluster cluster, string path)
    {
        foreach (var field in cluster.Golden.Fields)
        {
            if (field.Path == path)
                return field;
        }

        return null;
    }

    public static string Show(SourceRecord? record) => record is null
        ? "nothing"
        : $"{record} {record.Stage} of {record.GoldenId}{(record.Removal == Removal.None ? "" : $", removed {record.Removal}")}{(record.LandedDeleted ? ", shown as deleted" : "")}";
}
