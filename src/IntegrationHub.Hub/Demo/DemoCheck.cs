using IntegrationHub.Hub.Running;
using IntegrationHub.Sandbox;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Demo;

/// <summary>The hub's word on one system beside the system's own.</summary>
/// <param name="Effects">Writes by the hub in the system's ledger.</param>
/// <param name="Settled">Writes that the hub's store has as taken.</param>
/// <param name="Live">Records that the system has.</param>
/// <param name="Held">Records of the system that the store accounts for: linked, quarantined, filtered or still due.</param>
/// <param name="Differing">Writes that one of the two has and the other has not, kind by kind: a create too many cannot hide behind an update too few.</param>
internal sealed record SystemCheck(string System, long Effects, long Settled, long Live, long Held, long Differing)
{
    public long Unexplained => Differing + Math.Abs(Live - Held);
}

/// <summary>Compares what the store says with what the systems themselves have written down.</summary>
internal static class DemoCheck
{
    private static readonly string[] Operations = ["create", "update", "delete"];

    public static IReadOnlyList<SystemCheck> Run(DemoSystems systems, RoundReport round) =>
        [.. systems.Sites.Select(site => Check(systems, site, round.Streams.First(one => one.Stream.Name.Connection == site.Name).After))];

    private static SystemCheck Check(DemoSystems systems, SandboxSite site, StreamSummary summary)
    {
        var ledger = systems.WrittenByHub(site);
        var differing = Operations.Sum(operation =>
            Math.Abs(ledger.Count(entry => entry.Operation == operation) - summary.Tally($"delivered {operation}")));
        var settled = Operations.Sum(operation => summary.Tally($"delivered {operation}"));
        var held = summary.Linked + summary.Quarantined + summary.Filtered + summary.Due;
        return new(site.Name, ledger.Count, settled, DemoSystems.LiveRecords(site), held, differing);
    }
}
