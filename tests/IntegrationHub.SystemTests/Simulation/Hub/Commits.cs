using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.SystemTests.Simulation.Hub;

/// <summary>Tells the commits of the hub apart by what they hold.</summary>
internal static class Commits
{
    /// <summary>The name of every kind.</summary>
    public static readonly string[] Kinds = ["land", "page", "read-failed", "configure", "refine", "attempt", "settle", "postpone", "act"];

    public static string KindOf(Lease lease, StepChanges changes) => lease.Name.Split(':')[0] switch
    {
        "read" when changes.Landed.Count > 0 => "land",
        "read" when changes.Tallies.Exists(static tally => tally.Name == "read") => "page",
        "read" => "read-failed",
        "refine" when changes.Configurations.Count > 0 => "configure",
        "refine" => "refine",
        "deliver" when changes.Audit.Exists(static entry => entry.Action == "delivery.settled") => "settle",
        "deliver" when changes.Progress is not null => "postpone",
        "deliver" => "attempt",
        _ => "act",
    };
}
