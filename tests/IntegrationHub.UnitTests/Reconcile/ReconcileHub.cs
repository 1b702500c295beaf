using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Reconcile;

/// <summary>Short words for what these tests do again and again.</summary>
internal static class ReconcileHub
{
    public static async Task<Reconciliation> ReconcileAsync(this HubHarness hub, string connection, bool repairs = false)
    {
        var run = await hub.Administration().Reconciling.RunAsync(hub.Stream(connection), repairs, "eve", CancellationToken.None);
        Assert.NotNull(run);
        Assert.Null(run.Failure);
        AssertWhole(run);
        return run;
    }

    public static async Task<IReadOnlyList<Difference>> DifferencesAsync(this HubHarness hub, Reconciliation run) =>
        [.. (await hub.Store.ListDifferencesAsync(run.Run, null, new(0, 1_000), CancellationToken.None)).Select(static placed => placed.Difference)];

    /// <summary>One line each: what differs, where, in which fields.</summary>
    public static async Task<string[]> FoundAsync(this HubHarness hub, Reconciliation run) => [.. (await hub.DifferencesAsync(run)).Select(Line).Order(StringComparer.Ordinal)];

    public static string Line(Difference one) => Line(one.Kind, one.Key, one.Fields.Select(static field => field.Path));

    public static string Line(DifferenceKind kind, string? key, params IEnumerable<string> paths) => $"{kind} {key ?? "none"} {string.Join(' ', paths.Order(StringComparer.Ordinal))}".TrimEnd();

    public static async Task PlantAsync(this HubHarness hub, Action<StepChanges> plant)
    {
        var changes = new StepChanges();
        plant(changes);
        var lease = await hub.Store.TryAcquireLeaseAsync("test", "test", TimeSpan.FromMinutes(1), CancellationToken.None);
        await hub.Store.CommitAsync(lease!, changes, CancellationToken.None);
    }

    // Nothing in the system is left out of the count: every record is linked, kept out by name, on its way, or a difference.
    private static void AssertWhole(Reconciliation run)
    {
        string[] shown = ["difference:unknownToHub", "difference:changedUnseen", "difference:changedOutsideMapping", "difference:baseOutOfDate", "difference:removedInHub", "difference:linkedToDeleted"];
        var explained = run.Counts.Where(static count => count.Key is "linked" or "quarantined" or "filtered" or "in flight" || count.Key.StartsWith("filtered:", StringComparison.Ordinal));
        Assert.Equal(run.Count("in system"), explained.Sum(static count => count.Value) + shown.Sum(run.Count));
    }
}
