using IntegrationHub.Hub.Composition;
using IntegrationHub.Sync.Land;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Reconcile;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Hub.Running;

/// <summary>The workers of a running hub: one to read each stream, one to refine, one to deliver to each connection.</summary>
internal sealed class HubLoops(HubInstance hub, IWakeUps wakeUps, LoopHealth health, ILogger<HubLoops> logger) : BackgroundService
{
    /// <summary>How long a page or batch in hand may still take once the hub is to stop.</summary>
    public static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(20);

    private readonly DateTimeOffset started = hub.Context.Clock.GetUtcNow();

    private TimeProvider Clock => hub.Context.Clock;

    private TimeSpan Sweep => hub.Context.Options.SweepInterval;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abandon = new CancellationTokenSource();
        await using var stop = stoppingToken.Register(() =>
        {
            hub.Observed.Drain();
            abandon.CancelAfter(FinishWithin);
        });
        var loops = Loops().ToList();
        logger.LogInformation("{Count} workers begin", loops.Count);
        // Each on a task of its own: SQLite has no asynchronous work, so a turn holds its thread.
        await Task.WhenAll(loops.Select(loop => Task.Run(() => loop.RunAsync(stoppingToken, abandon.Token), CancellationToken.None)));
        logger.LogInformation("All workers have ended");
    }

    private IEnumerable<WorkLoop> Loops()
    {
        foreach (var stream in hub.Settings.Streams.Where(stream => stream.Reads && hub.Settings.ConnectionOf(stream).Source is not null))
            yield return Loop($"read:{stream.Name}", new(WorkKind.Read, stream.Name.Connection), token => ReadAsync(stream, token));
        yield return Loop("refine", new(WorkKind.Refine), RefineAsync);
        foreach (var connection in hub.Settings.Connections.Where(static connection => connection.Target is not null))
            yield return Loop($"deliver:{connection.Name}", new(WorkKind.Deliver, connection.Name), token => DeliverAsync(connection, token));
        foreach (var connection in hub.Settings.Connections.Where(static connection => connection.Reconcile is not null))
        {
            var reconciling = new ReconcileWork(hub.Context, hub.Database);
            yield return Loop($"reconcile:{connection.Name}", new(WorkKind.Reconcile, connection.Name), token => ReconcileAsync(connection, reconciling, token));
        }
    }

    private WorkLoop Loop(string name, WorkDue wakes, Func<CancellationToken, Task<TimeSpan?>> turn) =>
        new(name, wakes, turn, wakeUps, health, Sweep, Clock, logger);

    private async Task<TimeSpan?> ReadAsync(StreamSettings stream, CancellationToken cancellationToken)
    {
        if (await IsPausedAsync(stream.Name.Connection, cancellationToken))
            return null;
        var progress = await hub.Store.LoadProgressAsync(stream.Number, cancellationToken);
        if (progress.IsBlocked)
            return null;
        if (!progress.FullReadDue && progress.NextReadAt > Clock.GetUtcNow())
            return progress.NextReadAt - Clock.GetUtcNow();
        var report = await hub.Way.ReadAsync(stream, whole: false, cancellationToken);
        if (report is not null)
            Log(report);
        var next = (await hub.Store.LoadProgressAsync(stream.Number, cancellationToken)).NextReadAt;
        return next - Clock.GetUtcNow();
    }

    private async Task<TimeSpan?> RefineAsync(CancellationToken cancellationToken)
    {
        var count = await hub.Way.RefineAsync(cancellationToken);
        if (count > 0)
            logger.LogInformation("Refined {Count} records", count);
        return null;
    }

    private async Task<TimeSpan?> DeliverAsync(ConnectionRuntime connection, CancellationToken cancellationToken)
    {
        if (await IsPausedAsync(connection.Name, cancellationToken))
            return null;
        var count = await hub.Way.DeliverAsync(connection, cancellationToken);
        if (count > 0)
            logger.LogInformation("Delivered to {Connection}: {Count} attempts or settlements", connection.Name, count);
        var wait = Sweep;
        foreach (var stream in connection.Streams.Where(static stream => stream.Writes))
        {
            var due = await hub.Store.NextDueDeliveryAsync(stream.Number, cancellationToken) - Clock.GetUtcNow();
            // What is due and was not taken now waits for something that the sweep finds out.
            if (due > TimeSpan.Zero && due < wait)
                wait = due.Value;
        }

        return wait;
    }

    private async Task<TimeSpan?> ReconcileAsync(ConnectionRuntime connection, ReconcileWork reconciling, CancellationToken cancellationToken)
    {
        foreach (var (stream, run) in await reconciling.RunDueAsync(connection, started, cancellationToken))
            Log(stream, run);
        return null;
    }

    private void Log(StreamSettings stream, Reconciliation run)
    {
        if (run.Failure is not null)
            logger.LogWarning("Reconciliation of {Stream} did not come to its end: {Failure}", stream.Name, run.Failure);
        else if (run.Open > 0)
            logger.LogWarning("Reconciliation of {Stream}: {Records} records, {Count} differences that nothing explains", stream.Name, run.Count("in system"), run.Open);
        else
            logger.LogInformation("Reconciliation of {Stream}: {Records} records, nothing unexplained, {Count} mended", stream.Name, run.Count("in system"), run.Count("repaired"));
    }

    private async ValueTask<bool> IsPausedAsync(string connection, CancellationToken cancellationToken) =>
        (await hub.Store.ListPausedConnectionsAsync(cancellationToken)).Contains(connection, StringComparer.Ordinal);

    private void Log(ReadReport report)
    {
        if (hub.Observed.IsDraining && report.Failure is not null)
            logger.LogInformation("Read of {Stream} stopped after {Pages} pages, because the hub stops", report.Stream, report.Pages);
        else if (report.Failure is { } failure)
            logger.LogWarning("Read of {Stream} failed ({Code}, {Kind}): {Message}", report.Stream, failure.Code, failure.Kind, failure.Message);
        else if (report.Records > 0)
            logger.LogInformation("Read {Records} records of {Stream} in {Pages} pages", report.Records, report.Stream, report.Pages);
        if (report.HeldDeletes > 0)
            logger.LogWarning("{Stream}: {Count} deletions are held, more than the stream's limit allows", report.Stream, report.HeldDeletes);
    }
}
