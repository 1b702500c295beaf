using System.Globalization;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Hub.Commands;

/// <summary>Writes a plan: for each target what is linked, created, updated and deleted and what it costs, then the writes field by field.</summary>
internal sealed class PlanReport(AdminCall call, bool withValues)
{
    private const int PageSize = 500;

    /// <param name="after">Show the writes after this delivery.</param>
    /// <param name="limit">The most writes to show.</param>
    public async Task WriteAsync(long planId, long after, int limit)
    {
        var view = await call.Administration.Plans.ShowAsync(planId, call.CancellationToken);
        var effects = await ReadAsync(planId, after, limit);
        call.Report.Json(ToJson(view, effects));
        WriteTargets(view);
        foreach (var effect in effects)
            WriteEffect(view, effect);
        if (effects.Count == limit)
            call.Report.Line(string.Create(CultureInfo.InvariantCulture, $"There may be more: hub plan show {planId} --after {effects[^1].DeliveryId}{(withValues ? " --values" : "")}"));
        WriteNext(view);
    }

    public static void WriteApproval(Report report, long planId, PlanApproval approval)
    {
        report.Line($"plan/{planId} is approved: {Count(approval.Approved, "write")} as shown.");
        if (approval.ChangedCount > 0)
        {
            report.Line($"{Count(approval.ChangedCount, "write")} would do something else by now and {(approval.ChangedCount == 1 ? "is" : "are")} not approved; to see what: hub sync --plan");
            foreach (var effect in approval.Changed)
                report.Line($"  {Words(effect)}: {string.Join(", ", effect.Fields.Select(static field => field.Path))}");
        }

        foreach (var stream in approval.Activated)
            report.Line($"{stream} is active: the hub writes to it by itself from now on.");
        foreach (var stream in approval.Waiting)
            report.Line($"{stream} still asks: not all that waits there is in the plan as it is now. Look at a new plan (hub sync --plan), or: hub connection activate {stream.Connection}");
    }

    public static object ToJson(AdminCall call, long planId, PlanApproval approval) => new
    {
        plan = planId,
        approved = approval.Approved,
        changedCount = approval.ChangedCount,
        changed = approval.Changed.Select(effect => new
        {
            delivery = effect.DeliveryId, stream = call.StreamOf(effect.Stream), operation = effect.Operation, record = effect.SourceRecordId,
            fields = effect.Fields.Select(static field => field.Path),
        }),
        activated = approval.Activated.Select(static stream => stream.ToString()),
        waiting = approval.Waiting.Select(static stream => stream.ToString()),
    };

    private async Task<List<PlannedEffect>> ReadAsync(long planId, long after, int limit)
    {
        var effects = new List<PlannedEffect>();
        while (effects.Count < limit)
        {
            var page = await call.Administration.Plans.ListEffectsAsync(
                planId, new(after, Math.Min(PageSize, limit - effects.Count)), withValues && effects.Count == 0, call.Actor, call.CancellationToken);
            if (page.Count == 0)
                break;
            effects.AddRange(page);
            after = page[^1].DeliveryId;
        }

        return effects;
    }

    private void WriteTargets(PlanView view)
    {
        var plan = view.Plan;
        call.Report.Line($"plan/{plan.Id}, made {AdminText.Time(plan.MadeAt)} by {plan.Actor}, {StateOf(view)}");
        call.Report.Table(["Target", "#Link", "#Create", "#Update", "#Delete", "#Review", "#Calls", "Share of a day's calls", "State"], view.Targets.Select(static target => (IReadOnlyList<string>)
        [
            target.Stream.Name.ToString(), AdminText.Number(target.Linked), AdminText.Number(target.Writes.Creates), AdminText.Number(target.Writes.Updates),
            AdminText.Number(target.Writes.Deletes), AdminText.Number(target.Review), AdminText.Number(target.Calls), ShareOf(target), target.AwaitsApproval ? "awaits approval" : "active",
        ]));
        foreach (var target in view.Targets.Where(static target => target.UnreadStreams.Count > 0))
            call.Report.Line($"{target.Stream.Name}: creates wait until {string.Join(", ", target.UnreadStreams)} {(target.UnreadStreams.Count == 1 ? "has" : "have")} been read once.");
        if (view.OpenConflicts > 0)
            call.Report.Line($"{Count(view.OpenConflicts, "conflict")} wait for a steward; their fields are not written. See: hub conflicts list");
    }

