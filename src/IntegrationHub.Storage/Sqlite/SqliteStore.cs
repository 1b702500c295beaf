using System.Collections.Concurrent;
using System.Globalization;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>The store on one SQLite file: the embedded default. The pipeline reads and writes on one connection; what people ask runs beside it on others.</summary>
/// <remarks>SQLite has no asynchronous work of its own: every method does its work on the caller's thread and returns completed tasks.</remarks>
public sealed class SqliteStore : IStore, IStoreQueries
{
    private readonly SqliteDatabase database;
    private readonly Statements writer;
    private readonly GroupCommit commits;
    private readonly ConcurrentBag<Statements> readers = [];
    private readonly TimeProvider clock;

    private SqliteStore(SqliteDatabase file, SqliteConnection connection, TimeProvider clock)
    {
        database = file;
        this.clock = clock;
        writer = new(connection);
        commits = new(writer);
    }

    /// <summary>Opens a store and takes its schema to the newest version; work in flight stays as it is.</summary>
    /// <param name="path">The database file, created when it does not exist; <c>:memory:NAME</c> keeps it in memory.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be opened or is no database.</exception>
    /// <exception cref="InvalidDataException">A newer version of the hub wrote it.</exception>
    public static SqliteStore Open(string path, TimeProvider clock)
    {
        var file = new SqliteDatabase(path);
        SqliteConnection? connection = null;
        try
        {
            connection = file.OpenWriter();
            SqliteDatabase.Migrate(connection);
            return new(file, connection, clock);
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            if (exception is SqliteException failure)
                throw SqliteFailures.Translate(failure);
            throw;
        }
    }

    /// <summary>The writer's connection, so that a test can take its room away.</summary>
    internal SqliteConnection Writer => writer.Connection;

    public async ValueTask<IReadOnlyDictionary<StreamName, int>> RegisterStreamsAsync(IEnumerable<StreamName> names, CancellationToken cancellationToken)
    {
        var wanted = names.ToArray();
        return await commits.RunAsync(db =>
        {
            var numbers = new Dictionary<StreamName, int>();
            foreach (var name in wanted)
            {
                db.Run("INSERT OR IGNORE INTO stream (connection, name) VALUES (?1, ?2)", name.Connection, name.Stream);
                db.Run("INSERT OR IGNORE INTO connection (name) VALUES (?1)", name.Connection);
                numbers[name] = Convert.ToInt32(
                    db.Scalar("SELECT number FROM stream WHERE connection = ?1 AND name = ?2", name.Connection, name.Stream), CultureInfo.InvariantCulture);
            }

            return numbers;
        });
    }

    public async ValueTask<long> ReserveIdsAsync(IdRange range, int count, CancellationToken cancellationToken) => await commits.RunAsync(db =>
    {
        var name = range.ToString();
        var first = db.Scalar("SELECT next FROM id_range WHERE name = ?1", name) is long next ? next : 1;
        db.Run("INSERT INTO id_range (name, next) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET next = excluded.next", name, first + count);
        return first;
    });

