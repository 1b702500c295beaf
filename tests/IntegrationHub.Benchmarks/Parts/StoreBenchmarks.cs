using BenchmarkDotNet.Attributes;
using IntegrationHub.Audit;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Benchmarks.Parts;

/// <summary>The store's part of a batch of 500 new customers: the page, and what RESOLVE and PLAN decide of it. Per record; a file, full synchronisation.</summary>
[MemoryDiagnoser]
public class StoreBenchmarks
{
    private const int Batch = 500;

    private static readonly KeyedDigests Digests = new(new byte[32]);
    private readonly string folder = Directory.CreateTempSubdirectory("hub-bench-").FullName;
    private SqliteStore store = null!;
    private Lease lease = null!;
    private long next = 1;

    [GlobalSetup]
    public async Task OpenAsync()
    {
        store = SqliteStore.Open(Path.Combine(folder, "hub.db"), TimeProvider.System);
        await store.RegisterStreamsAsync([new("crm", "customers"), new("shop", "customers")], CancellationToken.None);
        lease = (await store.TryAcquireLeaseAsync("bench", "bench", TimeSpan.FromHours(1), CancellationToken.None))!;
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public async Task CommitPageAndRefineStep()
    {
        var ids = Enumerable.Range(0, Batch).Select(i => next + i).ToArray();
        next += Batch;
        var page = new StepChanges();
        page.Landed.AddRange(ids.Select(static id => new LandedRecord(Landed(id))));
        await store.CommitAsync(lease, page, CancellationToken.None);
        var step = new StepChanges();
        foreach (var id in ids)
            Decide(step, id);
        await store.CommitAsync(lease, step, CancellationToken.None);
    }

    private static void Decide(StepChanges step, long id)
    {
        var keys = Enumerable.Range(0, 3).Select(rule => Digests.Of($"match/{rule}", $"{id}")).ToArray();
        step.SourceRecords.Add(Landed(id) with { Revision = 1, Raw = null, Stage = RecordStage.Linked, GoldenId = id, Fields = Person.States, MatchKeys = keys });
        step.GoldenRecords.Add(Person.Golden(id));
        step.MatchKeys.AddRange(keys.Select(key => new MatchKeyChange(key, id, Added: true)));
        step.Deliveries.Add(new() { Id = id, Stream = 2, GoldenId = id, Correlation = Digests.Of("correlation", $"{id}").ToString()[..16], DueAt = Person.Time, Wanted = 1 });
        step.Audit.Add(new AuditEntry { At = Person.Time, Actor = "hub", Action = "golden.created", Object = $"customer/{id}", Outcome = "version 1 Live" });
    }

    private static SourceRecord Landed(long id) => new()
    {
        Id = id,
        Stream = 1,
        Key = $"k{id}",
        KeyDigest = Digests.Of("key/1", $"k{id}"),
        Raw = Person.Payload,
        ContentDigest = Digests.Of(Person.Payload),
        FirstLandedAt = Person.Time,
        LandedAt = Person.Time,
        DueAt = Person.Time,
        Run = 1,
    };
}
