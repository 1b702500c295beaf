using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Script;

/// <summary>What a seed's world is like: which systems, how many people, and which half of the faults happens how often (A. Groce and others, "Swarm
/// testing", 2012: a run that has everything a little meets less than many runs that have few things a lot).</summary>
internal sealed class Swarm
{
    private static readonly CallFault[] CallFaults = [.. Enum.GetValues<CallFault>().Where(static fault => fault != CallFault.None)];

    private static readonly EventKind[] WorldFaults =
    [
        EventKind.Outage, EventKind.HideField, EventKind.RequireField, EventKind.CutTitles, EventKind.SetClock, EventKind.FailStore, EventKind.Crash,
        EventKind.StandStill, EventKind.ChangeMapping, EventKind.PauseConnection, EventKind.MergeCustomers, EventKind.SplitCustomer, EventKind.Pin,
        EventKind.Spoil, EventKind.MakeEqual, EventKind.Delete, EventKind.Undelete,
    ];

    // How often what is always on happens.
    private static readonly (EventKind Kind, int Weight)[] Always =
    [
        (EventKind.Create, 30), (EventKind.CreateAgainElsewhere, 20), (EventKind.Edit, 150), (EventKind.EditInTwoSystems, 40), (EventKind.Revert, 25),
        (EventKind.Clear, 25), (EventKind.Read, 150), (EventKind.ReadWhole, 8), (EventKind.Refine, 90), (EventKind.Deliver, 120), (EventKind.Round, 60),
        (EventKind.Rest, 50), (EventKind.Resume, 12), (EventKind.SettleConflicts, 6), (EventKind.Replay, 8),
    ];

    public Swarm(int seed)
    {
        var random = new Random(seed ^ 0x5eed);
        var kinds = Manner.Kinds.ToArray();
        random.Shuffle(kinds);
        // Small worlds are quick and meet as much: most have three or four systems.
        Kinds = [.. kinds.Take(random.Next(4) == 0 ? 3 + random.Next(6) : 3 + random.Next(2))];
        People = random.Next(10) == 0 ? 60 + random.Next(140) : 20 + random.Next(20);
        Processes = random.Next(4) == 0 ? 2 : 1;
        HasSkew = random.Next(4) == 0;
        Weights = [.. Always, .. Draw(WorldFaults, random, 12)];
        Faults = Draw(CallFaults, random, 20);
    }

    /// <summary>The manners of the systems, in their order.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>Persons whom the systems hold at the beginning, 20 to 200.</summary>
    public int People { get; }

    /// <summary>Processes of the hub, 1 or 2.</summary>
    public int Processes { get; }

    /// <summary>Whether the systems' clocks differ.</summary>
    public bool HasSkew { get; }

    public IReadOnlyList<(EventKind Kind, int Weight)> Weights { get; }

    public IReadOnlyList<(CallFault Kind, int Weight)> Faults { get; }

    private static (T Kind, int Weight)[] Draw<T>(T[] all, Random random, int most) =>
        [.. all.Where(_ => random.Next(2) == 0).Select(kind => (kind, 1 + random.Next(most)))];
}
