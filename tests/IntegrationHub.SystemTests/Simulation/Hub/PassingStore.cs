using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.SystemTests.Simulation.Hub;

/// <summary>Hands every call on to another store. Those that stand between the hub and its store change single calls, or <see cref="PassAsync"/> for all.</summary>
internal abstract class PassingStore(IStore inner) : IStore
{
    protected IStore Inner => inner;

    public virtual ValueTask<IReadOnlyDictionary<StreamName, int>> RegisterStreamsAsync(IEnumerable<StreamName> names, CancellationToken cancellationToken) =>
        PassAsync("register", () => inner.RegisterStreamsAsync(names, cancellationToken));

    public virtual ValueTask<long> ReserveIdsAsync(IdRange range, int count, CancellationToken cancellationToken) =>
        PassAsync("ids", () => inner.ReserveIdsAsync(range, count, cancellationToken));

    public virtual ValueTask<Lease?> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        PassAsync($"lease.{name.Split(':')[0]}", () => inner.TryAcquireLeaseAsync(name, owner, duration, cancellationToken));

    public virtual async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => await PassAsync("release", async () =>
    {
        await inner.ReleaseLeaseAsync(lease, cancellationToken);
        return true;
    });

    public virtual async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken) => await PassAsync($"commit.{Commits.KindOf(lease, changes)}", async () =>
    {
        await inner.CommitAsync(lease, changes, cancellationToken);
        return true;
    });

    public virtual ValueTask<IReadOnlyList<string>> ListPausedConnectionsAsync(CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.ListPausedConnectionsAsync(cancellationToken));

    public virtual ValueTask<StreamProgress> LoadProgressAsync(int stream, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadProgressAsync(stream, cancellationToken));

    public virtual ValueTask<IReadOnlyDictionary<Digest, LandedBefore>> FindLandedAsync(
        int stream, IReadOnlyCollection<Digest> keys, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.FindLandedAsync(stream, keys, cancellationToken));

    public virtual ValueTask<IReadOnlyList<(long Id, Digest Key)>> ListLiveAsync(
        int stream, DateTimeOffset landedBefore, long afterId, int limit, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.ListLiveAsync(stream, landedBefore, afterId, limit, cancellationToken));

    public virtual ValueTask<int> CountLiveAsync(int stream, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.CountLiveAsync(stream, cancellationToken));

    public virtual ValueTask<IReadOnlyList<SourceRecord>> LoadDueRecordsAsync(int limit, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadDueRecordsAsync(limit, cancellationToken));

    public virtual ValueTask<WorkMark?> LoadWorkMarkAsync(string lease, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadWorkMarkAsync(lease, cancellationToken));

    public virtual async ValueTask MarkWorkAsync(Lease lease, WorkMark mark, CancellationToken cancellationToken) => await PassAsync("mark", async () =>
    {
        await inner.MarkWorkAsync(lease, mark, cancellationToken);
        return true;
    });

    public virtual ValueTask<IReadOnlyList<SourceRecord>> LoadRecordsAsync(
        IReadOnlyCollection<long> ids, bool withRaw, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadRecordsAsync(ids, withRaw, cancellationToken));

    public virtual ValueTask<IReadOnlyDictionary<long, Cluster>> LoadClustersAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadClustersAsync(goldenIds, cancellationToken));

    public virtual ValueTask<IReadOnlyDictionary<Digest, IReadOnlyList<KeyHolder>>> FindByMatchKeysAsync(
        IReadOnlyCollection<Digest> keys, int limit, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.FindByMatchKeysAsync(keys, limit, cancellationToken));

    public virtual ValueTask<StreamConfiguration> LoadConfigurationAsync(int stream, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadConfigurationAsync(stream, cancellationToken));

    public virtual ValueTask<IReadOnlyList<long>> ListGoldenIdsAsync(string entity, long afterId, int limit, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.ListGoldenIdsAsync(entity, afterId, limit, cancellationToken));

    public virtual ValueTask<IReadOnlyList<MatchDecision>> FindDecisionsAsync(
        IReadOnlyCollection<long> sourceRecordIds, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.FindDecisionsAsync(sourceRecordIds, cancellationToken));

    public virtual ValueTask<IReadOnlyList<PendingDelivery>> FindDeliveriesAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.FindDeliveriesAsync(goldenIds, cancellationToken));

    public virtual ValueTask<IReadOnlyList<PendingDelivery>> FindByCorrelationAsync(
        IReadOnlyCollection<string> correlations, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.FindByCorrelationAsync(correlations, cancellationToken));

    public virtual ValueTask<IReadOnlyList<DueDelivery>> LoadDueDeliveriesAsync(
        int stream, DeliveryState state, Rights operations, Rights free, int limit, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadDueDeliveriesAsync(stream, state, operations, free, limit, cancellationToken));

    public virtual ValueTask<IReadOnlyDictionary<int, Rights>> ListActivationsAsync(CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.ListActivationsAsync(cancellationToken));

    public virtual ValueTask<IReadOnlyList<PlannedEffect>> FindApprovedEffectsAsync(IReadOnlyCollection<long> deliveryIds, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.FindApprovedEffectsAsync(deliveryIds, cancellationToken));

    public virtual ValueTask<EntityConfiguration> LoadEntityConfigurationAsync(string entity, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.LoadEntityConfigurationAsync(entity, cancellationToken));

    public virtual ValueTask<IReadOnlyList<long>> FindMergingAsync(int stream, IReadOnlyCollection<Digest> losers, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.FindMergingAsync(stream, losers, cancellationToken));

    public virtual ValueTask<IReadOnlyList<long>> ListOpenCreatesAsync(int stream, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.ListOpenCreatesAsync(stream, cancellationToken));

    public virtual ValueTask<IReadOnlyList<int>> ListUnreadStreamsAsync(IReadOnlyCollection<int> streams, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.ListUnreadStreamsAsync(streams, cancellationToken));

    public virtual ValueTask<DateTimeOffset?> NextDueDeliveryAsync(int stream, CancellationToken cancellationToken) =>
        PassAsync("load", () => inner.NextDueDeliveryAsync(stream, cancellationToken));

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <param name="point">What kind of call it is, such as <c>commit.settle</c> or <c>lease.read</c>.</param>
    protected virtual ValueTask<T> PassAsync<T>(string point, Func<ValueTask<T>> call) => call();
}