    private void WriteEffect(PlanView view, PlannedEffect effect)
    {
        var outcome = view.Plan.State == WritePlanState.Approved ? $" ({effect.State.ToString().ToLowerInvariant()})" : "";
        call.Report.Line($"{call.StreamOf(effect.Stream)}: {Words(effect)}{outcome}");
        foreach (var field in effect.Fields)
            call.Report.Line($"    {field.Path}: {Text(field.Before)} → {Text(field.After)}");
        if (effect.Fields.Count == 0 && effect.Operation != DeliveryOperation.Delete)
            call.Report.Line("    none of its values has a form in the system: it would become a dead letter");
    }

    private void WriteNext(PlanView view)
    {
        var id = view.Plan.Id;
        if (view.Effects.Count == 0 && view.Targets.All(static target => !target.AwaitsApproval))
            call.Report.Line("Nothing waits to be written.");
        else if (view.Plan.State == WritePlanState.Proposed)
        {
            if (!withValues && view.Effects.Count > 0)
                call.Report.Line($"Values are shown by: hub plan show {id} --values");
            call.Report.Line($"Nothing has been written. To write exactly this: hub sync --apply {id}, or beside a running hub: hub plan approve {id}");
        }
    }

    private static string StateOf(PlanView view) => view.Plan.State == WritePlanState.Approved
        ? $"approved by {view.Plan.ApprovedBy} {AdminText.Time(view.Plan.ApprovedAt)}: {Count(view.Count(EffectState.Settled), "write")} settled, "
            + $"{view.Count(EffectState.Approved)} to be sent, {view.Count(EffectState.Changed)} changed meanwhile and not sent"
        : "not approved";

    private static string ShareOf(PlanTarget target) => target.DailyCalls is { } daily ? ((double)target.Calls / daily).ToString("P1", CultureInfo.InvariantCulture) : "no limit set";

    private static string Words(PlannedEffect effect) => effect.Operation switch
    {
        DeliveryOperation.Create => $"create {Names.OfCustomer(effect.GoldenId)}",
        DeliveryOperation.Update => $"update record/{effect.SourceRecordId} of {Names.OfCustomer(effect.GoldenId)}",
        _ => $"delete record/{effect.SourceRecordId} of {Names.OfCustomer(effect.GoldenId)}",
    };

    private string Text(FieldValue? value) => withValues || value is null or { IsEmpty: true } ? AdminText.Value(value) : AdminText.Shape(value);

    private object? Json(FieldValue? value) => withValues ? AdminText.Json(value) : value is null ? null : AdminText.Shape(value);

    private object ToJson(PlanView view, IReadOnlyList<PlannedEffect> effects) => new
    {
        plan = view.Plan.Id,
        made = view.Plan.MadeAt,
        by = view.Plan.Actor,
        state = view.Plan.State,
        approvedBy = view.Plan.ApprovedBy,
        approved = view.Plan.ApprovedAt,
        targets = view.Targets.Select(static target => new
        {
            stream = target.Stream.Name.ToString(),
            link = target.Linked,
            create = target.Writes.Creates,
            update = target.Writes.Updates,
            delete = target.Writes.Deletes,
            review = target.Review,
            calls = target.Calls,
            dailyCalls = target.DailyCalls,
            share = target.DailyCalls is { } daily ? (double?)target.Calls / daily : null,
            awaitsApproval = target.AwaitsApproval,
            createsWaitFor = target.UnreadStreams.Select(static stream => stream.ToString()),
        }),
        openConflicts = view.OpenConflicts,
        outcome = Enum.GetValues<EffectState>().ToDictionary(static state => state.ToString().ToLowerInvariant(), view.Count, StringComparer.Ordinal),
        writes = effects.Select(effect => new
        {
            delivery = effect.DeliveryId,
            stream = call.StreamOf(effect.Stream),
            operation = effect.Operation,
            customer = Names.OfCustomer(effect.GoldenId),
            record = effect.SourceRecordId == 0 ? (long?)null : effect.SourceRecordId,
            state = effect.State,
            fields = effect.Fields.Select(field => new { path = field.Path, before = Json(field.Before), after = Json(field.After) }),
        }),
    };

    private static string Count(long count, string word) => $"{AdminText.Number(count)} {word}{(count == 1 ? "" : "s")}";
}
