using System.CommandLine;
using System.Globalization;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub audit list</c>.</summary>
internal sealed class AuditCommands(AdminCommand admin)
{
    private readonly Option<string?> Who = new("--who") { Description = "Only what this account did; 'hub' is the hub itself." };
    private readonly Option<string?> What = new("--what") { Description = "Only this action, such as golden.changed, or those that begin so, such as golden." };
    private readonly Option<string?> Object = new("--record") { Description = "Only what concerns this, such as customer/17, C-17, record/4711 or conflict/3." };
    private readonly Option<string?> System = new("--system") { Description = "Only this connection, or connection/stream." };
    private readonly Option<long?> Before = new("--before") { Description = "Show what comes before this number: the last one of the page before." };

    public Command Make() => admin.Group(
        "audit", "The log of sync events, accesses and administrative acts.",
        admin.Make("list", "Lists entries, the newest first; the log holds no values.", ListAsync, Who, What, Object, System, admin.Since, Before, admin.Limit));

    private async Task<int> ListAsync(AdminCall call)
    {
        var filter = new AuditFilter
        {
            Actor = call.Parsed.GetValue(Who),
            Action = call.Parsed.GetValue(What),
            Object = ObjectOf(call.Parsed.GetValue(Object)),
            System = call.Parsed.GetValue(System),
            Since = admin.SinceOf(call),
        };
        var entries = await call.Administration.Queries.ListAuditAsync(filter, call.Parsed.GetValue(Before), admin.LimitOf(call), call.CancellationToken);
        call.Report.Json(new { entries = entries.Select(static one => new { sequence = one.Sequence, entry = one.Entry }) });
        if (entries.Count == 0)
        {
            call.Report.Line("No entry of the log is like that.");
            return ExitCode.Done;
        }

        call.Report.Table(["#Number", "At", "Who", "What", "To", "Outcome", "Why", "System"], entries.Select(static one => (IReadOnlyList<string>)
        [
            one.Sequence.ToString(CultureInfo.InvariantCulture), AdminText.Time(one.Entry.At), one.Entry.Actor, one.Entry.Action, one.Entry.Object, one.Entry.Outcome,
            one.Entry.Reason ?? "", one.Entry.System ?? "",
        ]));
        if (entries.Count == admin.LimitOf(call))
            call.Report.Line(string.Create(CultureInfo.InvariantCulture, $"There may be more: add --before {entries[^1].Sequence}"));
        return ExitCode.Done;
    }

    private static string? ObjectOf(string? text) =>
        text is not null && text.StartsWith("C-", StringComparison.OrdinalIgnoreCase) ? $"customer/{text[2..]}" : text;
}
