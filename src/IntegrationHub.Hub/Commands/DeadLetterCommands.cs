using System.CommandLine;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub dead-letters list|show|fix|replay</c>. What a dead letter sends is worked out anew; a fix supplies what the system asked for.</summary>
internal sealed class DeadLetterCommands(AdminCommand admin)
{
    private readonly Argument<string> Delivery = new("delivery") { Description = "The dead letter, such as delivery/12." };
    private readonly Argument<string?> OneDelivery = new("delivery") { Description = "The dead letter, such as delivery/12; or --all.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string> Path = new("field") { Description = "A canonical path, such as name.family." };
    private readonly Argument<string> Value = new("value") { Description = "The value that the system asks for." };
    private readonly Option<string?> Code = new("--code") { Description = "Only those that failed with this code, such as sql.23502." };

    public Command Make() => admin.Group(
        "dead-letters", "Deliveries that failed for good: kept, explained, replayable.",
        admin.Make("list", "Lists the dead letters; shows no values.", ListAsync, admin.Connection, Code, admin.Since, admin.After, admin.Limit),
        admin.Make("show", "Shows why a delivery failed.", ShowAsync, Delivery),
        admin.Make("fix", "Supplies a value that the system asked for and nobody has given, and sends the delivery again.", FixAsync, Delivery, Path, Value),
        admin.Make("replay", "Sends one, or all that the filter leaves, again: what its customer says then, or nothing when the system holds that already.",
            ReplayAsync, OneDelivery, admin.All, admin.Connection, Code, admin.Since));

    private async Task<FindingFilter> FilterOfAsync(AdminCall call) => new()
    {
        Connection = await admin.ConnectionOfAsync(call),
        Code = call.Parsed.GetValue(Code),
        Since = admin.SinceOf(call),
    };

    private async Task<int> ListAsync(AdminCall call)
    {
        var rows = await call.Administration.Queries.ListDeadLettersAsync(await FilterOfAsync(call), admin.PageOf(call), call.CancellationToken);
        call.Report.Json(new { deadLetters = rows.Select(row => ToJson(call, row)) });
        if (rows.Count == 0)
        {
            call.Report.Line("There are no dead letters.");
            return ExitCode.Done;
        }

        call.Report.Table(["Delivery", "To", "What", "Customer", "Failed", "#Attempts", "Code"], rows.Select(row => (IReadOnlyList<string>)
            [row.ToString(), call.StreamOf(row.Stream), row.Operation.ToString(), Names.OfCustomer(row.GoldenId), AdminText.Time(row.AttemptedAt),
                AdminText.Number(row.Attempts), row.ErrorCode ?? ""]));
        admin.NextPage(call, rows.Count, rows[^1].Id);
        return ExitCode.Done;
    }

    private async Task<int> ShowAsync(AdminCall call)
    {
        var row = await call.Administration.DeadLetters.FindAsync(AdminText.Numbered(call.Parsed.GetRequiredValue(Delivery), "delivery"), call.CancellationToken);
        var form = await call.Administration.DeadLetters.FormAsync(row.Id, call.CancellationToken);
        call.Report.Json(ToJson(call, row, form));
        call.Report.Line($"{row}: {row.Operation} of {(row.SourceRecordId == 0 ? "a new record" : $"record/{row.SourceRecordId}")} in {call.StreamOf(row.Stream)}");
        call.Report.Line($"For {Names.OfCustomer(row.GoldenId)}, to version {row.Wanted}; last attempt {AdminText.Time(row.AttemptedAt)}, {row.Attempts} in all.");
        call.Report.Line($"{row.ErrorCode}: {row.ErrorMessage}");
        foreach (var path in form)
            call.Report.Line($"To supply a value: hub dead-letters fix {row} '{path}' VALUE");
        call.Report.Line($"When the cause is mended: hub dead-letters replay {row}");
        return ExitCode.Done;
    }

    private async Task<int> FixAsync(AdminCall call)
    {
        var id = AdminText.Numbered(call.Parsed.GetRequiredValue(Delivery), "delivery");
        var path = call.Parsed.GetRequiredValue(Path);
        await call.Administration.DeadLetters.FixAsync(id, path, call.Parsed.GetRequiredValue(Value), call.Actor, call.CancellationToken);
        call.Report.Json(new { delivery = id, path });
        call.Report.Line($"'{path}' is supplied; delivery/{id} is sent again when the hub runs next. A later edit of the field in a system wins over it.");
        return ExitCode.Done;
    }

    private Task<int> ReplayAsync(AdminCall call) => Replaying.RunAsync(
        call,
        call.Parsed.GetValue(admin.All),
        call.Parsed.GetValue(OneDelivery) is { } text ? AdminText.Numbered(text, "delivery") : null,
        "delivery",
        id => call.Administration.DeadLetters.ReplayAsync(id, call.Actor, call.CancellationToken),
        async () => call.Administration.DeadLetters.ReplayAllAsync(await FilterOfAsync(call), call.Actor, call.CancellationToken));

    private static object ToJson(AdminCall call, PendingDelivery row, IReadOnlyList<string>? form = null) => new
    {
        delivery = row.Id,
        stream = call.StreamOf(row.Stream),
        customer = Names.OfCustomer(row.GoldenId),
        record = row.SourceRecordId == 0 ? (long?)null : row.SourceRecordId,
        operation = row.Operation,
        attempts = row.Attempts,
        lastAttempt = row.AttemptedAt,
        errorCode = row.ErrorCode,
        errorMessage = row.ErrorMessage,
        fields = form ?? row.ErrorFields,
    };
}
