using System.CommandLine;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub connection list|activate|pause|resume|reset|release-deletes</c>.</summary>
internal sealed class ConnectionCommands(AdminCommand admin)
{
    private readonly Argument<string> Connection = new("connection") { Description = "The connection's name." };

    private readonly Argument<string?> Stream = new("stream") { Description = "One of its streams. Default: all of them.", Arity = ArgumentArity.ZeroOrOne };

    public Command Make() => admin.Group(
        "connection", "Lists, pauses, resumes and resets connections.",
        admin.Make("list", "Lists the connections and how they do.", ListAsync),
        admin.Make("activate", "Lets the hub write to a connection by itself, without a plan that somebody has looked at.", ActivateAsync, Connection, Stream),
        admin.Make("pause", "Reads nothing from a connection and writes nothing to it until it is resumed.", PauseAsync, Connection),
        admin.Make("resume", "Lets a paused or blocked connection run again.", ResumeAsync, Connection),
        admin.Make("reset", "Reads a connection from the beginning next time. Deletes nothing.", ResetAsync, Connection, Stream),
        admin.Make("release-deletes", "Lets deletions through that a read implied and that exceeded the limit.", ReleaseAsync, Connection, Stream));

    private async Task<int> ListAsync(AdminCall call)
    {
        var connections = (await call.Administration.Status.ShowAsync(call.CancellationToken)).GroupBy(static one => one.State.Name.Connection, StringComparer.Ordinal).ToArray();
        call.Report.Json(new
        {
            connections = connections.Select(static connection => new
            {
                name = connection.Key,
                isPaused = connection.First().State.IsPaused,
                streams = connection.Select(static one => new { stream = one.State.Name.Stream, state = StatusCommand.WordFor(one) }),
            }),
        });
        call.Report.Table(["Connection", "Stream", "State", "Last read"], connections.SelectMany(static connection => connection).Select(static one => (IReadOnlyList<string>)
            [one.State.Name.Connection, one.State.Name.Stream, StatusCommand.WordFor(one), AdminText.Time(one.State.Progress.LastReadAt)]));
        return ExitCode.Done;
    }

    private async Task<int> ActivateAsync(AdminCall call)
    {
        var name = call.Parsed.GetRequiredValue(Connection);
        var activated = await call.Administration.Connections.ActivateAsync(name, call.Parsed.GetValue(Stream), call.Actor, call.CancellationToken);
        call.Report.Json(new { connection = name, activated = activated.Select(static stream => stream.Stream) });
        call.Report.Line(activated.Count == 0 ? $"{name} was active already." : $"Active: {string.Join(", ", activated)}. What waited is written by a running hub, or by: hub sync");
        return ExitCode.Done;
    }

    private async Task<int> PauseAsync(AdminCall call)
    {
        var name = call.Parsed.GetRequiredValue(Connection);
        var isNew = await call.Administration.Connections.PauseAsync(name, call.Actor, call.CancellationToken);
        call.Report.Json(new { connection = name, isPaused = true });
        call.Report.Line(isNew ? $"{name} is paused." : $"{name} was paused already.");
        return ExitCode.Done;
    }

    private async Task<int> ResumeAsync(AdminCall call)
    {
        var name = call.Parsed.GetRequiredValue(Connection);
        var mended = await call.Administration.Connections.ResumeAsync(name, call.Actor, call.CancellationToken);
        call.Report.Json(new { connection = name, isPaused = false, mended = mended.Select(static stream => stream.Stream) });
        call.Report.Line($"{name} runs again.{(mended.Count > 0 ? $" Tried again at once: {string.Join(", ", mended)}." : "")}");
        return ExitCode.Done;
    }

    private async Task<int> ResetAsync(AdminCall call)
    {
        var reset = await call.Administration.Connections.ResetAsync(
            call.Parsed.GetRequiredValue(Connection), call.Parsed.GetValue(Stream), call.Actor, call.CancellationToken);
        call.Report.Json(new { reset = reset.Select(static stream => stream.ToString()) });
        call.Report.Line($"Read from the beginning next time: {string.Join(", ", reset)}.");
        return ExitCode.Done;
    }

    private async Task<int> ReleaseAsync(AdminCall call)
    {
        IReadOnlyList<(StreamName Stream, int Held)> released = await call.Administration.Connections.ReleaseDeletesAsync(
            call.Parsed.GetRequiredValue(Connection), call.Parsed.GetValue(Stream), call.Actor, call.CancellationToken);
        call.Report.Json(new { released = released.Select(static one => new { stream = one.Stream.ToString(), held = one.Held }) });
        foreach (var (stream, held) in released)
            call.Report.Line($"{stream}: {AdminText.Number(held)} held deletions are released; the next complete read, due now, applies what it then still implies.");
        return ExitCode.Done;
    }
}
