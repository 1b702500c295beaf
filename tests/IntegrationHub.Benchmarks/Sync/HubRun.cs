using System.Diagnostics;
using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Plugins;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Benchmarks.Sync;

/// <summary>A hub with every step on: a CSV source, a table as target, the store on a file with full synchronisation.</summary>
internal sealed class HubRun : IAsyncDisposable
{
    private const string Fields = """
          { "source": "given", "canonical": "name.given" },
          { "source": "family", "canonical": "name.family" },
          { "source": "email", "canonical": "emails[type=work].value", "transform": ["trim", "lowercase"] },
          { "source": "phone", "canonical": "phones[type=work].value" },
          { "source": "birth", "canonical": "birthDate" },
          { "source": "street", "canonical": "addresses[type=mailing].line1" },
          { "source": "city", "canonical": "addresses[type=mailing].city" },
          { "source": "postcode", "canonical": "addresses[type=mailing].postcode" },
          { "source": "country", "canonical": "addresses[type=mailing].country" },
          { "source": "status", "canonical": "status" },
          { "source": "role", "canonical": "organisation.role" }
        """;

    private readonly SqliteStore store;
    private readonly List<IConnector> connectors;
    private readonly HubSettings settings;
    private readonly RecordWay way;

    private HubRun(SqliteStore store, List<IConnector> connectors, HubSettings settings)
    {
        (this.store, this.connectors, this.settings) = (store, connectors, settings);
        way = new(new(store, settings, new KeyedDigests(new byte[32]), TimeProvider.System, new Random(1), "bench"));
    }

    public sealed record Phases(TimeSpan ReadAndRefine, TimeSpan Deliver, int Records, int Delivered)
    {
        public TimeSpan Whole => ReadAndRefine + Deliver;
    }

    /// <param name="folder">Where the store is or will be.</param>
    /// <param name="files">CSV files of one folder, each a connection named as the file.</param>
    /// <param name="targetOptions">The sql connector's options.</param>
    /// <param name="schemas">The folder of the canonical schemas.</param>
    public static async Task<HubRun> OpenAsync(string folder, IReadOnlyList<string> files, string targetOptions, string schemas)
    {
        var customer = await File.ReadAllTextAsync(Path.Combine(schemas, "customer.schema.json"));
        var paths = SchemaPaths.Parse("customer", customer);
        var opened = SqliteStore.Open(Path.Combine(folder, "hub.db"), TimeProvider.System);
        var names = files.Select(Path.GetFileNameWithoutExtension).OfType<string>().ToList();
        var numbers = await opened.RegisterStreamsAsync([.. names.Select(name => new StreamName(name, "customers")), new("db", "customers")], CancellationToken.None);
        var target = Connect("sql", "db", folder, targetOptions, "{}");
        var all = new List<IConnector> { target };
        var connections = new List<ConnectionRuntime>();
        foreach (var (file, name) in files.Zip(names))
        {
            var source = ConnectCsv(file);
            all.Add(source);
            connections.Add(new(name, (ISourceConnector)source, null, [Stream(name, numbers, source, Directions.In, paths)]));
        }

        connections.Add(new("db", null, (ITargetConnector)target, [Stream("db", numbers, target, Directions.Out, paths)]));
        return new(opened, all, new(
            connections, MatchPolicy.Default, SurvivorshipPolicy.Default,
            EntityValidator.Parse(new Dictionary<string, string> { ["customer"] = customer }, TimeProvider.System)));
    }

    /// <summary>The mapping of the files, which say nothing of the kind, so that it is a constant; the table knows persons alone.</summary>
    public static StreamMapping Mapping(SchemaPaths paths, bool isSource = true)
    {
        var fields = isSource ? """{ "canonical": "kind", "const": "person" },""" + Fields : Fields;
        var compiled = StreamMapping.Compile("bench.json", $$"""{ "connector": "bench", "stream": "customers", "entity": "customer", "key": "id", "fields": [ {{fields}} ] }""", paths);
        return compiled.Mapping ?? throw new InvalidOperationException(string.Join('\n', compiled.Problems));
    }

    /// <summary>The stream <c>customers</c> of a connection that is named as the file.</summary>
    public static IConnector ConnectCsv(string file) => Connect(
        "csv", Path.GetFileNameWithoutExtension(file), Path.GetDirectoryName(file)!,
        $$"""{ "folder": {{JsonSerializer.Serialize(Path.GetDirectoryName(file))}} }""", $$"""{ "file": "{{Path.GetFileName(file)}}" }""");

    /// <summary>Reads one CSV file and takes it the whole way. Reading and refining run side by side, as in a running hub; creates wait until all is read (S22).</summary>
    public async Task<Phases> TakeAsync(string name)
    {
        var stream = settings.Streams.Single(stream => stream.Name.Connection == name);
        var watch = Stopwatch.StartNew();
        var reading = Task.Run(() => way.ReadAsync(stream, false, CancellationToken.None));
        var refined = 0;
        while (!reading.IsCompleted)
        {
            var count = await way.RefineAsync(CancellationToken.None);
            refined += count;
            if (count == 0)
                await Task.WhenAny(reading, Task.Delay(5));
        }

        if ((await reading)?.Failure is { } failure)
            throw failure;
        refined += await way.RefineAsync(CancellationToken.None);
        var first = watch.Elapsed;
        var delivered = await way.DeliverAsync(settings.Connections[^1], CancellationToken.None);
        // Whatever a running hub would still have to do is within the clock: created records are looked at once more.
        refined += await way.RunUntilIdleAsync(CancellationToken.None);
        return new(first, watch.Elapsed - first, refined, delivered);
    }

    public async Task<long> CountGoldenAsync() => (await store.SummariseAsync(CancellationToken.None)).GoldenLive;

    public async ValueTask DisposeAsync()
    {
        foreach (var connector in connectors)
            await connector.DisposeAsync();
        await store.DisposeAsync();
    }

    private static StreamSettings Stream(string connection, IReadOnlyDictionary<StreamName, int> numbers, IConnector connector, Directions direction, SchemaPaths paths)
    {
        var name = new StreamName(connection, "customers");
        return new()
        {
            Name = name,
            Number = numbers[name],
            Mapping = Mapping(paths, direction == Directions.In),
            Traits = connector.Describe("customers"),
            Direction = direction,
        };
    }

    private static IConnector Connect(string kind, string connection, string folder, string options, string streamOptions) =>
        ConnectorCatalog.Load([ConnectorCatalog.BesideExecutable]).Find(kind).Create(new ConnectorSetup
        {
            Connection = connection,
            Options = JsonDocument.Parse(options).RootElement,
            Streams = new Dictionary<string, StreamSetup> { ["customers"] = new("customers", JsonDocument.Parse(streamOptions).RootElement, "id", null, null, null) },
            BaseFolder = folder,
            ConnectorFolder = Path.Combine(ConnectorCatalog.BesideExecutable, kind),
            Http = new HttpClient(),
            Clock = TimeProvider.System,
        });
}
