using IntegrationHub.Sync.Settings;
using IntegrationHub.SystemTests.Simulation.Canaries;
using IntegrationHub.SystemTests.Simulation.Hub;
using IntegrationHub.SystemTests.Simulation.Invariants;
using IntegrationHub.SystemTests.Simulation.Script;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>How a run ended.</summary>
/// <param name="Findings">What does not hold; none when all is well.</param>
/// <param name="Digest">Two runs of one script have the same.</param>
internal sealed record RunReport(
    IReadOnlyList<string> Findings, string Digest, IReadOnlyDictionary<string, int> Faults, IReadOnlyDictionary<string, int> Crashes);

/// <summary>Takes one world through a script, then lets it rest, and has the invariants looked at. Everything happens on the caller's thread.</summary>
internal sealed class SimRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);
    private const int RoundsMax = 60;
    private readonly World world;

    private SimRun(World world) => this.world = world;

    /// <param name="listener">Told every line of the trace; null tells nobody.</param>
    public static RunReport Run(int seed, IReadOnlyList<SimEvent> script, Canary planted, Action<string>? listener = null)
    {
        using var trace = new Trace { Listener = listener };
        var made = new World(seed, new Swarm(seed), planted, trace);
        try
        {
            new SimRun(made).Run(script);
        }
#pragma warning disable CA1031 // A run that stops is a finding like others, so that its script can be made smaller.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            made.Findings.Add($"X0: the run stopped: {failure}");
        }

        var report = new RunReport([.. made.Findings], trace.Digest(), trace.Faults, trace.Crashes);
        made.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return report;
    }

    private void Run(IReadOnlyList<SimEvent> script)
    {
        world.Users.Populate(world.Swarm.People);
        world.Time.Pass(TimeSpan.FromHours(1));
        foreach (var node in world.Nodes)
            Await(node.StartAsync());
        Round(world.Nodes[0], isWhole: false);
        foreach (var step in script)
        {
            world.Time.Pass(TimeSpan.FromMilliseconds(step.Gap));
            world.Trace.Note(world.Time.Now, $"{step}");
            Take(step);
            if (world.Findings.Count > 0)
                return;
        }

        ComeToRest();
        if (world.Findings.Count == 0)
            Await(new Judge(world).JudgeAsync(rounds: () => Round(world.Nodes[0], isWhole: true)));
    }

    private void Take(SimEvent step)
    {
        var system = world.Systems[step.A % world.Systems.Count];
        var node = world.Nodes[step.C % world.Nodes.Count];
        switch (step.Kind)
        {
            case <= EventKind.Undelete: world.Users.Act(step); break;
            case EventKind.Read or EventKind.ReadWhole: BeginRead(node, system, step.Kind == EventKind.ReadWhole); break;
            case EventKind.Refine: node.Begin("refine", () => node.Way.RefineAsync(default)); break;
            case EventKind.Deliver: BeginDeliver(node, system); break;
            case EventKind.Round: BeginRound(node); break;
            case EventKind.Rest: world.Time.Pass(TimeSpan.FromSeconds(Math.Pow(1.0012, step.B))); break;
            case <= EventKind.Replay: node.Begin("operator", () => world.Operators.ActAsync(node, step)); break;
            default: new Mishaps(world, Restart).Take(step, system, node); break;
        }
    }

    private void BeginRound(SimNode node)
    {
        foreach (var system in world.Systems)
            BeginRead(node, system, isWhole: false);
        node.Begin("refine", () => node.Way.RefineAsync(default));
        foreach (var system in world.Systems)
            BeginDeliver(node, system);
    }

    private void BeginRead(SimNode node, SimSystem system, bool isWhole) => node.Begin($"read:{system.Name}", async () =>
    {
        // As the hub's own worker does: a stream that failed is left alone for as long as it asked for.
        var progress = await node.Context.Store.LoadProgressAsync(world.StreamOf(system), default);
        if (progress.ErrorCode is not null && progress.NextReadAt > node.Context.Clock.GetUtcNow())
            return;
        await node.Way.ReadAsync(StreamOf(node, system), isWhole, default);
    });

    private StreamSettings StreamOf(SimNode node, SimSystem system) => node.Context.Settings.Find(world.StreamOf(system))!;

    private void BeginDeliver(SimNode node, SimSystem system) => node.Begin(
        $"deliver:{system.Name}", () => node.Way.DeliverAsync(node.Context.Settings.Connections.Single(one => one.Name == system.Name), default));

    /// <summary>The process is started again a while after it died.</summary>
    private void Restart(SimNode node, TimeSpan after) => world.Time.After(after, () =>
    {
        if (!node.IsAlive)
            Await(node.StartAsync());
    });

    /// <summary>One round from end to end: all streams are read, then all is refined and delivered.</summary>
    private void Round(SimNode node, bool isWhole)
    {
        foreach (var stream in node.Context.Settings.Streams)
            Finish(node.Way.ReadAsync(stream, isWhole, default));
        Finish(node.Way.RunUntilIdleAsync(default));
    }

    /// <summary>Faults end, everybody is mended and started, operators do what is theirs. Then the hub has so many rounds to come to rest.</summary>
    private void ComeToRest()
    {
        new Mishaps(world, Restart).End();
        foreach (var node in world.Nodes)
        {
            node.Recover();
            world.Time.PassUntil(() => !node.IsBusy, Patience);
            node.Kill("the end of the storm");
            Await(node.StartAsync());
        }

        var first = world.Nodes[0];
        // Another process may hold leases, and lost answers wait for the index.
        world.Time.Pass(TimeSpan.FromMinutes(20));
        for (var i = 0; i < world.Systems.Count; i++)
            Finish(world.Operators.ResumeAsync(first, i, releases: true));
        world.Users.MendWhatIsSpoilt();
        foreach (var system in world.Systems.Where(static system => system.WasHidden))
            Finish(first.Way.ReadAsync(StreamOf(first, system), whole: true, default));
        for (int round = 0, quiet = 0; quiet < 2; round++)
        {
            if (round == RoundsMax)
            {
                world.Findings.Add($"V1: the hub does not come to rest within {RoundsMax} rounds.");
                return;
            }

            var before = Written();
            Round(first, isWhole: false);
            world.Time.Pass(TimeSpan.FromMinutes(35));
            var hasActed = round < 6 && round % 2 == 1 && Operate(first) > 0;
            quiet = Written() == before && round >= 6 && !hasActed ? quiet + 1 : 0;
        }
    }

    private int Operate(SimNode node)
    {
        var settled = world.Operators.SettleConflictsAsync(node, 0);
        Finish(settled);
        var replayed = world.Operators.ReplayAsync(node);
        Finish(replayed);
        return settled.Result + replayed.Result;
    }

    private long Written() => world.Systems.Sum(static system => system.Ledger.Count);

    private void Finish(Task work)
    {
        if (!world.Time.PassUntil(() => work.IsCompleted, Patience))
            throw new TimeoutException("Work of the hub did not end while nothing was wrong.");
        Await(work);
    }

    // Done already, or it would wait for itself: there is nobody else on this thread.
    private static void Await(Task work)
    {
        if (!work.IsCompleted)
            throw new InvalidOperationException("The work waits for something that never comes.");
        work.GetAwaiter().GetResult();
    }
}
