using System.CommandLine;
using IntegrationHub.Sync.Admin;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub status</c>: where every stream stands and what needs a person. 1 when something does.</summary>
internal static class StatusCommand
{
    public static Command Make(AdminCommand admin) => admin.Make("status", "Shows where every stream stands, and what needs a person.", RunAsync);

    private static async Task<int> RunAsync(AdminCall call)
    {
        var streams = await call.Administration.Status.ShowAsync(call.CancellationToken);
        call.Report.Json(new { streams = streams.Select(ToJson) });
        call.Report.Table(["Stream", "State", "Last read", "Next read", "Lag", "Last run"], streams.Select(static one => (IReadOnlyList<string>)
        [
            one.State.Name.ToString(), WordFor(one), AdminText.Time(one.State.Progress.LastReadAt), AdminText.Time(one.State.Progress.NextReadAt), AdminText.Span(one.Lag),
            LastRun(one),
        ]));
        call.Report.Table(["Stream", "#Records", "#Due", "#Planned", "#Attempting", "#Dead", "#Quarantine", "#Held deletes"], streams.Select(static one => (IReadOnlyList<string>)
        [
            one.State.Name.ToString(), AdminText.Number(one.State.Live), AdminText.Number(one.State.DueRecords), AdminText.Number(one.State.Planned),
            AdminText.Number(one.State.Attempting), AdminText.Number(one.State.Dead), AdminText.Number(one.State.Quarantined), AdminText.Number(one.State.Progress.HeldDeletes),
        ]));
        foreach (var remedy in streams.SelectMany(static one => one.Remedies).Distinct(StringComparer.Ordinal))
            call.Report.Line(remedy);
        return streams.Any(static one => one.Remedies.Count > 0) ? ExitCode.Findings : ExitCode.Done;
    }

    /// <summary>One word for how a stream does.</summary>
    public static string WordFor(StreamStatus one) => one switch
    {
        { IsConfigured: false } => "not configured",
        { State.IsPaused: true } => "paused",
        { State.Progress.IsBlocked: true } => "blocked",
        { State.Progress.ErrorCode: not null } => "failing",
        { AwaitsApproval: > 0 } => "awaits approval",
        { State.Progress.LastReadAt: null } => "not read yet",
        _ => "ok",
    };

    private static string LastRun(StreamStatus one) =>
        string.Join(", ", one.State.LastRunCounts.Where(static tally => tally.Count > 0).Select(static tally => $"{AdminText.Number(tally.Count)} {tally.Name}"));

    private static object ToJson(StreamStatus one) => new
    {
        connection = one.State.Name.Connection,
        stream = one.State.Name.Stream,
        state = WordFor(one),
        lastRead = one.State.Progress.LastReadAt,
        lastWholeRead = one.State.Progress.LastWholeReadAt,
        nextRead = one.State.Progress.NextReadAt,
        lagSeconds = one.Lag.TotalSeconds,
        errorCode = one.State.Progress.ErrorCode,
        errorMessage = one.State.Progress.ErrorMessage,
        failures = one.State.Progress.Failures,
        records = one.State.Live,
        dueRecords = one.State.DueRecords,
        planned = one.State.Planned,
        awaitsApproval = one.AwaitsApproval,
        attempting = one.State.Attempting,
        dead = one.State.Dead,
        quarantined = one.State.Quarantined,
        heldDeletes = one.State.Progress.HeldDeletes,
        lastRun = one.State.LastRun,
        lastRunCounts = one.State.LastRunCounts.ToDictionary(static tally => tally.Name, static tally => tally.Count, StringComparer.Ordinal),
        remedies = one.Remedies,
    };
}
