using IntegrationHub.Hub.Commands;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Sync.Land;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Running;

/// <summary>What one round did to one stream.</summary>
/// <param name="Read">Null when the stream was not read; <paramref name="NotRead"/> says why.</param>
/// <param name="Before">The store's counts before the round.</param>
/// <param name="After">The store's counts after it.</param>
internal sealed record StreamRound(StreamSettings Stream, ReadReport? Read, string? NotRead, StreamSummary Before, StreamSummary After)
{
    /// <summary>What the round itself counted under a name.</summary>
    public long Count(string name) => After.Tally(name) - Before.Tally(name);

    /// <summary>What the round counted under all names that begin so.</summary>
    public long CountAll(string prefix) =>
        After.Tallies.Where(tally => tally.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(tally => Count(tally.Key));

    /// <summary>Writes that a system took.</summary>
    public long Written => CountAll("delivered ");
}

/// <summary>One full round: every stream is read to its end, then refined and delivered until nothing is due.</summary>
/// <param name="Streams">In the order of the configuration.</param>
/// <param name="Store">The store's counts after the round.</param>
internal sealed record RoundReport(IReadOnlyList<StreamRound> Streams, StoreSummary Store);

/// <summary>Runs full rounds, one worker after the other: for <c>hub sync</c> and the demo. A running hub has its loops instead.</summary>
internal sealed class FullRound(HubInstance hub)
{
    /// <summary>How long a round waits for what was put off (a look at a lost answer, a throttled call); later than that is left to the next round.</summary>
    private static readonly TimeSpan PutOffMax = TimeSpan.FromSeconds(30);

    /// <summary>Records that wait for an open write to themselves come back after two seconds; a little more than that.</summary>
    private static readonly TimeSpan DeferredFor = TimeSpan.FromSeconds(2.2);

    /// <param name="connections">The connections to read; what follows from it is refined for all and delivered to all.</param>
    /// <param name="whole">Read from the beginning.</param>
    /// <param name="progress">Told in a sentence what was done; on the caller's thread.</param>
    /// <param name="cancellationToken">Stops after the page or batch in hand.</param>
    public async Task<RoundReport> RunAsync(
        IReadOnlyList<ConnectionRuntime> connections, bool whole, Action<string> progress, CancellationToken cancellationToken)
    {
        var before = await hub.Database.SummariseAsync(cancellationToken);
        var reads = new Dictionary<int, (ReadReport? Report, string? NotRead)>();
        foreach (var stream in connections.SelectMany(static connection => connection.Streams).Where(static stream => stream.Reads))
        {
            var report = await hub.Way.ReadAsync(stream, whole, cancellationToken);
            reads[stream.Number] = (report, report is null ? await WhyNotReadAsync(stream, cancellationToken) : null);
            progress(report switch
            {
                null => $"{stream.Name}: not read, {reads[stream.Number].NotRead}",
                { Failure: { } failure } => $"{stream.Name}: the read stopped after {AdminText.Count(report.Records, "record")}. {failure.Message}",
                _ => $"{stream.Name}: read {AdminText.Count(report.Records, "record")} in {AdminText.Count(report.Pages, "page")}",
            });
        }

        await SettleAsync(progress, cancellationToken);
        var after = await hub.Database.SummariseAsync(cancellationToken);
        return new(
            [.. hub.Settings.Streams.Select(stream =>
            {
                var (report, notRead) = reads.GetValueOrDefault(stream.Number);
                return new StreamRound(stream, report, notRead, before.Streams[stream.Number], after.Streams[stream.Number]);
            })],
            after);
    }

    /// <summary>Reads and refines; delivers nothing.</summary>
    /// <returns>The streams that were not read to their end, and why.</returns>
    public async Task<IReadOnlyList<(StreamSettings Stream, string Problem)>> ReadAndRefineAsync(
        IReadOnlyList<ConnectionRuntime> connections, bool whole, Action<string> progress, CancellationToken cancellationToken)
    {
        var unread = new List<(StreamSettings, string)>();
        foreach (var stream in connections.SelectMany(static connection => connection.Streams).Where(static stream => stream.Reads))
        {
            var report = await hub.Way.ReadAsync(stream, whole, cancellationToken);
            if (report is null)
                unread.Add((stream, await WhyNotReadAsync(stream, cancellationToken)));
            else if (report.Failure is { } failure)
                unread.Add((stream, failure.Message));
            progress($"{stream.Name}: read {report?.Records ?? 0} records");
        }

        progress($"refined {await hub.Way.RefineAsync(cancellationToken):N0} records");
        return unread;
    }

    /// <summary>Sends what approved plans hold, waits for what was put off for a moment, and sends it again; nothing else is written.</summary>
    public async Task DeliverApprovedAsync(CancellationToken cancellationToken)
    {
        var clock = hub.Context.Clock;
        while (true)
        {
            await hub.Way.DeliverApprovedAsync(cancellationToken);
            if (await NextDueAsync(cancellationToken) is not { } due || due - clock.GetUtcNow() >= PutOffMax)
                return;
            if (due > clock.GetUtcNow())
                await Task.Delay(due - clock.GetUtcNow(), clock, cancellationToken);
        }
    }

    /// <summary>Refines and delivers until nothing is due, and waits for what was put off for a moment.</summary>
    public async Task SettleAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var clock = hub.Context.Clock;
        long all = 0;
        for (var deferred = false; ;)
        {
            all += await hub.Way.RunUntilIdleAsync(cancellationToken);
            if (await NextDueAsync(cancellationToken) is { } due && due - clock.GetUtcNow() < PutOffMax)
            {
                var wait = due - clock.GetUtcNow();
                if (wait > TimeSpan.FromSeconds(5))
                    progress($"waiting {wait.TotalSeconds:0} seconds for what was put off");
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, clock, cancellationToken);
                deferred = true;
            }
            else if (deferred)
            {
                await Task.Delay(DeferredFor, clock, cancellationToken);
                deferred = false;
            }
            else
            {
                progress($"refined and delivered: {all:N0} records and deliveries");
                return;
            }
        }
    }

    private async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        foreach (var stream in hub.Settings.Streams.Where(static stream => stream.Writes))
        {
            // What is due already and was not taken waits for something else: a blocked stream, or creates before everything was read.
            var due = await hub.Store.NextDueDeliveryAsync(stream.Number, cancellationToken);
            if (due > hub.Context.Clock.GetUtcNow() && (next is null || due < next))
                next = due;
        }

        return next;
    }

    private async Task<string> WhyNotReadAsync(StreamSettings stream, CancellationToken cancellationToken)
    {
        var progress = await hub.Store.LoadProgressAsync(stream.Number, cancellationToken);
        return progress.IsBlocked
            ? $"it is blocked ({progress.ErrorCode}): {progress.ErrorMessage} Then: hub connection resume {stream.Name.Connection}"
            : hub.Settings.ConnectionOf(stream).Source is null ? "its connector does not read" : "another worker reads it";
    }
}
