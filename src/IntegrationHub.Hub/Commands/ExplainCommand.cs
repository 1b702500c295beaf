using System.CommandLine;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub explain CONNECTION STREAM ID [FIELD]</c>: why has this field this value.</summary>
internal sealed class ExplainCommand(AdminCommand admin)
{
    private const int AuditShown = 20;

    private readonly Argument<string> connection = new("connection") { Description = "The connection's name." };
    private readonly Argument<string> stream = new("stream") { Description = "The stream's name." };
    private readonly Argument<string> id = new("id") { Description = "The record's key in its system, or record/4711." };
    private readonly Argument<string?> field = new("field") { Description = "One field, as its system calls it or as a canonical path. Default: all.", Arity = ArgumentArity.ZeroOrOne };

    public Command Make() => admin.Make(
        "explain", "Says why a record's fields have their values. Shows values; the access is written to the audit log.", RunAsync, connection, stream, id, field, admin.Actor);

    private async Task<int> RunAsync(AdminCall call)
    {
        var explanation = await call.Administration.Explaining.ExplainAsync(
            call.Parsed.GetRequiredValue(connection), call.Parsed.GetRequiredValue(stream), call.Parsed.GetRequiredValue(id), call.Parsed.GetValue(field), call.Actor, call.CancellationToken);
        call.Report.Json(ToJson(explanation));
        Write(call.Report, explanation);
        foreach (var one in explanation.Fields)
            Write(call.Report, one);
        if (explanation.Audit.Count > 0)
        {
            call.Report.Table(["#Number", "At", "Who", "What", "To", "Outcome", "Why", "Effect"], explanation.Audit.Take(AuditShown).Select(static one => (IReadOnlyList<string>)
            [
                $"{one.Sequence}", AdminText.Time(one.Entry.At), one.Entry.Actor, one.Entry.Action, one.Entry.Object, one.Entry.Outcome, one.Entry.Reason ?? "", Short(one.Entry.Correlation),
            ]));
        }

        return ExitCode.Done;
    }

    private static void Write(Report report, Explanation explanation)
    {
        var record = explanation.Record;
        report.Line($"{record} of {explanation.Stream}, {record.Stage.ToString().ToLowerInvariant()}, landed {AdminText.Time(record.LandedAt)}, changed there {AdminText.Time(record.Modified)}");
        report.Line(explanation.Golden is { } golden
            ? $"part of {Names.Of(golden)}, {golden.Status.ToString().ToLowerInvariant()}, version {golden.Version}; mapped by {explanation.Mapping}"
            : $"part of no customer; mapped by {explanation.Mapping}");
        foreach (var problem in explanation.Quarantine?.Problems ?? [])
            report.Line($"in quarantine: {problem.Field}: {problem.Rule}; found {problem.Shape}. {problem.Expected}");
        foreach (var row in explanation.Deliveries)
        {
            report.Line($"{row}: {row.Operation.ToString().ToLowerInvariant()}, {row.State.ToString().ToLowerInvariant()}, last sent {AdminText.Time(row.AttemptedAt)}, effect {Short(row.EffectKey)}"
                + (row.ErrorCode is null ? "" : $", {row.ErrorCode}: {row.ErrorMessage}"));
        }
    }

