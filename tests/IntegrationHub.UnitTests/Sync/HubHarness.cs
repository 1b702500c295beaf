using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>A whole hub on SQLite with systems in memory and a clock that stands still until it is moved.</summary>
internal sealed class HubHarness : IAsyncDisposable
{
    public const string MappingText = """
        {
          "connector": "memory", "stream": "people", "entity": "customer", "key": "id", "correlation": "hubId",
          "fields": [
            { "canonical": "kind", "const": "person" },
            { "source": "given", "canonical": "name.given" },
            { "source": "family", "canonical": "name.family" },
            { "source": "email", "canonical": "emails[type=work].value" },
            { "source": "phone", "canonical": "phones[type=work].value" },
            { "source": "title", "canonical": "organisation.role" },
            { "source": "city", "canonical": "addresses[type=mailing].city" },
            { "source": "status", "canonical": "status" }
          ]
        }
        """;

    public static string CustomerSchema { get; } = Repository.Read("mappings", "schemas", "customer.schema.json");

    private static readonly Lazy<EntityValidator> Validator = new(static () => EntityValidator.Parse(
        new Dictionary<string, string> { ["customer"] = CustomerSchema }, new ManualClock()));

    private static int databases;

    private readonly string path;
    private readonly Dictionary<string, (MemorySystem System, StreamSettings Settings)> systems = [];
    private readonly List<(ISourceConnector Source, ITargetConnector Target, StreamSettings Settings)> connectors = [];
    private readonly byte[] key = new byte[32];
    private SqliteStore store;
    private FragileStore? fragile;
    private SyncContext? context;
    private RecordWay? way;

    /// <param name="path">A database file; null keeps it in memory.</param>
    public HubHarness(string? path = null)
    {
        this.path = path ?? $":memory:harness-{Interlocked.Increment(ref databases)}";
        store = SqliteStore.Open(this.path, Clock);
    }

    public static StreamMapping Mapping { get; } = Compile(MappingText);

    public ManualClock Clock { get; } = new();

    public SqliteStore Store => store;

    public MatchPolicy Matching { get; set; } = MatchPolicy.Default;

    public SurvivorshipPolicy Survivorship { get; set; } = SurvivorshipPolicy.Default;

    public EntityValidator Validation { get; set; } = Validator.Value;

    public SyncOptions Options { get; set; } = new();

    /// <summary>In whose name the hub takes its leases from the next start on.</summary>
    public string Owner { get; set; } = "test";

    public RecordWay Way => way ?? throw new InvalidOperationException("Call StartAsync first.");

    public SyncContext Context => context ?? throw new InvalidOperationException("Call StartAsync first.");

    public static StreamMapping Compile(string mapping) => StreamMapping.Compile("people.json", mapping, SchemaPaths.Parse("customer", CustomerSchema)).Mapping!;

    /// <summary>Changes a connection's stream; <see cref="StartAsync"/> takes it up.</summary>
    public void Change(string name, Func<StreamSettings, StreamSettings> change) => systems[name] = (systems[name].System, change(systems[name].Settings));

    /// <summary>Adds a connection with one stream <c>people</c>.</summary>
    public MemorySystem Add(string name, Func<StreamSettings, StreamSettings>? change = null)
    {
        var system = new MemorySystem(name, Clock);
        var settings = new StreamSettings
        {
            Name = new(name, "people"),
            Number = 0,
            Mapping = Mapping,
            Traits = system.Traits,
            Rights = Rights.Create | Rights.Update | Rights.Delete,
        };
        systems[name] = (system, change?.Invoke(settings) ?? settings);
        return system;
    }

    /// <summary>Adds a connection with one stream of a real connector.</summary>
    public void Add(StreamName name, IConnector connector, StreamMapping mapping, Rights rights, Func<StreamSettings, StreamSettings>? change = null)
    {
        var settings = new StreamSettings { Name = name, Number = 0, Mapping = mapping, Traits = connector.Describe(name.Stream), Rights = rights };
        connectors.Add(((ISourceConnector)connector, (ITargetConnector)connector, change?.Invoke(settings) ?? settings));
    }

    /// <summary>Starts the hub, or starts it again as after a crash: nothing but the store is kept.</summary>
    public async Task StartAsync(bool reopen = false)
    {
        if (reopen)
        {
            await store.DisposeAsync();
            store = SqliteStore.Open(path, Clock);
        }

        var numbers = await store.RegisterStreamsAsync(
            [.. systems.Values.Select(static one => one.Settings.Name), .. connectors.Select(static one => one.Settings.Name)], CancellationToken.None);
        var connections = systems.Select(one => new ConnectionRuntime(
            one.Key, one.Value.System, one.Value.System,
            [one.Value.Settings with { Number = numbers[one.Value.Settings.Name], Traits = one.Value.System.Traits }]))
            .Concat(connectors.Select(one => new ConnectionRuntime(
                one.Settings.Name.Connection, one.Source, one.Target, [one.Settings with { Number = numbers[one.Settings.Name] }]))).ToArray();
        var settings = new HubSettings(connections, Matching, Survivorship, Validation);
        fragile = new(store) { PoisonKey = () => PoisonKey, Committed = fragile?.Committed ?? [] };
        context = new(fragile, settings, new KeyedDigests(key), Clock, new Random(7), Owner) { Options = Options };
        way = new(context);
    }

