using System.Collections.Concurrent;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.SystemTests.Simulation.Systems;
using IntegrationHub.UnitTests.Fixtures;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>How the hub of one world is configured: drawn by the seed, changed by the script.</summary>
internal sealed class Configuration
{
    /// <summary>The canonical path of each field.</summary>
    public static readonly IReadOnlyDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["given"] = "name.given",
        ["family"] = "name.family",
        ["email"] = "emails[type=work].value",
        ["phone"] = "phones[type=work].value",
        ["title"] = "organisation.role",
        ["city"] = "addresses[type=mailing].city",
        ["status"] = "status",
    };

    private static readonly string Schema = Repository.Read("mappings", "schemas", "customer.schema.json");
    private static readonly ConcurrentDictionary<string, StreamMapping> Compiled = new(StringComparer.Ordinal);
    private static readonly Lazy<EntityValidator> Validator = new(static () =>
        EntityValidator.Parse(new Dictionary<string, string>(StringComparer.Ordinal) { ["customer"] = Schema }, new ValidationClock()));

    private readonly IReadOnlyList<SimSystem> systems;
    private readonly HashSet<(int System, string Field)> unmapped = [];
    private readonly HashSet<string> toggled = new(StringComparer.Ordinal);

    public Configuration(IReadOnlyList<SimSystem> systems, Random random)
    {
        this.systems = systems;
        OnDelete = new[] { DeletePolicy.Unlink, DeletePolicy.DeleteWins, DeletePolicy.EditWins, DeletePolicy.Steward }[random.Next(4)];
        Survivorship = random.Next(3) == 0 ? Mixed(systems) : SurvivorshipPolicy.Default;
        Options = new SyncOptions { BatchSize = random.Next(3) == 0 ? 5 + random.Next(20) : 500 };
        if (random.Next(3) == 0)
            unmapped.Add((random.Next(systems.Count), "title"));
    }

    public DeletePolicy OnDelete { get; }

    public SurvivorshipPolicy Survivorship { get; }

    public SyncOptions Options { get; }

    /// <summary>Whether a system's mapping has a field.</summary>
    public bool Maps(int system, string field) => !unmapped.Contains((system, field));

    /// <summary>Whether a field has been taken into a mapping, or out of one, since the beginning: then values met that no edit brought together.</summary>
    public bool IsToggled(string field) => toggled.Contains(field);

    /// <summary>Takes a field into a system's mapping, or out of it. It holds from the next start of a process on.</summary>
    public void Toggle(int system, string field)
    {
        toggled.Add(field);
        if (!unmapped.Add((system, field)))
            unmapped.Remove((system, field));
    }

    /// <param name="connect">Makes the connector of a system.</param>
    public async Task<HubSettings> BuildAsync(IStore store, Func<SimSystem, (ISourceConnector Source, ITargetConnector Target)> connect)
    {
        var numbers = await store.RegisterStreamsAsync([.. systems.Select(NameOf)], CancellationToken.None);
        return new(
            [.. systems.Select(system =>
            {
                var (source, target) = connect(system);
                return new ConnectionRuntime(system.Name, source, target, [Stream(system, numbers[NameOf(system)])]);
            })],
            MatchPolicy.Default, Survivorship, Validator.Value);
    }

    public static StreamName NameOf(SimSystem system) => new(system.Name, "people");

    private StreamSettings Stream(SimSystem system, int number) => new()
    {
        Name = NameOf(system),
        Number = number,
        Mapping = MappingOf(system),
        Traits = SimConnector.Traits(system.Manner),
        Rights = Rights.Create | Rights.Update | Rights.Delete,
        OnDelete = OnDelete,
        Schedule = new Schedule(TimeSpan.FromSeconds(1), null),
    };

    public StreamMapping MappingOf(SimSystem system)
    {
        var fields = SimRecord.FieldNames.Where(field => Maps(system.Number, field)).ToArray();
        return Compiled.GetOrAdd(string.Join(',', fields), _ => Compile(fields));
    }

    private static StreamMapping Compile(string[] fields)
    {
        var lines = fields.Select(field => $$"""{ "source": "{{field}}", "canonical": "{{Paths[field]}}" }""");
        var text = $$"""
            {
              "connector": "sim", "stream": "people", "entity": "customer", "key": "id", "correlation": "hubId",
              "fields": [ { "canonical": "kind", "const": "person" }, {{string.Join(", ", lines)}} ]
            }
            """;
        return StreamMapping.Compile("people.json", text, SchemaPaths.Parse("customer", Schema)).Mapping!;
    }

    private static SurvivorshipPolicy Mixed(IReadOnlyList<SimSystem> systems) => SurvivorshipPolicy.Parse("survivorship.json", $$"""
        {
          "rules": [
            { "path": "organisation.role", "rule": "sourcePriority", "order": [{{string.Join(", ", systems.Select(static one => $"\"{one.Name}\""))}}] },
            { "path": "addresses[type=mailing].city", "rule": "manual" },
            { "path": "phones[type=work].value", "rule": "mostRecent", "blanksWin": false },
            { "path": "*", "rule": "mostRecent" }
          ]
        }
        """).OrThrow();

    // Nothing that the simulation validates depends on the day.
    private sealed class ValidationClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