    private static void Write(Report report, ExplainedField one)
    {
        report.Line();
        report.Line($"{one.Path}{(one.SystemField is { } name ? $" ({name})" : "")}");
        report.Line($"  there      {AdminText.Value(one.There)}");
        report.Line($"  customer   {AdminText.Value(one.Golden)}");
        if (one.Base is { } agreed)
            report.Line($"  agreed on  {AdminText.Value(agreed.Theirs)}{(agreed.Ours == agreed.Theirs ? "" : $", standing for {AdminText.Value(agreed.Ours)}")}");
        report.Line($"  why        {one.Why}");
        foreach (var claim in one.Claims)
        {
            report.Line($"  {(claim.IsWinner ? "won       " : claim.Value == one.Golden ? "says so   " : "lost      ")} record/{claim.RecordId} of {claim.Source?.ToString() ?? "a stream that is not configured"} said {AdminText.Value(claim.Value)}"
                + $" since {AdminText.Time(claim.At)}{(claim.Mapping is { } mapping ? $", read by {mapping}" : "")}");
        }

        if (one.Pinned is { } pinned)
            report.Line($"  pinned     by a steward to {AdminText.Value(pinned.Value)}, {AdminText.Time(pinned.At)}");
        foreach (var conflict in one.Conflicts)
        {
            report.Line($"  conflict/{conflict.Id}  {conflict.State.ToString().ToLowerInvariant()} {AdminText.Time(conflict.At)}, rule {conflict.Rule}: record/{conflict.Left.SourceRecordId} "
                + $"{AdminText.Value(conflict.Left.Value)} ({AdminText.Time(conflict.Left.At)}), record/{conflict.Right.SourceRecordId} {AdminText.Value(conflict.Right.Value)} ({AdminText.Time(conflict.Right.At)})"
                + (conflict.Winner == 0 ? "" : $", record/{conflict.Winner} won"));
        }

        if (one.Write is { } write)
        {
            report.Line($"  written    {write.Outcome}{(write.Reason is null ? "" : $" ({write.Reason})")}, sent {(write.AttemptedAt is null ? "earlier" : AdminText.Time(write.AttemptedAt))}, "
                + $"settled {AdminText.Time(write.SettledAt)}, effect {Short(write.EffectKey)}, mapping {write.MappingVersion}");
        }
    }

    private static string Short(string? key) => key is null || key.Length <= 12 ? key ?? "" : key[..12];

    private static object ToJson(Explanation explanation) => new
    {
        record = explanation.Record.Id,
        key = explanation.Record.Key,
        stream = explanation.Stream.ToString(),
        stage = explanation.Record.Stage,
        removal = explanation.Record.Removal,
        landed = explanation.Record.LandedAt,
        modified = explanation.Record.Modified,
        customer = explanation.Golden is { } golden ? Names.Of(golden) : null,
        version = explanation.Golden?.Version,
        mapping = explanation.Mapping,
        quarantine = explanation.Quarantine?.Problems,
        fields = explanation.Fields.Select(static one => new
        {
            path = one.Path,
            systemField = one.SystemField,
            there = AdminText.Json(one.There),
            golden = AdminText.Json(one.Golden),
            agreed = one.Base is { } agreed ? new { theirs = AdminText.Json(agreed.Theirs), ours = AdminText.Json(agreed.Ours) } : null,
            rule = one.Rule,
            why = one.Why,
            isHeld = one.IsHeld,
            pinned = one.Pinned is { } pinned ? new { value = AdminText.Json(pinned.Value), at = pinned.At } : null,
            claims = one.Claims.Select(static claim => new
            {
                record = claim.RecordId, stream = claim.Source?.ToString(), value = AdminText.Json(claim.Value), at = claim.At, mapping = claim.Mapping, won = claim.IsWinner,
            }),
            conflicts = one.Conflicts.Select(static conflict => new
            {
                conflict = conflict.Id, state = conflict.State, at = conflict.At, rule = conflict.Rule, winner = conflict.Winner, left = Side(conflict.Left), right = Side(conflict.Right),
            }),
            write = one.Write,
        }),
        deliveries = explanation.Deliveries.Select(static row => new
        {
            delivery = row.Id, operation = row.Operation, state = row.State, attempts = row.Attempts, attempted = row.AttemptedAt, effectKey = row.EffectKey, errorCode = row.ErrorCode,
            errorMessage = row.ErrorMessage,
        }),
        audit = explanation.Audit.Select(static one => new { sequence = one.Sequence, entry = one.Entry }),
    };

    private static object Side(ConflictValue side) => new { record = side.SourceRecordId, value = AdminText.Json(side.Value), at = side.At };
}
