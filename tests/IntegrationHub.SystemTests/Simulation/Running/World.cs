using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.SystemTests.Simulation.Canaries;
using IntegrationHub.SystemTests.Simulation.Hub;
using IntegrationHub.SystemTests.Simulation.Script;
using IntegrationHub.SystemTests.Simulation.Systems;
using IntegrationHub.SystemTests.Simulation.Time;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>Everything of one run: time, systems, the hub's processes, the people. A seed always makes the same world.</summary>
internal sealed class World : IAsyncDisposable
{
    private static int databases;
    private readonly List<Weather> weathers = [];
    private readonly Dictionary<string, int> streams = new(StringComparer.Ordinal);

    public World(int seed, Swarm swarm, Canary planted, Trace trace)
    {
        Seed = seed;
        Planted = planted;
        Trace = trace;
        Swarm = swarm;
        var random = new Random(seed);
        HubClock = new StepClock(Time);
        Throttles = new Throttles(Time, Findings);
        Database = $":memory:simulation-{Interlocked.Increment(ref databases)}";
        Store = SqliteStore.Open(Database, HubClock);
        for (var i = 0; i < swarm.Kinds.Count; i++)
        {
            var manner = Manner.Draw(swarm.Kinds[i], random) with { Skew = TimeSpan.FromSeconds(swarm.HasSkew ? random.Next(-180, 180) : 0) };
            Systems.Add(new SimSystem(i, manner, Time, new StepClock(Time) { Offset = manner.Skew }, new Random(seed + i)));
            weathers.Add(new Weather(Time, trace));
        }

        Configuration = new Configuration(Systems, random);
        for (var i = 0; i < swarm.Processes; i++)
            Nodes.Add(new SimNode(this, $"node{i}"));
        Users = new Users(this, random);
        Operators = new Operators(this);
    }

    public int Seed { get; }

    public Swarm Swarm { get; }

    public VirtualTime Time { get; } = new();

    /// <summary>Which way the hub's clock is wrong now; each process has a clock of its own that is set after this one.</summary>
    public StepClock HubClock { get; }

    public Canary Planted { get; }

    public Trace Trace { get; }

    public string Database { get; }

    /// <summary>The database as those who judge see it; keeps it in memory while processes come and go.</summary>
    public SqliteStore Store { get; }

    public KeyedDigests Digests { get; } = new(new byte[32]);

    public Mirror Mirror { get; } = new();

    public Throttles Throttles { get; }

    public Configuration Configuration { get; }

    public List<SimSystem> Systems { get; } = [];

    /// <summary>The stream's number in the store; 0 before the hub has started.</summary>
    public int StreamOf(SimSystem system) => streams.GetValueOrDefault(system.Name);

    public void Register(IEnumerable<StreamSettings> settings)
    {
        foreach (var stream in settings)
            streams[stream.Name.Connection] = stream.Number;
    }

    public SimSystem SystemOf(int stream) => Systems.First(system => StreamOf(system) == stream);

    public List<SimNode> Nodes { get; } = [];

    public Users Users { get; }

    public Operators Operators { get; }

    /// <summary>What does not hold, found on the way or at the end; each begins with the name of its invariant.</summary>
    public List<string> Findings { get; } = [];

    public Weather WeatherOf(SimSystem system) => weathers[system.Number];

    public SimConnector ConnectorOf(SimSystem system, SimNode node, Action<Action> wake) => new(system, WeatherOf(system), this, node, wake);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            node.Kill("the end");
        Time.Pass(TimeSpan.Zero);
        await Store.DisposeAsync();
    }
}
