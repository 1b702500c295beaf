using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>One family of invariants. Slow and plain: it looks at the systems, at what users remember and at the store, and knows nothing of how the hub comes
/// to its results.</summary>
internal interface IInvariant
{
    IEnumerable<string> Find(World world, HubState state);
}

/// <summary>Looks at a hub at rest.</summary>
internal sealed class Judge(World world)
{
    private static readonly IInvariant[] Invariants =
    [
        new Completeness(), new Agreement(), new LostEdits(), new Winners(), new Duplicates(), new Effects(), new Echoes(), new Purity(), new Monotony(), new Counts(),
        new Secrets(),
    ];

    /// <param name="rounds">Has everything read again from the beginning.</param>
    public async Task JudgeAsync(Action rounds)
    {
        FindUnrest(rounds);
        var state = await HubState.LoadAsync(world);
        foreach (var invariant in Invariants)
            world.Findings.AddRange(invariant.Find(world, state));
    }

    // V1: whoever reads everything again finds nothing to write.
    private void FindUnrest(Action rounds)
    {
        var before = world.Systems.ConvertAll(static system => system.Ledger.Count);
        rounds();
        world.Time.Pass(TimeSpan.FromMinutes(35));
        rounds();
        foreach (var (system, count) in world.Systems.Zip(before))
        {
            if (system.Ledger.Count > count)
                world.Findings.Add($"V1: {system.Ledger.Count - count} writes to {system.Name} after the hub had come to rest, first {system.Ledger[count]}.");
        }
    }
}