    public StreamSettings Stream(string connection) => Context.Settings.Streams.Single(stream => stream.Name.Connection == connection);

    /// <summary>Reads all streams and works until nothing is due; time moves on by a second before.</summary>
    public async Task SyncAsync(bool whole = false)
    {
        if (way is null)
            await StartAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var stream in Context.Settings.Streams)
            await Way.ReadAsync(stream, whole, CancellationToken.None);
        await Way.RunUntilIdleAsync(CancellationToken.None);
    }

    /// <summary>Syncs until two rounds in a row have written nothing, with time for retries between them.</summary>
    public async Task SettleAsync(int roundsMax = 20)
    {
        for (var quiet = 0; quiet < 2 && roundsMax-- > 0;)
        {
            var before = systems.Values.Sum(static one => one.System.Ledger.Count);
            await SyncAsync();
            Clock.Advance(TimeSpan.FromMinutes(5));
            quiet = systems.Values.Sum(static one => one.System.Ledger.Count) == before ? quiet + 1 : 0;
        }

        Assert.True(roundsMax > 0, "The hub does not come to rest.");
    }

    /// <summary>Syncs so many times whatever is written, with time for retries between them: something may wait for several attempts in a row.</summary>
    public async Task RoundsAsync(int count)
    {
        for (; count > 0; count--)
        {
            await SyncAsync();
            Clock.Advance(TimeSpan.FromMinutes(5));
        }
    }

    /// <summary>What happens when the process is killed: from here on nothing more reaches the store.</summary>
    public void Kill() => fragile!.IsDead = true;

    /// <summary>The process is killed at so many calls of the store from now.</summary>
    public void KillIn(int calls) => fragile!.CallsLeft = calls;

    public bool IsKilled => fragile!.IsDead;

    /// <summary>The key of a record that kills the process when it is worked on.</summary>
    public string? PoisonKey { get; set; }

    /// <summary>Reads one connection and refines, without delivering.</summary>
    public async Task ReadAndRefineAsync(string connection)
    {
        await Way.ReadAsync(Stream(connection), false, CancellationToken.None);
        await Way.RefineAsync(CancellationToken.None);
    }

    /// <summary>Every source record of every connection, in order of their ids.</summary>
    public Task<IReadOnlyList<SourceRecord>> RecordsAsync() => RecordsAsync([.. Committed
        .SelectMany(static step => step.Landed.Select(static landed => landed.Record).Concat(step.SourceRecords)).Select(static record => record.Id).Distinct().Order()]);

    /// <summary>The source records of a connection, in order of their ids.</summary>
    public async Task<IReadOnlyList<SourceRecord>> RecordsOfAsync(string connection) =>
        [.. (await RecordsAsync()).Where(record => record.Stream == Stream(connection).Number)];

    public async Task<IReadOnlyList<GoldenRecord>> GoldenAsync()
    {
        var clusters = await store.LoadClustersAsync([.. Enumerable.Range(1, 500).Select(static id => (long)id)], CancellationToken.None);
        return [.. clusters.Values.Select(static cluster => cluster.Golden).DistinctBy(static golden => golden.Id)];
    }

    public async Task<IReadOnlyList<PendingDelivery>> DeliveriesAsync(DeliveryState state) =>
        [.. (await store.FindDeliveriesAsync([.. Enumerable.Range(1, 3_000).Select(static id => (long)id)], CancellationToken.None)).Where(row => row.State == state)];

    private async Task<IReadOnlyList<SourceRecord>> RecordsAsync(long[] ids) => await store.LoadRecordsAsync(ids, withRaw: false, CancellationToken.None);

    public async Task ReplayAsync(long delivery)
    {
        var row = (await store.FindDeliveriesAsync([.. Enumerable.Range(1, 3_000).Select(static id => (long)id)], CancellationToken.None)).Single(row => row.Id == delivery);
        var lease = await store.TryAcquireLeaseAsync("test", "test", TimeSpan.FromMinutes(1), CancellationToken.None);
        var changes = new StepChanges();
        changes.Deliveries.Add(row with { State = DeliveryState.Planned, DueAt = Clock.GetUtcNow(), Attempts = 0 });
        await store.CommitAsync(lease!, changes, CancellationToken.None);
    }

    public IReadOnlyList<StepChanges> Committed => fragile?.Committed ?? [];

    public Task<IReadOnlyList<Tally>> TalliesAsync() => Task.FromResult<IReadOnlyList<Tally>>([.. Committed.SelectMany(static step => step.Tallies)]);

    public Task<IReadOnlyList<Conflict>> ConflictsAsync() => Task.FromResult<IReadOnlyList<Conflict>>([.. Committed.SelectMany(static step => step.Conflicts)]);

    public Task<IReadOnlyList<QuarantineEntry>> QuarantineAsync() =>
        Task.FromResult<IReadOnlyList<QuarantineEntry>>([.. Committed.SelectMany(static step => step.Quarantined)]);

    public async ValueTask DisposeAsync() => await store.DisposeAsync();
}
