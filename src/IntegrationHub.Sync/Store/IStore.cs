using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Store;

/// <summary>Which of the store's number ranges an id comes from.</summary>
public enum IdRange
{
    SourceRecord,
    GoldenRecord,
    Delivery,
    Conflict,
    Run,
    Plan,
}

/// <summary>What LAND needs to know of a record that it has landed before.</summary>
/// <param name="PriorDigest">The content before the hub last wrote to the record.</param>
public readonly record struct LandedBefore(long Id, Digest ContentDigest, Digest PriorDigest, DateTimeOffset LandedAt, bool IsRemoved, long Revision)
{
    /// <summary>Digest of the key of the record that the system has made this one part of; null when it has not.</summary>
    public Digest? MergedInto { get; init; }
}

/// <summary>A source record that holds a match key.</summary>
public readonly record struct KeyHolder(long SourceRecordId, long GoldenId, int Stream);

/// <summary>A delivery that is due, with everything that is needed to send it.</summary>
public sealed record DueDelivery(PendingDelivery Delivery, Cluster Cluster);

/// <summary>
/// The truth: every piece of work lives here and nowhere else. Commits are atomic and fenced; reads see what is committed.
/// What any implementation must do is stated by the store compliance tests. All times come from the store's TimeProvider.
/// </summary>
/// <remarks>Every method may throw <see cref="StoreUnavailableException"/>; nothing has happened then.</remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>Gives each stream its number, the same one for the life of the store.</summary>
    ValueTask<IReadOnlyDictionary<StreamName, int>> RegisterStreamsAsync(IEnumerable<StreamName> names, CancellationToken cancellationToken);

    /// <summary>Reserves ids that nobody else will get. A crash leaves gaps, never repetitions.</summary>
    /// <returns>The first of <paramref name="count"/> consecutive ids, at least 1.</returns>
    ValueTask<long> ReserveIdsAsync(IdRange range, int count, CancellationToken cancellationToken);

    /// <returns>The lease, or null while somebody else holds it. The owner of a lease that still runs gets it again, with the same epoch
    /// and a new expiry.</returns>
    ValueTask<Lease?> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives a lease back early; without effect when it has changed hands.</summary>
    ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Commits a step, all of it or nothing.</summary>
    /// <exception cref="LeaseLostException">The lease has changed hands.</exception>
    /// <exception cref="StaleStepException">A row that the step had read has changed.</exception>
    ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken);

    /// <summary>Connections that a person has paused, in ordinal order: nothing is read from them or written to them until they are resumed.</summary>
    ValueTask<IReadOnlyList<string>> ListPausedConnectionsAsync(CancellationToken cancellationToken);

    // LAND

    ValueTask<StreamProgress> LoadProgressAsync(int stream, CancellationToken cancellationToken);

    ValueTask<IReadOnlyDictionary<Digest, LandedBefore>> FindLandedAsync(int stream, IReadOnlyCollection<Digest> keys, CancellationToken cancellationToken);

    /// <summary>Live records of a stream in order of their ids, for what a complete read did not show.</summary>
    /// <param name="landedBefore">Only records that last landed before this: one that came in while the read ran need not have been shown by it.</param>
    ValueTask<IReadOnlyList<(long Id, Digest Key)>> ListLiveAsync(
        int stream, DateTimeOffset landedBefore, long afterId, int limit, CancellationToken cancellationToken);

    ValueTask<int> CountLiveAsync(int stream, CancellationToken cancellationToken);

    // MAP to PLAN

    /// <summary>Landed records of a stream that wait for the record they were merged into, by the digests of that one's key.</summary>
    ValueTask<IReadOnlyList<long>> FindMergingAsync(int stream, IReadOnlyCollection<Digest> survivors, CancellationToken cancellationToken);

    /// <summary>Landed records in order of their ids, raw included.</summary>
    ValueTask<IReadOnlyList<SourceRecord>> LoadDueRecordsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>What a worker had begun and not committed when its process stopped; null when all its work is committed.</summary>
    ValueTask<WorkMark?> LoadWorkMarkAsync(string lease, CancellationToken cancellationToken);

    /// <summary>Notes, before the work, which records a worker begins; the next commit under the lease removes the note. So a record that stops the
    /// whole process is found out after a few starts.</summary>
    ValueTask MarkWorkAsync(Lease lease, WorkMark mark, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<SourceRecord>> LoadRecordsAsync(IReadOnlyCollection<long> ids, bool withRaw, CancellationToken cancellationToken);

    /// <summary>Clusters by the ids of their golden records; a merged one is followed to the record that it became part of.</summary>
    ValueTask<IReadOnlyDictionary<long, Cluster>> LoadClustersAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken);

    /// <returns>For each key its holders, at most <paramref name="limit"/> + 1 of them, in order of their ids.</returns>
    ValueTask<IReadOnlyDictionary<Digest, IReadOnlyList<KeyHolder>>> FindByMatchKeysAsync(
        IReadOnlyCollection<Digest> keys, int limit, CancellationToken cancellationToken);

    ValueTask<StreamConfiguration> LoadConfigurationAsync(int stream, CancellationToken cancellationToken);

    ValueTask<EntityConfiguration> LoadEntityConfigurationAsync(string entity, CancellationToken cancellationToken);

    /// <summary>Ids of the golden records of an entity that are not part of another one, in their order.</summary>
    ValueTask<IReadOnlyList<long>> ListGoldenIdsAsync(string entity, long afterId, int limit, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<MatchDecision>> FindDecisionsAsync(IReadOnlyCollection<long> sourceRecordIds, CancellationToken cancellationToken);

    /// <summary>All deliveries of some golden records, whatever their state.</summary>
    ValueTask<IReadOnlyList<PendingDelivery>> FindDeliveriesAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken);

    /// <summary>Deliveries by the correlation that a create carried.</summary>
    ValueTask<IReadOnlyList<PendingDelivery>> FindByCorrelationAsync(IReadOnlyCollection<string> correlations, CancellationToken cancellationToken);

    // DELIVER

    /// <summary>Deliveries of a stream in one state that are due, the longest due first, and never two to one record.</summary>
    /// <param name="operations">Only deliveries that do one of these.</param>
    /// <param name="free">Of these operations, the ones that need no plan; the others are given only where an approved plan has their effect.</param>
    ValueTask<IReadOnlyList<DueDelivery>> LoadDueDeliveriesAsync(
        int stream, DeliveryState state, Rights operations, Rights free, int limit, CancellationToken cancellationToken);

    /// <summary>What people have allowed the hub to write by itself, by stream; a stream that nobody has activated is not in it.</summary>
    ValueTask<IReadOnlyDictionary<int, Rights>> ListActivationsAsync(CancellationToken cancellationToken);

    /// <summary>The approved effects of some deliveries.</summary>
    ValueTask<IReadOnlyList<PlannedEffect>> FindApprovedEffectsAsync(IReadOnlyCollection<long> deliveryIds, CancellationToken cancellationToken);

    /// <summary>Golden records of which a create in a stream has been attempted and is not settled; for one that has become part of another, that other.</summary>
    ValueTask<IReadOnlyList<long>> ListOpenCreatesAsync(int stream, CancellationToken cancellationToken);

    /// <summary>Streams of which not every record has gone through RESOLVE since their first read began.</summary>
    ValueTask<IReadOnlyList<int>> ListUnreadStreamsAsync(IReadOnlyCollection<int> streams, CancellationToken cancellationToken);

    /// <summary>When the next delivery of a stream is due; null when none is open.</summary>
    ValueTask<DateTimeOffset?> NextDueDeliveryAsync(int stream, CancellationToken cancellationToken);
}

/// <summary>A connection's name and a stream's.</summary>
public readonly record struct StreamName(string Connection, string Stream)
{
    public override string ToString() => $"{Connection}/{Stream}";
}

/// <summary>Source records that a worker has begun, and how often it began just these.</summary>
public sealed record WorkMark(IReadOnlyList<long> SourceRecordIds, int Begun);
