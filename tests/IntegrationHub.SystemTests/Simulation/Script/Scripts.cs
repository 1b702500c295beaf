using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Script;

/// <summary>Makes scripts from seeds.</summary>
internal static class Scripts
{
    public static IReadOnlyList<SimEvent> Draw(int seed, int steps)
    {
        var swarm = new Swarm(seed);
        var random = new Random(seed);
        var faults = swarm.Faults.Sum(static one => one.Weight);
        var others = swarm.Weights.Sum(static one => one.Weight);
        var script = new SimEvent[steps];
        for (var i = 0; i < steps; i++)
        {
            var at = random.Next(others + faults);
            script[i] = at < others
                ? new(Pick(swarm.Weights, at), Gap(random), random.Next(10_000), random.Next(10_000), random.Next(10_000))
                : new(EventKind.Fault, Gap(random), random.Next(10_000), (int)Pick(swarm.Faults, at - others), 1 + random.Next(3));
        }

        return script;
    }

    // Mostly within the time that a call takes, so that things happen while others are under way.
    private static int Gap(Random random) => random.Next(4) == 0 ? random.Next(3_000) : random.Next(150);

    private static T Pick<T>(IReadOnlyList<(T Kind, int Weight)> weights, int at)
    {
        foreach (var (kind, weight) in weights)
        {
            if ((at -= weight) < 0)
                return kind;
        }

        throw new InvalidOperationException("The weights are fewer than the number drawn.");
    }
}
