namespace IntegrationHub.SystemTests.Simulation.Hub;

/// <summary>The points at which a process can be made to die: before and after every commit, every other write to the store and every call to a system.</summary>
internal static class CrashPoints
{
    public static readonly string[] All =
    [
        .. new[] { "lease.read", "lease.refine", "lease.deliver", "lease.admin", "ids", "mark", "release", "call.read", "call.write", "call.find" }
            .Concat(Commits.Kinds.Select(static kind => $"commit.{kind}")).SelectMany(static point => new[] { $"{point}.before", $"{point}.after" }),
    ];
}

/// <summary>A point, and at which of the times that it is passed the process dies there.</summary>
internal sealed record CrashPlan(string Point, int PassesLeft);
