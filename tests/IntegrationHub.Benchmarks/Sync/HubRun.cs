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
internal static class HubRun
{
    private const string Fields = """
        "fields": [
          { "canonical": "kind", "const": "person" },
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
        ]
        """;

    public sealed record Phases(TimeSpan ReadAndRefine, TimeSpan Deliver, int Records, int Delivered)
    {
        public TimeSpan Whole => ReadAndRefine + Deliver;
    }

    public static async Task<Phases> RunAsync(string folder, string csv, string targetOptions, string schemas)
    {
        var catalog = ConnectorCatalog.Load([ConnectorCatalog.BesideExecutable]);
        var customer = await File.ReadAllTextAsync(Path.Combine(schemas, "customer.schema.json"));
        var paths = SchemaPaths.Parse("customer", customer);
        await using var store = SqliteStore.Open(Path.Combine(folder, "hub.db"), TimeProvider.System);
        var numbers = await store.RegisterStreamsAsync([new("csv", "customers"), new("db", "customers")], CancellationToken.None);
        await using var source = Connect(catalog, "csv", folder, $$"""{ "folder": {{JsonSerializer.Serialize(Path.GetDirectoryName(csv))}} }""", $$"""{ "file": "{{Path.GetFileName(csv)}}" }""", null);
        await using var target = Connect(catalog, "sql", folder, targetOptions, "{}", null);
        var settings = new HubSettings(
            [
                new("csv", (ISourceConnector)source, null, [Stream("csv", numbers, source, Directions.In, paths)]),
                new("db", null, (ITargetConnector)target, [Stream("db", numbers, target, Directions.Out, paths)]),
            ],
            MatchPolicy.Default, SurvivorshipPolicy.Default,
            EntityValidator.Parse(new Dictionary<string, string> { ["customer"] = customer }, TimeProvider.System));
        var way = new RecordWay(new(store, settings, new KeyedDigests(new byte[32]), TimeProvider.System, new Random(1), "bench"));
        return await RunAsync(way, settings);
    }

    private static async Task<Phases> RunAsync(RecordWay way, HubSettings settings)
    {
        var watch = Stopwatch.StartNew();
        var reading = Task.Run(() => way.ReadAsync(settings.Streams[0], false, CancellationToken.None));
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
        var delivered = await way.DeliverAsync(settings.Connections[1], CancellationToken.None);
        return new(first, watch.Elapsed - first, refined, delivered);
    }

    private static StreamSettings Stream(string connection, IReadOnlyDictionary<StreamName, int> numbers, IConnector connector, Directions direction, SchemaPaths paths)
    {
        var name = new StreamName(connection, "customers");
        var mapping = $$"""{ "connector": "{{connection}}", "stream": "customers", "entity": "customer", "key": "id", {{Fields}} }""";
        var compiled = StreamMapping.Compile($"{connection}.json", mapping, paths);
        return new()
        {
            Name = name,
            Number = numbers[name],
            Mapping = compiled.Mapping ?? throw new InvalidOperationException(string.Join('\n', compiled.Problems)),
            Traits = connector.Describe("customers"),
            Direction = direction,
        };
    }

    private static IConnector Connect(ConnectorCatalog catalog, string name, string folder, string options, string streamOptions, string? credentials) =>
        catalog.Find(name).Create(new ConnectorSetup
        {
            Connection = name,
            Options = JsonDocument.Parse(options).RootElement,
            Streams = new Dictionary<string, StreamSetup> { ["customers"] = new("customers", JsonDocument.Parse(streamOptions).RootElement, "id", null, null, null) },
            Credentials = credentials,
            BaseFolder = folder,
            ConnectorFolder = Path.Combine(ConnectorCatalog.BesideExecutable, name),
            Http = new HttpClient(),
            Clock = TimeProvider.System,
        });
}
