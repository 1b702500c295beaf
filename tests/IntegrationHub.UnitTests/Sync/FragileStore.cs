using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>A store in a process that can die: once it is dead every call fails and nothing more is written. Keeps what was committed, for tests to look at.</summary>
internal sealed class FragileStore(IStore store) : IStore
{
    public bool IsDead { get; set; }

    /// <summary>The process dies at so many calls from now; null keeps it alive.</summary>
    public int? CallsLeft { get; set; }

    /// <summary>The key of a record that kills the process when it is loaded with its payload to be worked on.</summary>
    public Func<string?> PoisonKey { get; init; } = static () => null;

    public List<StepChanges> Committed { get; init; } = [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyDictionary<StreamName, int>> RegisterStreamsAsync(IEnumerable<StreamName> names, CancellationToken cancellationToken) =>
        Alive().RegisterStreamsAsync(names, cancellationToken);

    public ValueTask<long> ReserveIdsAsync(IdRange range, int count, CancellationToken cancellationToken) =>
        Alive().ReserveIdsAsync(range, count, cancellationToken);

    public ValueTask<Lease?> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Alive().TryAcquireLeaseAsync(name, owner, duration, cancellationToken);

    public ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        Alive().ReleaseLeaseAsync(lease, cancellationToken);

    public async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        await Alive().CommitAsync(lease, changes, cancellationToken);
        Committed.Add(changes);
    }

    public ValueTask<IReadOnlyList<string>> ListPausedConnectionsAsync(CancellationToken cancellationToken) =>
        Alive().ListPausedConnectionsAsync(cancellationToken);

    public ValueTask<StreamProgress> LoadProgressAsync(int stream, CancellationToken cancellationToken) =>
        Alive().LoadProgressAsync(stream, cancellationToken);

    public ValueTask<IReadOnlyDictionary<Digest, LandedBefore>> FindLandedAsync(int stream, IReadOnlyCollection<Digest> keys, CancellationToken cancellationToken) =>
        Alive().FindLandedAsync(stream, keys, cancellationToken);

    public ValueTask<IReadOnlyList<(long Id, Digest Key)>> ListLiveAsync(int stream, DateTimeOffset landedBefore, long afterId, int limit, CancellationToken cancellationToken) =>
        Alive().ListLiveAsync(stream, landedBefore, afterId, limit, cancellationToken);

    public ValueTask<int> CountLiveAsync(int stream, CancellationToken cancellationToken) =>
        Alive().CountLiveAsync(stream, cancellationToken);

    public ValueTask<IReadOnlyList<long>> FindMergingAsync(int stream, IReadOnlyCollection<Digest> survivors, CancellationToken cancellationToken) =>
        Alive().FindMergingAsync(stream, survivors, cancellationToken);

    public ValueTask<IReadOnlyList<SourceRecord>> LoadDueRecordsAsync(int limit, CancellationToken cancellationToken) =>
        Alive().LoadDueRecordsAsync(limit, cancellationToken);

    public ValueTask<WorkMark?> LoadWorkMarkAsync(string lease, CancellationToken cancellationToken) =>
        Alive().LoadWorkMarkAsync(lease, cancellationToken);

    public async ValueTask MarkWorkAsync(Lease lease, WorkMark mark, CancellationToken cancellationToken)
    {
        await Alive().MarkWorkAsync(lease, mark, cancellationToken);
        var begun = await store.LoadRecordsAsync(mark.SourceRecordIds, withRaw: false, cancellationToken);
        if (PoisonKey() is { } poison && begun.Any(record => record.Key == poison))
        {
            IsDead = true;
            Alive();
        }
    }

    public ValueTask<IReadOnlyList<SourceRecord>> LoadRecordsAsync(IReadOnlyCollection<long> ids, bool withRaw, CancellationToken cancellationToken) =>
        Alive().LoadRecordsAsync(ids, withRaw, cancellationToken);

    public ValueTask<IReadOnlyDictionary<long, Cluster>> LoadClustersAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        Alive().LoadClustersAsync(goldenIds, cancellationToken);

    public ValueTask<IReadOnlyDictionary<Digest, IReadOnlyList<KeyHolder>>> FindByMatchKeysAsync(IReadOnlyCollection<Digest> keys, int limit, CancellationToken cancellationToken) =>
        Alive().FindByMatchKeysAsync(keys, limit, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ListOpenCreatesAsync(int stream, CancellationToken cancellationToken) =>
        Alive().ListOpenCreatesAsync(stream, cancellationToken);

    public ValueTask<StreamConfiguration> LoadConfigurationAsync(int stream, CancellationToken cancellationToken) =>
        Alive().LoadConfigurationAsync(stream, cancellationToken);

    public ValueTask<EntityConfiguration> LoadEntityConfigurationAsync(string entity, CancellationToken cancellationToken) =>
        Alive().LoadEntityConfigurationAsync(entity, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ListGoldenIdsAsync(string entity, long afterId, int limit, CancellationToken cancellationToken) =>
        Alive().ListGoldenIdsAsync(entity, afterId, limit, cancellationToken);

    public ValueTask<IReadOnlyList<MatchDecision>> FindDecisionsAsync(IReadOnlyCollection<long> sourceRecordIds, CancellationToken cancellationToken) =>
        Alive().FindDecisionsAsync(sourceRecordIds, cancellationToken);

    public ValueTask<IReadOnlyList<PendingDelivery>> FindDeliveriesAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        Alive().FindDeliveriesAsync(goldenIds, cancellationToken);

    public ValueTask<IReadOnlyList<PendingDelivery>> FindByCorrelationAsync(IReadOnlyCollection<string> correlations, CancellationToken cancellationToken) =>
        Alive().FindByCorrelationAsync(correlations, cancellationToken);

    public ValueTask<IReadOnlyList<DueDelivery>> LoadDueDeliveriesAsync(
        int stream, DeliveryState state, Rights operations, Rights free, int limit, CancellationToken cancellationToken) =>
        Alive().LoadDueDeliveriesAsync(stream, state, operations, free, limit, cancellationToken);

    public ValueTask<IReadOnlyDictionary<int, Rights>> ListActivationsAsync(CancellationToken cancellationToken) =>
        Alive().ListActivationsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<PlannedEffect>> FindApprovedEffectsAsync(IReadOnlyCollection<long> deliveryIds, CancellationToken cancellationToken) =>
        Alive().FindApprovedEffectsAsync(deliveryIds, cancellationToken);

    public ValueTask<IReadOnlyList<int>> ListUnreadStreamsAsync(IReadOnlyCollection<int> streams, CancellationToken cancellationToken) =>
        Alive().ListUnreadStreamsAsync(streams, cancellationToken);

    public ValueTask<DateTimeOffset?> NextDueDeliveryAsync(int stream, CancellationToken cancellationToken) =>
        Alive().NextDueDeliveryAsync(stream, cancellationToken);

    private IStore Alive()
    {
        IsDead |= CallsLeft-- <= 0;
        return IsDead ? throw new ObjectDisposedException("The process was killed.") : store;
    }
}
