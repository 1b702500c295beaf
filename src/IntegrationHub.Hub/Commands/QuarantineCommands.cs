using System.CommandLine;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub quarantine list|show|fix|replay</c>.</summary>
internal sealed class QuarantineCommands(AdminCommand admin)
{
    private readonly Argument<string> Record = new("record") { Description = "The source record, such as record/4711." };
    private readonly Argument<string?> OneRecord = new("record") { Description = "The source record, such as record/4711; or --all.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string> Path = new("field") { Description = "A canonical path, such as emails[type=work].value." };
    private readonly Argument<string> Value = new("value") { Description = "The right value; '' for explicitly empty." };
    private readonly Option<string?> Rule = new("--rule") { Description = "Only records that broke this rule, such as email." };

    public Command Make() => admin.Group(
        "quarantine", "Records that did not map or validate: kept, explained, retried after a fix.",
        admin.Make("list", "Lists the records and the rules that they broke; shows no values.", ListAsync, admin.Connection, Rule, admin.Since, admin.After, admin.Limit),
        admin.Make("show", "Shows a record with its values. The access is written to the audit log.", ShowAsync, Record),
        admin.Make("fix", "Puts a value in place of a wrong one and replays the record.", FixAsync, Record, Path, Value),
        admin.Make("replay", "Sends one record, or all that the filter leaves, through mapping and validation again.", ReplayAsync,
            OneRecord, admin.All, admin.Connection, Rule, admin.Since));

    private async Task<FindingFilter> FilterOfAsync(AdminCall call) => new()
    {
        Connection = await admin.ConnectionOfAsync(call),
        Code = call.Parsed.GetValue(Rule),
        Since = admin.SinceOf(call),
    };

    private async Task<int> ListAsync(AdminCall call)
    {
        var entries = await call.Administration.Queries.ListQuarantineAsync(await FilterOfAsync(call), admin.PageOf(call), call.CancellationToken);
        call.Report.Json(new { quarantine = entries.Select(entry => ToJson(call, entry)) });
        if (entries.Count == 0)
        {
            call.Report.Line("No record is in quarantine.");
            return ExitCode.Done;
        }

        call.Report.Table(["Record", "Stream", "Step", "Since", "#Attempts", "Problems"], entries.Select(entry => (IReadOnlyList<string>)
            [$"record/{entry.SourceRecordId}", call.StreamOf(entry.Stream), entry.Step, AdminText.Time(entry.Since), AdminText.Number(entry.Attempts),
                string.Join(", ", entry.Problems.Select(static problem => $"{problem.Field}: {problem.Rule}"))]));
        admin.NextPage(call, entries.Count, entries[^1].SourceRecordId);
        return ExitCode.Done;
    }

    private async Task<int> ShowAsync(AdminCall call)
    {
        var shown = await call.Administration.Quarantine.ShowAsync(AdminText.Record(call.Parsed.GetRequiredValue(Record)), call.Actor, call.CancellationToken);
        var entry = shown.Entry;
        call.Report.Json(new
        {
            entry = ToJson(call, entry),
            key = shown.Record.Key,
            fields = shown.Shown.ToDictionary(static field => field.Path, static field => AdminText.Json(field.Value), StringComparer.Ordinal),
            fixes = shown.Record.Fixes.Select(static fix => new { path = fix.Path, value = AdminText.Json(fix.Value) }),
        });
        call.Report.Line($"record/{entry.SourceRecordId} of {call.StreamOf(entry.Stream)}, key {shown.Record.Key}, since {AdminText.Time(entry.Since)}, refused by {entry.Step}");
        call.Report.Table(["Problem at", "Rule", "Found", "Expected"], entry.Problems.Select(static problem => (IReadOnlyList<string>)
            [problem.Field, problem.Rule, problem.Shape, problem.Expected]));
        call.Report.Table(["Field", "Value that the source shows"], shown.Shown.Select(static field => (IReadOnlyList<string>) [field.Path, AdminText.Value(field.Value)]));
        if (shown.Record.Fixes.Count > 0)
            call.Report.Table(["Fixed field", "To"], shown.Record.Fixes.Select(static fix => (IReadOnlyList<string>) [fix.Path, AdminText.Value(fix.Value)]));
        return ExitCode.Done;
    }

    private async Task<int> FixAsync(AdminCall call)
    {
        var (id, path) = (AdminText.Record(call.Parsed.GetRequiredValue(Record)), call.Parsed.GetRequiredValue(Path));
        await call.Administration.Quarantine.FixAsync(id, path, call.Parsed.GetRequiredValue(Value), call.Actor, call.CancellationToken);
        call.Report.Json(new { record = id, path });
        call.Report.Line($"'{path}' of record/{id} is fixed; the record goes through again when the hub runs next. A later edit of the field in its system wins over the fix.");
        return ExitCode.Done;
    }

    private Task<int> ReplayAsync(AdminCall call) => Replaying.RunAsync(
        call,
        call.Parsed.GetValue(admin.All),
        call.Parsed.GetValue(OneRecord) is { } text ? AdminText.Record(text) : null,
        "record",
        id => call.Administration.Quarantine.ReplayAsync(id, call.Actor, call.CancellationToken),
        async () => call.Administration.Quarantine.ReplayAllAsync(await FilterOfAsync(call), call.Actor, call.CancellationToken));

    private static object ToJson(AdminCall call, QuarantineEntry entry) => new
    {
        record = entry.SourceRecordId,
        stream = call.StreamOf(entry.Stream),
        step = entry.Step,
        since = entry.Since,
        attempts = entry.Attempts,
        problems = entry.Problems,
    };
}
