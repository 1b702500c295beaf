using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Fixtures;
using Microsoft.Data.Sqlite;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What only the store on a SQLite file can meet: full disks, foreign locks, files that are none of ours, older schemas.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    private string File => folder.File("hub.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AFullDiskRefusesTheStepWholeAndTheNextOneWorksWhenThereIsRoom()
    {
        await using var store = SqliteStore.Open(File, clock);
        await store.CommitAsync(static step => step.Tallies.Add(new(1, 1, "read", 1)));
        var pages = Convert.ToInt64(Run(store.Writer, "PRAGMA page_count"));
        Run(store.Writer, $"PRAGMA max_page_count = {pages + 3}");
        void Big(StepChanges step)
        {
            step.Tallies.Add(new(1, 1, "read", 1));
            step.Landed.AddRange(Enumerable.Range(1, 50).Select(static id => new LandedRecord(Some.Record(id) with { Raw = new byte[4_000] })));
        }

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(Big));

        Assert.Equal("store.full", failure.Code);
        Assert.Empty(await store.LoadDueRecordsAsync(100, CancellationToken.None));
        Assert.Equal(1, Assert.Single(await store.ListTalliesAsync(1, CancellationToken.None)).Count);
        Run(store.Writer, "PRAGMA max_page_count = 1000000");
        await store.CommitAsync(Big);
        Assert.Equal(50, (await store.LoadDueRecordsAsync(100, CancellationToken.None)).Count);
        Assert.Equal("ok", Run(store.Writer, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task AForeignLockRefusesTheCommitAndReadsGoOn()
    {
        await using var store = SqliteStore.Open(File, clock);
        await store.CommitAsync(static step => step.Tallies.Add(new(1, 1, "read", 1)));
        var lease = await store.LeaseAsync();
        await using var foreign = new SqliteConnection($"Data Source={File};Pooling=false");
        foreign.Open();
        Run(foreign, "BEGIN EXCLUSIVE");
        Run(store.Writer, "PRAGMA busy_timeout = 1");
        ShortenWaits(store);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.CommitAsync(lease, Some.Step(static step => step.Tallies.Add(new(1, 1, "read", 1))), CancellationToken.None).AsTask());

        Assert.Equal("store.locked", failure.Code);
        Assert.Equal(1, Assert.Single(await store.ListTalliesAsync(1, CancellationToken.None)).Count);
        Run(foreign, "ROLLBACK");
        await store.CommitAsync(lease, Some.Step(static step => step.Tallies.Add(new(1, 1, "read", 1))), CancellationToken.None);
        Assert.Equal(2, Assert.Single(await store.ListTalliesAsync(1, CancellationToken.None)).Count);
    }

    [Fact]
    public void AFileThatIsNoDatabaseIsRefusedAndLeftAsItIs()
    {
        var text = new string('x', 5_000);
        System.IO.File.WriteAllText(File, text);

        var failure = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(File, clock));

        Assert.Equal("store.corrupt", failure.Code);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void AFolderThatDoesNotExistIsSaid() =>
        Assert.Equal("store.access", Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(folder.File("missing/hub.db"), clock)).Code);

    [Fact]
    public async Task ADatabaseOfANewerHubIsRefused()
    {
        await SqliteStore.Open(File, clock).DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={File};Pooling=false"))
        {
            connection.Open();
            Run(connection, "PRAGMA user_version = 99");
        }

        var failure = Assert.Throws<InvalidDataException>(() => SqliteStore.Open(File, clock));

        Assert.Contains("version 99", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {Migrations.All.Count}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MigrationsLeaveWorkInFlightAsItIs()
    {
        await using (var old = new SqliteConnection($"Data Source={File};Pooling=false"))
        {
            old.Open();
            Run(old, Migrations.All[0]);
            Run(old, """
                PRAGMA user_version = 1;
                INSERT INTO stream (number, connection, name, checkpoint, is_blocked) VALUES (1, 'crm', 'people', x'006337', 1);
                INSERT INTO connection (name, is_paused) VALUES ('crm', 1);
                INSERT INTO id_range (name, next) VALUES ('Delivery', 2001);
                INSERT INTO lease (name, owner, epoch, expires_at) VALUES ('refine', 'gone', 41, 0);
                INSERT INTO work_mark (lease, ids, begun) VALUES ('refine', '1', 2);
                INSERT INTO source_record (id, stream, key_digest, stage, golden_id, revision, content_digest, landed_deleted, removal, first_landed_at, landed_at, due_at, run, key, raw)
                    VALUES (1, 1, x'00000000000000000000000000000001', 0, 0, 3, x'00000000000000000000000000000002', 0, 0, 5, 6, 7, 9, x'006b31', x'007b2261223a317d');
                INSERT INTO golden_record (id, entity, version, status, merged_into, revision, fields) VALUES (1, 'customer', 2, 0, 0, 4, x'007b7d');
                INSERT INTO delivery (id, stream, golden_id, source_record_id, state, operation, wanted, sent, due_at, attempted_at, attempts, correlation, effect_key, sending, revision)
                    VALUES (1, 1, 1, 0, 1, 0, 2, 2, 8, 8, 1, 'ih-aaaaaaaaaaaaa', 'e1', x'007b226e616d652e676976656e223a22416461227d', 5);
                INSERT INTO tally (run, stream, name, count) VALUES (9, 1, 'landed', 1);
                INSERT INTO quarantine (source_record_id, stream, step, problems, since, attempts) VALUES (2, 1, 'map', '[]', 5, 1);
                """);
        }

        await using var store = SqliteStore.Open(File, clock);

        Assert.Equal(Migrations.All.Count, Convert.ToInt32(Run(store.Writer, "PRAGMA user_version")));
        var record = Assert.Single(await store.LoadDueRecordsAsync(10, CancellationToken.None));
        Assert.Equal((1L, "k1", 3L, 9L), (record.Id, record.Key, record.Revision, record.Run));
        var open = Assert.Single(await store.LoadDueDeliveriesAsync(1, DeliveryState.Attempting, OperationRights.Every, OperationRights.Every, 10, CancellationToken.None)).Delivery;
        Assert.Equal(("e1", 5L, "Ada"), (open.EffectKey, open.Revision, open.Sending!.Find("name.given")!.Value.AsText));
        Assert.Equal("c7", (await store.LoadProgressAsync(1, CancellationToken.None)).Checkpoint);
        Assert.Equal(["crm"], await store.ListPausedConnectionsAsync(CancellationToken.None));
        // What the hub has written to already goes on without a plan.
        Assert.Equal(OperationRights.Every, (await store.ListActivationsAsync(CancellationToken.None))[1]);
        Assert.Equal([1], (await store.LoadWorkMarkAsync("refine", CancellationToken.None))!.SourceRecordIds);
        Assert.Equal(42, (await store.TryAcquireLeaseAsync("refine", "new", TimeSpan.FromMinutes(1), CancellationToken.None))!.Epoch);
        Assert.Equal(2001, await store.ReserveIdsAsync(IdRange.Delivery, 1, CancellationToken.None));
        Assert.Equal(9, Assert.Single(await store.ListStreamsAsync(CancellationToken.None)).LastRun);
    }

    // The provider tries a command again for whole seconds; commands that were prepared before keep the time they were made with.
    private static void ShortenWaits(SqliteStore store) => store.Writer.DefaultTimeout = 1;

    private static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
