using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Hub.Running;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub reconcile CONNECTION</c>: proves that nothing is missing between a system and the hub, or says what is. 1 when something
/// is.</summary>
internal sealed class ReconcileCommand(CommandHost host)
{
    private const int ShownMax = 50;
    private const int PageSize = 500;

    private readonly Argument<string> connection = new("connection") { Description = "The connection's name." };
    private readonly Option<string?> stream = new("--stream") { Description = "One of its streams. Default: all of them." };
    private readonly Option<bool> repair =
        new("--repair") { Description = "Land what the hub has not seen, queue what was not delivered, and let it go its normal way." };
    private readonly Option<bool> values =
        new("--values") { Description = "Show values, which are personal, and not their shapes. The access is written to the audit log." };
    private readonly Option<string?> file =
        new("--report") { Description = "Write the whole result with every difference to this file, as JSON." };

    public static Command Create(CommandHost host) => new ReconcileCommand(host).Build();

    private Command Build()
    {
        var command = new Command("reconcile", "Reads a system whole, compares it with what the hub holds, and names every difference.")
            { connection, stream, repair, values, file };
        command.SetAction((parsed, cancellationToken) => host.WithHubAsync(
            parsed, HubPurpose.WorkIfFree, (hub, report, token) => RunAsync(AdminCommand.CallFor(parsed, hub, report, token), hub),
            cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(AdminCall call, HubInstance hub)
    {
        if (StreamsOf(call) is not { } streams)
            return ExitCode.WrongUse;
        // Said before a read that may take hours, not after it.
        if (call.Parsed.GetValue(file) is { } wanted && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(wanted))))
            return host.Refuse(call.Report, "admin.value",
                $"There is no folder for the report {Path.GetFullPath(wanted)}. Make it, or name another file.", ExitCode.WrongUse);
        // What the change feed shows by itself is no difference. A running hub reads it anyway.
        if (hub.MayWork)
            await new FullRound(hub)
                .ReadAndRefineAsync([hub.Settings.ConnectionOf(streams[0])], whole: false, call.Report.Line, call.CancellationToken);
        var runs = new List<(StreamSettings Stream, Reconciliation Run)>();
        foreach (var one in streams)
        {
            if (await call.Administration.Reconciling.RunAsync(one, call.Parsed.GetValue(repair), call.Actor, call.CancellationToken)
                is { } run)
                runs.Add((one, run));
            else
                await host.Error.WriteLineAsync($"{one.Name} is being reconciled by another process just now; see 'hub status' when it is "
                    + $"over.");
        }

        if (call.Parsed.GetValue(repair) && hub.MayWork)
            await new FullRound(hub).SettleAsync(call.Report.Line, call.CancellationToken);
        if (call.Parsed.GetValue(values))
            await call.Administration.NoteAccessAsync("reconciliation.shown", $"connection/{streams[0].Name.Connection}", call.Actor,
                call.CancellationToken);
        await WriteAsync(call, hub, runs);
        if (call.Parsed.GetValue(file) is { } path && !await TryWriteFileAsync(call, runs, Path.GetFullPath(path)))
            return ExitCode.Failed;
        return runs.Count < streams.Count || runs.Exists(static one => one.Run.Failure is not null) ? ExitCode.Failed
            : runs.TrueForAll(static one => one.Run.Open == 0) ? ExitCode.Done : ExitCode.Findings;
    }

    private IReadOnlyList<StreamSettings>? StreamsOf(AdminCall call)
    {
        var (name, wanted) = (call.Parsed.GetRequiredValue(connection), call.Parsed.GetValue(stream));
        if (call.Settings.Connections.FirstOrDefault(one => one.Name == name) is not { } known)
        {
            host.Refuse(call.Report, "admin.unknown", $"There is no connection '{name}'. "
                + $"{Suggestions.For(name, call.Settings.Connections.Select(static one => one.Name))}", ExitCode.WrongUse);
            return null;
        }

        var streams = known.Streams.Where(one => wanted is null || one.Name.Stream == wanted).ToArray();
        if (streams.Length > 0)
            return streams;
        host.Refuse(call.Report, "admin.unknown", $"The connection '{name}' has no stream '{wanted}'. "
            + $"{Suggestions.For(wanted!, known.Streams.Select(static one => one.Name.Stream))}", ExitCode.WrongUse);
        return null;
    }

    private async Task WriteAsync(AdminCall call, HubInstance hub, List<(StreamSettings Stream, Reconciliation Run)> runs)
    {
        var results = new List<object>();
        foreach (var (one, run) in runs)
        {
            var differences = await call.Administration.Queries.ListDifferencesAsync(run.Run, null, new(0, ShownMax),
                call.CancellationToken);
            results.Add(ToJson(call, one, run, differences));
            WriteText(call, one, run, differences);
            if (run.Open > 0)
                call.Report.Line(run.IsRepair ? NotMended(one, run)
                    : $"To mend what can be mended: hub reconcile {one.Name.Connection} --repair");
            else if (run.Count("repaired") > 0)
                call.Report.Line(hub.MayWork ? "What was mended went its normal way. Reconcile again to see that nothing is left."
                    : "A running hub takes what was landed and queued its normal way. Reconcile again in a moment.");
        }

        call.Report.Json(new { connection = call.Parsed.GetRequiredValue(connection), streams = results });
    }

    private void WriteText(AdminCall call, StreamSettings one, Reconciliation run, IReadOnlyList<PlacedDifference> differences)
    {
        call.Report.Line($"{one.Name}, {run}: {AdminText.Number(run.Count("in system"))} in source, "
            + $"{AdminText.Number(run.Count("linked"))} linked, "
            + $"{AdminText.Number(run.Count("in target"))} in target, {AdminText.Number(run.Count("unexplained"))} unexplained"
            + (run.Count("repaired") > 0 ? $", {AdminText.Number(run.Count("repaired"))} mended" : ""));
        if (run.Failure is { } failure)
            call.Report.Line($"It did not come to its end, so the counts are not whole. {failure}");
        call.Report.Table(["Counted", "#Records"], run.Counts.OrderBy(static count => count.Key, StringComparer.Ordinal)
            .Select(static count => (IReadOnlyList<string>)[count.Key, AdminText.Number(count.Value)]));
        foreach (var (_, difference) in differences)
        {
            call.Report.Line($"  {Words(difference)}{(difference.IsRepaired ? " (mended)" : "")}");
            foreach (var field in difference.Fields)
                call.Report.Line($"      {field.Path}: {Text(call, field.Before)} → {Text(call, field.After)}");
        }

        if (differences.Count == ShownMax)
            call.Report.Line("  There may be more: --report FILE writes all.");
    }

    private async Task<bool> TryWriteFileAsync(AdminCall call, List<(StreamSettings Stream, Reconciliation Run)> runs, string path)
    {
        try
        {
            await using var output = File.Create(path);
            await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
            json.WriteStartArray();
            foreach (var (one, run) in runs)
                await WriteRunAsync(call, json, one, run);
            json.WriteEndArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await host.Error.WriteLineAsync($"The report cannot be written to {path} ({failure.GetType().Name}). The result is stored all "
                + $"the same; name another file.");
            return false;
        }

        call.Report.Line($"report: {path}");
        return true;
    }

    private async Task WriteRunAsync(AdminCall call, Utf8JsonWriter json, StreamSettings one, Reconciliation run)
    {
        json.WriteStartObject();
        json.WritePropertyName("summary");
        Report.Write(json, ToJson(call, one, run, null));
        json.WriteStartArray("differences");
        for (long after = 0; ;)
        {
            var page = await call.Administration.Queries.ListDifferencesAsync(run.Run, null, new(after, PageSize), call.CancellationToken);
            if (page.Count == 0)
                break;
            foreach (var (place, difference) in page)
            {
                after = place;
                Report.Write(json, ToJson(call, difference));
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string NotMended(StreamSettings stream, Reconciliation run) => run.Count("deletions held") > 0
        ? $"{AdminText.Number(run.Count("deletions held"))} records are gone from the system, more than the limit of deletions allows: "
            + $"look at them, raise deleteLimit of {stream.Name} if it is right, and reconcile again."
        : "Not all of it can be mended from here: look at what is not marked as mended.";

    private static string Words(Difference one) =>
        $"{ReconcileWords.Of(one.Kind)}: {(one.Key is { } key ? $"'{key}'" : "no record")}"
        + (one.SourceRecordId > 0 ? $", record/{one.SourceRecordId}" : "")
            + (one.GoldenId > 0 ? string.Create(CultureInfo.InvariantCulture, $", C-{one.GoldenId}") : "");

    private string Text(AdminCall call, FieldValue? value) => call.Parsed.GetValue(values) ? AdminText.Value(value)
        : AdminText.Shape(value);

    private object? Json(AdminCall call, FieldValue? value) => call.Parsed.GetValue(values) ? AdminText.Json(value) : value is null ? null
        : AdminText.Shape(value);

    private object ToJson(AdminCall call, StreamSettings one, Reconciliation run, IReadOnlyList<PlacedDifference>? differences) => new
    {
        stream = one.Name.ToString(),
        run = run.Run,
        started = run.StartedAt,
        ended = run.EndedAt,
        failure = run.Failure,
        inSource = run.Count("in system"),
        linked = run.Count("linked"),
        inTarget = run.Count("in target"),
        unexplained = run.Count("unexplained"),
        repaired = run.Count("repaired"),
        counts = run.Counts,
        differences = differences?.Select(difference => ToJson(call, difference.Difference)),
    };

    private object ToJson(AdminCall call, Difference one) => new
    {
        kind = one.Kind,
        key = one.Key,
        record = one.SourceRecordId == 0 ? (long?)null : one.SourceRecordId,
        customer = one.GoldenId == 0 ? (long?)null : one.GoldenId,
        repaired = one.IsRepaired,
        fields = one.Fields.Select(field => new { path = field.Path, before = Json(call, field.Before), after = Json(call, field.After) }),
    };
}

/// <summary>What the kinds of difference are called.</summary>
internal static class ReconcileWords
{
    public static string Of(DifferenceKind kind) => kind switch
    {
        DifferenceKind.UnknownToHub => "unknown to the hub",
        DifferenceKind.MissingInSystem => "missing in the system",
        DifferenceKind.NotShown => "not shown, and cannot be asked for",
        DifferenceKind.ChangedUnseen => "changed in the system, unseen",
        DifferenceKind.ChangedOutsideMapping => "changed in a field that is not mapped",
        DifferenceKind.BaseOutOfDate => "the hub's base is out of date",
        DifferenceKind.RemovedInHub => "removed for the hub, and in the system",
        DifferenceKind.NotDelivered => "not delivered",
        DifferenceKind.DuplicateInSystem => "a second record of the customer in the system",
        _ => "record of a deleted customer",
    };
}
