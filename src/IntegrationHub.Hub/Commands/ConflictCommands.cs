using System.CommandLine;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub conflicts list|show|settle</c>.</summary>
internal sealed class ConflictCommands(AdminCommand admin)
{
    private readonly Argument<string> Conflict = new("conflict") { Description = "Such as conflict/3." };
    private readonly Argument<ConflictChoice?> Side = new("side") { Description = "The side that is right: left or right; or --value.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> Value = new("--value") { Description = "Neither side is right: the value to set; '' clears the field." };
    private readonly Option<ConflictState?> State = new("--state") { Description = "Only open, decided (by the policy) or settled (by a steward) ones." };
    private readonly Option<string?> Rule = new("--rule") { Description = "Only those that this rule decided, such as mostRecent." };

    public Command Make() => admin.Group(
        "conflicts", "Fields that two systems changed since they last agreed.",
        admin.Make("list", "Lists conflicts; shows no values.", ListAsync, State, admin.Connection, Rule, admin.Since, admin.After, admin.Limit),
        admin.Make("show", "Shows both sides with their values. The access is written to the audit log.", ShowAsync, Conflict),
        admin.Make("settle", "Says which side is right, or what is.", SettleAsync, Conflict, Side, Value));

    private async Task<int> ListAsync(AdminCall call)
    {
        var conflicts = await call.Administration.Queries.ListConflictsAsync(
            new()
            {
                Connection = await admin.ConnectionOfAsync(call), Code = call.Parsed.GetValue(Rule), Since = admin.SinceOf(call), State = call.Parsed.GetValue(State),
            },
            admin.PageOf(call), call.CancellationToken);
        call.Report.Json(new
        {
            conflicts = conflicts.Select(static one => new
            {
                conflict = one.Id, customer = Names.OfCustomer(one.GoldenId), path = one.Path, state = one.State, at = one.At, rule = one.Rule, winner = one.Winner,
                left = new { record = one.Left.SourceRecordId, at = one.Left.At },
                right = new { record = one.Right.SourceRecordId, at = one.Right.At },
            }),
        });
        if (conflicts.Count == 0)
        {
            call.Report.Line("There are no such conflicts.");
            return ExitCode.Done;
        }

        call.Report.Table(["Conflict", "Customer", "Field", "State", "At", "Rule", "Winner"], conflicts.Select(static one => (IReadOnlyList<string>)
            [$"conflict/{one.Id}", Names.OfCustomer(one.GoldenId), one.Path, one.State.ToString(), AdminText.Time(one.At), one.Rule, one.Winner == 0 ? "" : $"record/{one.Winner}"]));
        admin.NextPage(call, conflicts.Count, conflicts[^1].Id);
        return ExitCode.Done;
    }

    private async Task<int> ShowAsync(AdminCall call)
    {
        var view = await call.Administration.Conflicts.ShowAsync(AdminText.Numbered(call.Parsed.GetRequiredValue(Conflict), "conflict"), call.Actor, call.CancellationToken);
        var conflict = view.Conflict;
        call.Report.Json(new
        {
            conflict = conflict.Id,
            customer = Names.OfCustomer(view.GoldenId),
            path = conflict.Path,
            state = conflict.State,
            rule = conflict.Rule,
            agreed = AdminText.Json(conflict.Base),
            golden = AdminText.Json(view.Golden),
            left = ToJson(view.Left),
            right = ToJson(view.Right),
        });
        call.Report.Line($"conflict/{conflict.Id} on '{conflict.Path}' of {Names.OfCustomer(view.GoldenId)}: {conflict.State.ToString().ToLowerInvariant()} by {conflict.Rule}");
        call.Report.Table(["", "Value", "Value now", "From", "Changed"],
        [
            ["agreed", AdminText.Value(conflict.Base), "", "", ""],
            ["left", AdminText.Value(view.Left.Then.Value), AdminText.Value(view.Left.Now), FromOf(view.Left), AdminText.Time(view.Left.Then.At)],
            ["right", AdminText.Value(view.Right.Then.Value), AdminText.Value(view.Right.Now), FromOf(view.Right), AdminText.Time(view.Right.Then.At)],
            ["customer", "", AdminText.Value(view.Golden), "", ""],
        ]);
        if (conflict.State != ConflictState.Settled)
            call.Report.Line($"To decide: hub conflicts settle {conflict.Id} left, right, or --value VALUE");
        return ExitCode.Done;
    }

    private async Task<int> SettleAsync(AdminCall call)
    {
        var id = AdminText.Numbered(call.Parsed.GetRequiredValue(Conflict), "conflict");
        var (side, value) = (call.Parsed.GetValue(Side), call.Parsed.GetValue(Value));
        if (side is null == value is null)
            throw new AdminException("admin.value", "Say left or right, or give --value; not both.");
        if (side is { } choice)
            await call.Administration.Conflicts.SettleAsync(id, choice, call.Actor, call.CancellationToken);
        else
            await call.Administration.Conflicts.SettleWithAsync(id, value!, call.Actor, call.CancellationToken);
        call.Report.Json(new { conflict = id, settled = side?.ToString() ?? "value" });
        call.Report.Line($"conflict/{id} is settled. The systems are brought up to it when the hub runs next.");
        return ExitCode.Done;
    }

    private static string FromOf(ConflictSideView side) =>
        side.Then.SourceRecordId == 0 ? "a steward" : $"{side.Source?.ToString() ?? "no longer part of the customer"}, record/{side.Then.SourceRecordId}";

    private static object ToJson(ConflictSideView side) => new
    {
        record = side.Then.SourceRecordId,
        stream = side.Source?.ToString(),
        value = AdminText.Json(side.Then.Value),
        at = side.Then.At,
        now = AdminText.Json(side.Now),
    };
}
