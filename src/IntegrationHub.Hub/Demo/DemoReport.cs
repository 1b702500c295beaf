using IntegrationHub.Hub.Commands;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Running;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Hub.Demo;

/// <summary>Shows what the demo did: every number from the store, and what the systems' own ledgers say of it.</summary>
internal static class DemoReport
{
    private const int LookedThroughMax = 2_000;

    private static readonly string[] Columns =
        ["system", "#records read", "#linked", "#merged", "#quarantined", "#filtered", "#created by hub", "#updated by hub", "#conflicts", "#dead letters"];

    /// <returns>Whether hub and ledgers agree.</returns>
    public static bool Write(Report report, RoundReport round, IReadOnlyList<SystemCheck> checks)
    {
        report.Table(Columns, round.Streams.Select(static one => (IReadOnlyList<string>)
        [
            one.Stream.Name.Connection, Number(one.After.Tally("read")), Number(one.After.Linked), Number(one.After.Merged), Number(one.After.Quarantined),
            Number(one.After.Filtered), Number(one.After.Tally("delivered create")), Number(one.After.Tally("delivered update")),
            Number(one.After.Tally("conflict decided") + one.After.Tally("conflict open")), Number(one.After.Dead),
        ]));
        report.Line($"customers: {round.Store.GoldenLive:N0}, made of {round.Streams.Sum(static one => one.After.Linked):N0} records; conflicts: {round.Store.Conflicts:N0}, of which {round.Store.ConflictsOpen:N0} wait for a person");
        var unexplained = checks.Sum(static check => check.Unexplained);
        report.Line(
            $"checked: {checks.Sum(static check => check.Effects):N0} effects in the ledgers, {checks.Sum(static check => check.Settled):N0} settled in the hub, "
            + $"{checks.Sum(static check => check.Live):N0} records in the systems, {checks.Sum(static check => check.Held):N0} accounted for, {unexplained:N0} unexplained");
        foreach (var check in checks.Where(static check => check.Unexplained > 0))
        {
            report.Line(
                $"  {check.System}: {check.Effects:N0} effects and {check.Settled:N0} settled ({check.Differing:N0} differ), "
                + $"{check.Live:N0} records and {check.Held:N0} accounted for");
        }

        return unexplained == 0;
    }

    /// <summary>Where to look on, with ids that exist.</summary>
    public static async Task WriteNextAsync(Report report, HubInstance hub, CancellationToken cancellationToken)
    {
        var records = await hub.Store.LoadRecordsAsync([.. Enumerable.Range(1, LookedThroughMax).Select(static id => (long)id)], withRaw: false, cancellationToken);
        var folder = hub.Configuration.Folder;
        report.Line();
        report.Line("Where to look next:");
        report.Line($"  hub status --config {folder}");
        if (records.Where(static record => record is { GoldenId: not 0, IsLive: true }).GroupBy(static record => record.GoldenId)
            .OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key).FirstOrDefault() is { } largest)
        {
            report.Line($"  hub customer show C-{largest.Key} --config {folder}    (made of {largest.Count()} records)");
        }

        if (records.FirstOrDefault(static record => record is { Stage: RecordStage.Linked, IsLive: true }) is { } linked && hub.Settings.Find(linked.Stream) is { } stream)
        {
            report.Line($"  hub explain {stream.Name.Connection} {stream.Name.Stream} {linked.Key} --config {folder}    (why it looks as it does)");
            report.Line($"  hub reconcile {stream.Name.Connection} --config {folder}    (is anything missing?)");
        }

        if (records.FirstOrDefault(static record => record.Stage == RecordStage.Quarantined) is { } refused)
            report.Line($"  hub quarantine show {refused.Id} --config {folder}");
        report.Line($"  hub conflicts list --config {folder}");
        report.Line($"  hub audit list --config {folder}");
        report.Line("The systems live as long as this program; what the hub knows stays in the folder.");
    }

    public static void WriteJson(Report report, string folder, RoundReport round, IReadOnlyList<SystemCheck> checks) => report.Json(new
    {
        folder,
        systems = round.Streams.Select(one => new
        {
            system = one.Stream.Name.Connection,
            read = one.After.Tally("read"),
            linked = one.After.Linked,
            merged = one.After.Merged,
            quarantined = one.After.Quarantined,
            filtered = one.After.Filtered,
            created = one.After.Tally("delivered create"),
            updated = one.After.Tally("delivered update"),
            deleted = one.After.Tally("delivered delete"),
            conflicts = one.After.Tally("conflict decided") + one.After.Tally("conflict open"),
            open = one.After.Planned + one.After.Attempting,
            deadLetters = one.After.Dead,
            writtenThisRound = one.Written,
        }),
        customers = round.Store.GoldenLive,
        conflicts = round.Store.Conflicts,
        conflictsOpen = round.Store.ConflictsOpen,
        effects = checks.Sum(static check => check.Effects),
        settled = checks.Sum(static check => check.Settled),
        unexplained = checks.Sum(static check => check.Unexplained),
    });

    private static string Number(long count) => count == 0 ? "·" : count.ToString("N0");
}
