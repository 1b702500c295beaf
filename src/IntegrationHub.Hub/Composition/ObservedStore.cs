using IntegrationHub.Hub.Observing;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Composition;

/// <summary>
/// The store as the workers see it. What a commit did is counted and told to those who have work now, once it is durable; and when the hub is
/// to stop, no lease is given or renewed any more, so that every worker ends after the batch that it has in hand.
/// </summary>
internal sealed class ObservedStore(IStore store, HubSettings settings, IWakeUps? wakeUps) : IStore
{
    private volatile bool isDraining;

    /// <summary>Whether the workers have been asked to end.</summary>
    public bool IsDraining => isDraining;

    /// <summary>Told of every commit, once it is durable.</summary>
    public Action<StepChanges>? Committed { get; set; }

    public void Drain() => isDraining = true;

    public async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        await store.CommitAsync(lease, changes, cancellationToken);
        foreach (var tally in changes.Tallies)
            HubMetrics.Count(settings.Find(tally.Stream)?.Name.Connection ?? "", tally.Name, tally.Count);
        Committed?.Invoke(changes);
        if (wakeUps is null)
            return;
        if (changes.Landed.Count > 0 || changes.SourceRecords.Exists(static record => record.Stage == RecordStage.Landed))
            await wakeUps.NotifyAsync(new(WorkKind.Refine), CancellationToken.None);
        var connections = changes.Deliveries.Where(static delivery => delivery.State == DeliveryState.Planned)
            .Select(delivery => settings.Find(delivery.Stream)?.Name.Connection).OfType<string>().Distinct(StringComparer.Ordinal);
        foreach (var connection in connections)
            await wakeUps.NotifyAsync(new(WorkKind.Deliver, connection), CancellationToken.None);
    }

    public ValueTask<Lease?> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        isDraining ? new((Lease?)null) : store.TryAcquireLeaseAsync(name, owner, duration, cancellationToken);

    public ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => store.ReleaseLeaseAsync(lease, cancellationToken);

    public ValueTask<IReadOnlyDictionary<StreamName, int>> RegisterStreamsAsync(IEnumerable<StreamName> names, CancellationToken cancellationToken) =>
        store.RegisterStreamsAsync(names, cancellationToken);

    public ValueTask<long> ReserveIdsAsync(IdRange range, int count, CancellationToken cancellationToken) => store.ReserveIdsAsync(range, count, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListPausedConnectionsAsync(CancellationToken cancellationToken) => store.ListPausedConnectionsAsync(cancellationToken);

    public ValueTask<StreamProgress> LoadProgressAsync(int stream, CancellationToken cancellationToken) => store.LoadProgressAsync(stream, cancellationToken);

    public ValueTask<IReadOnlyDictionary<Digest, LandedBefore>> FindLandedAsync(int stream, IReadOnlyCollection<Digest> keys, CancellationToken cancellationToken) =>
        store.FindLandedAsync(stream, keys, cancellationToken);

    public ValueTask<IReadOnlyList<(long Id, Digest Key)>> ListLiveAsync(
        int stream, DateTimeOffset landedBefore, long afterId, int limit, CancellationToken cancellationToken) =>
        store.ListLiveAsync(stream, landedBefore, afterId, limit, cancellationToken);

    public ValueTask<int> CountLiveAsync(int stream, CancellationToken cancellationToken) => store.CountLiveAsync(stream, cancellationToken);

    public ValueTask<IReadOnlyList<long>> FindMergingAsync(int stream, IReadOnlyCollection<Digest> survivors, CancellationToken cancellationToken) =>
        store.FindMergingAsync(stream, survivors, cancellationToken);

    public ValueTask<IReadOnlyList<SourceRecord>> LoadDueRecordsAsync(int limit, CancellationToken cancellationToken) =>
        store.LoadDueRecordsAsync(limit, cancellationToken);

    public ValueTask<WorkMark?> LoadWorkMarkAsync(string lease, CancellationToken cancellationToken) => store.LoadWorkMarkAsync(lease, cancellationToken);

    public ValueTask MarkWorkAsync(Lease lease, WorkMark mark, CancellationToken cancellationToken) => store.MarkWorkAsync(lease, mark, cancellationToken);

    public ValueTask<IReadOnlyList<SourceRecord>> LoadRecordsAsync(IReadOnlyCollection<long> ids, bool withRaw, CancellationToken cancellationToken) =>
        store.LoadRecordsAsync(ids, withRaw, cancellationToken);

    public ValueTask<IReadOnlyDictionary<long, Cluster>> LoadClustersAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        store.LoadClustersAsync(goldenIds, cancellationToken);

    public ValueTask<IReadOnlyDictionary<Digest, IReadOnlyList<KeyHolder>>> FindByMatchKeysAsync(
        IReadOnlyCollection<Digest> keys, int limit, CancellationToken cancellationToken) =>
        store.FindByMatchKeysAsync(keys, limit, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ListOpenCreatesAsync(int stream, CancellationToken cancellationToken) =>
        store.ListOpenCreatesAsync(stream, cancellationToken);

    public ValueTask<StreamConfiguration> LoadConfigurationAsync(int stream, CancellationToken cancellationToken) =>
        store.LoadConfigurationAsync(stream, cancellationToken);

    public ValueTask<EntityConfiguration> LoadEntityConfigurationAsync(string entity, CancellationToken cancellationToken) =>
        store.LoadEntityConfigurationAsync(entity, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ListGoldenIdsAsync(string entity, long afterId, int limit, CancellationToken cancellationToken) =>
        store.ListGoldenIdsAsync(entity, afterId, limit, cancellationToken);

    public ValueTask<IReadOnlyList<MatchDecision>> FindDecisionsAsync(IReadOnlyCollection<long> sourceRecordIds, CancellationToken cancellationToken) =>
        store.FindDecisionsAsync(sourceRecordIds, cancellationToken);

    public ValueTask<IReadOnlyList<PendingDelivery>> FindDeliveriesAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        store.FindDeliveriesAsync(goldenIds, cancellationToken);

    public ValueTask<IReadOnlyList<PendingDelivery>> FindByCorrelationAsync(IReadOnlyCollection<string> correlations, CancellationToken cancellationToken) =>
        store.FindByCorrelationAsync(correlations, cancellationToken);

    public ValueTask<IReadOnlyList<DueDelivery>> LoadDueDeliveriesAsync(
        int stream, DeliveryState state, Rights operations, Rights free, int limit, CancellationToken cancellationToken) =>
        store.LoadDueDeliveriesAsync(stream, state, operations, free, limit, cancellationToken);

    public ValueTask<IReadOnlyDictionary<int, Rights>> ListActivationsAsync(CancellationToken cancellationToken) => store.ListActivationsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<PlannedEffect>> FindApprovedEffectsAsync(IReadOnlyCollection<long> deliveryIds, CancellationToken cancellationToken) =>
        store.FindApprovedEffectsAsync(deliveryIds, cancellationToken);

    public ValueTask<IReadOnlyList<int>> ListUnreadStreamsAsync(IReadOnlyCollection<int> streams, CancellationToken cancellationToken) =>
        store.ListUnreadStreamsAsync(streams, cancellationToken);

    public ValueTask<DateTimeOffset?> NextDueDeliveryAsync(int stream, CancellationToken cancellationToken) => store.NextDueDeliveryAsync(stream, cancellationToken);

    /// <summary>The store itself is disposed by who opened it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