    public async ValueTask<Lease?> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var expires = now + duration;
        return await commits.RunAsync(db =>
        {
            db.Run(
                "INSERT INTO lease (name, owner, epoch, expires_at) VALUES (?1, ?2, 1, ?3) ON CONFLICT (name) DO UPDATE SET "
                + "epoch = CASE WHEN owner = excluded.owner AND expires_at > ?4 THEN epoch ELSE epoch + 1 END, owner = excluded.owner, expires_at = excluded.expires_at "
                + "WHERE owner = excluded.owner OR expires_at <= ?4",
                name, owner, Rows.Milliseconds(expires), Rows.Milliseconds(now));
            using var row = db.Query("SELECT owner, epoch, expires_at FROM lease WHERE name = ?1", name);
            row.Read();
            return row.GetString(0) == owner ? new Lease(name, owner, row.GetInt64(1), Rows.Time(row, 2)) : null;
        });
    }

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => await commits.RunAsync(db => db.Run(
        "UPDATE lease SET expires_at = 0 WHERE name = ?1 AND owner = ?2 AND epoch = ?3", lease.Name, lease.Owner, lease.Epoch));

    public async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken) => await commits.RunAsync(db =>
    {
        Fence(db, lease);
        StepWriter.Write(db, changes);
        db.Run("DELETE FROM work_mark WHERE lease = ?1", lease.Name);
        return true;
    });

    public async ValueTask MarkWorkAsync(Lease lease, WorkMark mark, CancellationToken cancellationToken) => await commits.RunAsync(db =>
    {
        Fence(db, lease);
        db.Run(
            "INSERT OR REPLACE INTO work_mark (lease, ids, begun) VALUES (?1, ?2, ?3)", lease.Name, string.Join(',', mark.SourceRecordIds), mark.Begun);
        return true;
    });

    public ValueTask<WorkMark?> LoadWorkMarkAsync(string lease, CancellationToken cancellationToken) => ReadNext<WorkMark?>(db =>
    {
        using var row = db.Query("SELECT ids, begun FROM work_mark WHERE lease = ?1", lease);
        return row.Read()
            ? new([.. row.GetString(0).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static id => long.Parse(id, CultureInfo.InvariantCulture))], row.GetInt32(1))
            : null;
    });

    public ValueTask<IReadOnlyList<string>> ListPausedConnectionsAsync(CancellationToken cancellationToken) => ReadNext(StoreQueries.Paused);

    public ValueTask<StreamProgress> LoadProgressAsync(int stream, CancellationToken cancellationToken) => ReadNext(db => StoreReads.Progress(db, stream));

    public ValueTask<IReadOnlyDictionary<Digest, LandedBefore>> FindLandedAsync(int stream, IReadOnlyCollection<Digest> keys, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyDictionary<Digest, LandedBefore>>(db => StoreReads.Landed(db, stream, keys));

    public ValueTask<IReadOnlyList<(long Id, Digest Key)>> ListLiveAsync(
        int stream, DateTimeOffset landedBefore, long afterId, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<(long, Digest)>>(db => StoreReads.Live(db, stream, Rows.Milliseconds(landedBefore), afterId, limit));

    public ValueTask<int> CountLiveAsync(int stream, CancellationToken cancellationToken) => Read(db => StoreReads.CountLive(db, stream));

    public ValueTask<IReadOnlyList<long>> FindMergingAsync(int stream, IReadOnlyCollection<Digest> survivors, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<long>>(db => StoreReads.Merging(db, stream, survivors));

    public ValueTask<IReadOnlyList<SourceRecord>> LoadDueRecordsAsync(int limit, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<SourceRecord>>(db => StoreReads.Due(db, Now, limit));

    public ValueTask<IReadOnlyList<SourceRecord>> LoadRecordsAsync(IReadOnlyCollection<long> ids, bool withRaw, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<SourceRecord>>(db => StoreReads.Records(db, ids, withRaw));

    public ValueTask<IReadOnlyDictionary<long, Cluster>> LoadClustersAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyDictionary<long, Cluster>>(db => StoreReads.Clusters(db, goldenIds));

    public ValueTask<IReadOnlyDictionary<Digest, IReadOnlyList<KeyHolder>>> FindByMatchKeysAsync(
        IReadOnlyCollection<Digest> keys, int limit, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyDictionary<Digest, IReadOnlyList<KeyHolder>>>(db => StoreReads.Holders(db, keys, limit));

    public ValueTask<StreamConfiguration> LoadConfigurationAsync(int stream, CancellationToken cancellationToken) =>
        ReadNext(db => StoreReads.Configuration(db, stream));

    public ValueTask<EntityConfiguration> LoadEntityConfigurationAsync(string entity, CancellationToken cancellationToken) =>
        ReadNext(db => StoreReads.EntityConfiguration(db, entity));

    public ValueTask<IReadOnlyList<long>> ListGoldenIdsAsync(string entity, long afterId, int limit, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<long>>(db => StoreReads.GoldenIds(db, entity, afterId, limit));

    public ValueTask<IReadOnlyList<MatchDecision>> FindDecisionsAsync(IReadOnlyCollection<long> sourceRecordIds, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<MatchDecision>>(db => StoreReads.Decisions(db, sourceRecordIds));

    public ValueTask<IReadOnlyList<PendingDelivery>> FindDeliveriesAsync(IReadOnlyCollection<long> goldenIds, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<PendingDelivery>>(db => DeliveryReads.OfGolden(db, goldenIds));

    public ValueTask<IReadOnlyList<PendingDelivery>> FindByCorrelationAsync(IReadOnlyCollection<string> correlations, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<PendingDelivery>>(db => DeliveryReads.ByCorrelation(db, correlations));

    public ValueTask<IReadOnlyList<DueDelivery>> LoadDueDeliveriesAsync(
        int stream, DeliveryState state, Rights operations, Rights free, int limit, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<DueDelivery>>(db => DeliveryReads.Due(db, stream, state, operations, free, Now, limit));

    public ValueTask<IReadOnlyDictionary<int, Rights>> ListActivationsAsync(CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyDictionary<int, Rights>>(PlanReads.Activations);

    public ValueTask<IReadOnlyList<PlannedEffect>> FindApprovedEffectsAsync(IReadOnlyCollection<long> deliveryIds, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<PlannedEffect>>(db => PlanReads.Approved(db, deliveryIds));

    public ValueTask<IReadOnlyList<long>> ListOpenCreatesAsync(int stream, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<long>>(db => DeliveryReads.OpenCreates(db, stream));

    public ValueTask<IReadOnlyList<int>> ListUnreadStreamsAsync(IReadOnlyCollection<int> streams, CancellationToken cancellationToken) =>
        ReadNext<IReadOnlyList<int>>(db => DeliveryReads.Unread(db, streams));

    public ValueTask<DateTimeOffset?> NextDueDeliveryAsync(int stream, CancellationToken cancellationToken) => ReadNext(db => DeliveryReads.NextDue(db, stream));

    public ValueTask<IReadOnlyList<StreamState>> ListStreamsAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<StreamState>>(db => StreamStates.All(db, Now));

    public ValueTask<IReadOnlyList<QuarantineEntry>> ListQuarantineAsync(FindingFilter filter, ListPage page, CancellationToken cancellationToken) =>
        Read(db => StoreQueries.Quarantine(db, filter, page));

    public ValueTask<QuarantineEntry?> FindQuarantineAsync(long sourceRecordId, CancellationToken cancellationToken) =>
        Read(db => StoreQueries.QuarantineOf(db, sourceRecordId));

    public ValueTask<IReadOnlyList<PendingDelivery>> ListDeadLettersAsync(FindingFilter filter, ListPage page, CancellationToken cancellationToken) =>
        Read(db => StoreQueries.DeadLetters(db, filter, page));

    public ValueTask<PendingDelivery?> FindDeliveryAsync(long id, CancellationToken cancellationToken) => Read(db => StoreQueries.Delivery(db, id));

    public ValueTask<IReadOnlyList<Conflict>> ListConflictsAsync(FindingFilter filter, ListPage page, CancellationToken cancellationToken) =>
        Read(db => StoreQueries.Conflicts(db, filter, page));

    public ValueTask<Conflict?> FindConflictAsync(long id, CancellationToken cancellationToken) => Read(db => StoreQueries.Conflict(db, id));

    public ValueTask<IReadOnlyList<Conflict>> ListConflictsOfAsync(long goldenId, CancellationToken cancellationToken) =>
        Read(db => StoreQueries.ConflictsOf(db, goldenId));

    public ValueTask<IReadOnlyList<GoldenRecord>> ListGoldenAsync(string entity, ListPage page, CancellationToken cancellationToken) =>
        Read(db => StoreQueries.Golden(db, entity, page));

    public ValueTask<IReadOnlyList<StoredAuditEntry>> ListAuditAsync(AuditFilter filter, long? before, int limit, CancellationToken cancellationToken) =>
        Read(db => AuditReads.List(db, filter, before, limit));

    public ValueTask<IReadOnlyList<Tally>> ListTalliesAsync(long? run, CancellationToken cancellationToken) => Read(db => StoreQueries.Tallies(db, run));

    public ValueTask<IReadOnlyList<DueDelivery>> ListPlannedAsync(int stream, ListPage page, CancellationToken cancellationToken) =>
        Read(db => PlanReads.Planned(db, stream, page));

    public ValueTask<IReadOnlyList<WritePlan>> ListPlansAsync(int limit, CancellationToken cancellationToken) => Read(db => PlanReads.Plans(db, limit));

    public ValueTask<WritePlan?> FindPlanAsync(long id, CancellationToken cancellationToken) => Read(db => PlanReads.Plan(db, id));

    public ValueTask<IReadOnlyList<PlannedEffect>> ListEffectsAsync(long plan, ListPage page, CancellationToken cancellationToken) =>
        Read(db => PlanReads.Effects(db, plan, page));

    public ValueTask<IReadOnlyList<EffectCount>> CountEffectsAsync(long plan, CancellationToken cancellationToken) => Read(db => PlanReads.Counts(db, plan));

    public ValueTask<IReadOnlyList<Reconciliation>> ListReconciliationsAsync(int? stream, int limit, CancellationToken cancellationToken) =>
        Read(db => ReconciliationReads.Runs(db, stream, limit));

    public ValueTask<IReadOnlyList<PlacedDifference>> ListDifferencesAsync(long run, DifferenceKind? kind, ListPage page, CancellationToken cancellationToken) =>
        Read(db => ReconciliationReads.Differences(db, run, kind, page));

    public ValueTask<IReadOnlyList<DifferenceCount>> CountDifferencesAsync(long run, CancellationToken cancellationToken) =>
        Read(db => ReconciliationReads.Counts(db, run));

    public ValueTask<StoreSummary> SummariseAsync(CancellationToken cancellationToken) => Read(SummaryReads.Read);

    public ValueTask DisposeAsync()
    {
        foreach (var reader in readers)
            Close(reader);
        Close(writer);
        return ValueTask.CompletedTask;
    }

    private long Now => Rows.Milliseconds(clock.GetUtcNow());

    private static void Fence(Statements db, Lease lease)
    {
        if (db.Scalar("SELECT 1 FROM lease WHERE name = ?1 AND owner = ?2 AND epoch = ?3", lease.Name, lease.Owner, lease.Epoch) is null)
            throw new LeaseLostException(lease);
    }

    private static void Close(Statements statements)
    {
        var connection = statements.Connection;
        statements.Dispose();
        connection.Dispose();
    }

    /// <summary>The pipeline's own reads: between its commits, on the writer's connection. All that it reads there is short.</summary>
    private ValueTask<T> ReadNext<T>(Func<Statements, T> read) => new(commits.ReadAsync(read));

    /// <summary>Runs people's reads beside the writer, in one snapshot, so that what they see together was true together.</summary>
    private ValueTask<T> Read<T>(Func<Statements, T> read)
    {
        try
        {
            if (!readers.TryTake(out var reader))
                reader = new(database.OpenReader());
            reader.Run("BEGIN");
            try
            {
                return new(read(reader));
            }
            finally
            {
                reader.Run("COMMIT");
                readers.Add(reader);
            }
        }
        catch (SqliteException exception)
        {
            return ValueTask.FromException<T>(SqliteFailures.Translate(exception));
        }
    }
}
