using System.Globalization;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Hub.Commands;

/// <summary>Writes all that the hub knows of one customer.</summary>
internal static class CustomerReport
{
    public static void Write(AdminCall call, CustomerView view, long asked)
    {
        call.Report.Json(ToJson(call, view));
        var golden = view.Golden;
        if (golden.Id != asked)
            call.Report.Line($"{Names.OfCustomer(asked)} became part of {Names.Of(golden)}.");
        call.Report.Line(string.Create(CultureInfo.InvariantCulture, $"{Names.Of(golden)}, {golden.Status.ToString().ToLowerInvariant()}, version {golden.Version}"));
        call.Report.Table(["Field", "Value", "From", "Since", "Rule"], view.Fields.Select(static field => (IReadOnlyList<string>)
            [field.Path, AdminText.Value(field.Value), From(field), field.RecordId == 0 ? "" : AdminText.Time(field.Since), field.IsOpen ? $"{field.Rule}, open conflict" : field.Rule]));
        call.Report.Table(["Record", "Stream", "State", "Landed"], view.Records.Select(static one => (IReadOnlyList<string>)
            [one.Record.ToString(), one.Stream?.ToString() ?? $"stream/{one.Record.Stream}", StateOf(one.Record), AdminText.Time(one.Record.LandedAt)]));
        if (view.Golden.Overrides.Count > 0)
            call.Report.Line($"Pinned: {string.Join(", ", view.Golden.Overrides.Select(static pinned => $"{pinned.Path} since {AdminText.Time(pinned.At)}"))}");
        if (view.Deliveries.Count > 0)
        {
            call.Report.Table(["Delivery", "To", "What", "State", "Due", "Error"], view.Deliveries.Select(row => (IReadOnlyList<string>)
                [row.ToString(), call.StreamOf(row.Stream), row.Operation.ToString(), row.State.ToString(), AdminText.Time(row.DueAt), row.ErrorCode ?? ""]));
        }

        if (view.Conflicts.Count > 0)
        {
            call.Report.Table(["Conflict", "Field", "State", "At", "Rule"], view.Conflicts.Select(static one => (IReadOnlyList<string>)
                [$"conflict/{one.Id}", one.Path, one.State.ToString(), AdminText.Time(one.At), one.Rule]));
        }
    }

    private static string From(CustomerField field) => field.RecordId == 0 ? "a steward" : $"{field.Source?.ToString() ?? "a stream that is not configured"}, record/{field.RecordId}";

    private static string StateOf(SourceRecord record) => record.Removal switch
    {
        Removal.BySystem => "deleted there",
        Removal.ByHub => "deleted by the hub",
        _ => record.Stage switch
        {
            RecordStage.Linked => record.IsRematchDue ? "leaving" : "linked",
            RecordStage.Landed => record.IsRematchDue ? "leaving" : "on its way",
            var stage => stage.ToString().ToLowerInvariant(),
        },
    };

    private static object ToJson(AdminCall call, CustomerView view) => new
    {
        customer = Names.Of(view.Golden),
        status = view.Golden.Status,
        version = view.Golden.Version,
        fields = view.Fields.Select(static field => new
        {
            path = field.Path,
            value = AdminText.Json(field.Value),
            record = field.RecordId,
            stream = field.Source?.ToString(),
            since = field.RecordId == 0 ? (DateTimeOffset?)null : field.Since,
            rule = field.Rule,
            isOpen = field.IsOpen,
        }),
        records = view.Records.Select(one => new { record = one.Record.Id, stream = call.StreamOf(one.Record.Stream), state = StateOf(one.Record), landed = one.Record.LandedAt }),
        overrides = view.Golden.Overrides.Select(static pinned => new { path = pinned.Path, value = AdminText.Json(pinned.Value), since = pinned.At }),
        deliveries = view.Deliveries.Select(row => new
        {
            delivery = row.Id, stream = call.StreamOf(row.Stream), operation = row.Operation, state = row.State, due = row.DueAt, errorCode = row.ErrorCode,
        }),
        conflicts = view.Conflicts.Select(static one => new { conflict = one.Id, path = one.Path, state = one.State, at = one.At, rule = one.Rule }),
    };
}
