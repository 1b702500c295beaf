using System.CommandLine;
using System.Globalization;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub plan new|list|show|approve</c>: what would be written, beside a running hub too.</summary>
internal sealed class PlanCommands(AdminCommand admin)
{
    private readonly Argument<string?> Connection = new("connection") { Description = "What would be written to this connection. Default: to all.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string> Plan = new("plan") { Description = "The plan's number, such as 3." };
    private readonly Option<bool> Values = new("--values") { Description = "Show values, which are personal, and not their shapes. The access is written to the audit log." };

    public Command Make() => admin.Group(
        "plan", "Shows what would be written, and takes a person's approval of it.",
        admin.Make("new", "Plans what waits now, without reading the systems ('hub sync --plan' reads them first).", NewAsync, Connection, Values, admin.Limit, admin.All),
        admin.Make("list", "Lists plans, the newest first; they are kept for 30 days.", ListAsync, admin.Limit),
        admin.Make("show", "Shows what a plan writes where, and what has become of it.", ShowAsync, Plan, Values, admin.After, admin.Limit, admin.All),
        admin.Make("approve", "Approves what a plan shows, as far as it is still the same: a running hub, or the next round, writes it.", ApproveAsync, Plan));

    private async Task<int> NewAsync(AdminCall call)
    {
        var made = await call.Administration.Plans.MakeAsync(call.Parsed.GetValue(Connection), call.Actor, call.CancellationToken);
        return await WriteAsync(call, made.Id);
    }

    private Task<int> ShowAsync(AdminCall call) => WriteAsync(call, AdminText.Numbered(call.Parsed.GetRequiredValue(Plan), "plan"));

    private async Task<int> WriteAsync(AdminCall call, long plan)
    {
        var limit = call.Parsed.GetValue(admin.All) ? int.MaxValue : admin.LimitOf(call);
        await new PlanReport(call, call.Parsed.GetValue(Values)).WriteAsync(plan, call.Parsed.GetValue(admin.After), limit);
        return ExitCode.Done;
    }

    private async Task<int> ListAsync(AdminCall call)
    {
        var plans = await call.Administration.Queries.ListPlansAsync(admin.LimitOf(call), call.CancellationToken);
        call.Report.Json(new
        {
            plans = plans.Select(plan => new
            {
                plan = plan.Id, made = plan.MadeAt, by = plan.Actor, state = plan.State, streams = plan.Streams.Select(call.StreamOf), approvedBy = plan.ApprovedBy, approved = plan.ApprovedAt,
            }),
        });
        if (plans.Count == 0)
            call.Report.Line("There is no plan. To make one: hub sync --plan");
        else
        {
            call.Report.Table(["#Plan", "Made", "By", "State", "Approved by", "Streams"], plans.Select(plan => (IReadOnlyList<string>)
            [
                plan.Id.ToString(CultureInfo.InvariantCulture), AdminText.Time(plan.MadeAt), plan.Actor, plan.State.ToString().ToLowerInvariant(), plan.ApprovedBy ?? "",
                string.Join(", ", plan.Streams.Select(call.StreamOf)),
            ]));
        }

        return ExitCode.Done;
    }

    private async Task<int> ApproveAsync(AdminCall call)
    {
        var id = AdminText.Numbered(call.Parsed.GetRequiredValue(Plan), "plan");
        var approval = await call.Administration.Plans.ApproveAsync(id, call.Actor, call.CancellationToken);
        call.Report.Json(PlanReport.ToJson(call, id, approval));
        PlanReport.WriteApproval(call.Report, id, approval);
        call.Report.Line($"A running hub writes it now; without one: hub sync. What has become of it: hub plan show {id}");
        return approval.ChangedCount == 0 ? ExitCode.Done : ExitCode.Findings;
    }
}
