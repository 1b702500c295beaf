using System.Collections.Concurrent;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Deliver;
using IntegrationHub.Sync.Land;
using IntegrationHub.Sync.Refine;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync;

/// <summary>
/// The way of a record, whole. Three kinds of worker share it, each alone under its lease; they meet only in the store:
/// <code>
///   read      LAND      a page of raw records and the new checkpoint, one transaction; what is unchanged stops here
///   refine    MAP       canonical fields, or quarantine
///             VALIDATE  valid fields, or quarantine; filters are counted by name
///             RESOLVE   cluster and golden record; conflicts are written down
///             PLAN      deliveries, or nothing to send              — MAP to PLAN of a batch: one transaction
///   deliver   ATTEMPT   what is to be sent now, committed before the call
///             (call)    no transaction is open
///             SETTLE    result and read-back = new base; a lost answer is read back, never sent again blindly
/// </code>
/// </summary>
public sealed class RecordWay(SyncContext context)
{
    private readonly RefineWork refine = new(context, new RefineStep(context));

    // A stream or connection has one worker at a time; those of a running hub work side by side.
    private readonly IdPool landIds = new(context.Store);
    private readonly IdPool settleIds = new(context.Store);
    private readonly ConcurrentDictionary<int, StreamRead> reads = new();
    private readonly ConcurrentDictionary<int, TakeInWork> takeIns = new();
    private readonly ReceiveStep receive = new(context);
    private readonly ConcurrentDictionary<string, DeliverWork> delivers = new(StringComparer.Ordinal);

    /// <summary>LAND: reads a stream to its end.</summary>
    /// <param name="whole">Read from the beginning, for instance to find what was deleted.</param>
    /// <returns>Null when there is nothing to read: the stream is blocked, paused or only written, or another worker reads it.</returns>
    public async Task<ReadReport?> ReadAsync(StreamSettings stream, bool whole, CancellationToken cancellationToken) =>
        stream.Reads && context.Settings.ConnectionOf(stream).Source is { } source && !await context.IsPausedAsync(stream, cancellationToken)
            ? await reads.GetOrAdd(stream.Number, _ => new(context, new LandStep(context, landIds), landIds)).RunAsync(stream, source, whole, cancellationToken)
            : null;

    /// <summary>Stores what a system told by itself; it is durable when this returns, and each event counts once.</summary>
    /// <param name="reading">A genuine call, taken apart.</param>
    /// <returns>How many of its events are new.</returns>
    public Task<int> ReceiveAsync(StreamSettings stream, WebhookReading reading, CancellationToken cancellationToken) => receive.ReceiveAsync(stream, reading, cancellationToken);

    /// <summary>Counts a call that was not believed.</summary>
    public Task RefuseAsync(StreamSettings stream, WebhookVerdict verdict, CancellationToken cancellationToken) => receive.RefuseAsync(stream, verdict, cancellationToken);

    /// <summary>LAND, for what a system told by itself.</summary>
    /// <returns>How many events were taken in; none while the stream is paused, blocked or only written.</returns>
    /// <exception cref="ConnectorException">Records that events name could not be looked up; the events stay to be taken in.</exception>
    public async Task<int> TakeInAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        stream.Reads && context.Settings.ConnectionOf(stream).Source is { } source && !await context.IsPausedAsync(stream, cancellationToken)
            && !(await context.Store.LoadProgressAsync(stream.Number, cancellationToken)).IsBlocked
            ? await takeIns.GetOrAdd(stream.Number, _ => new(context, new LandStep(context, landIds), landIds)).RunDueAsync(stream, source, cancellationToken)
            : 0;

    /// <summary>MAP to PLAN: takes what has landed to its deliveries.</summary>
    /// <returns>How many records went through.</returns>
    public Task<int> RefineAsync(CancellationToken cancellationToken) => refine.RunDueAsync(cancellationToken);

    /// <summary>ATTEMPT to SETTLE: sends what is due on one connection, and reads back what was left open.</summary>
    /// <returns>How many deliveries were attempted or settled.</returns>
    public Task<int> DeliverAsync(ConnectionRuntime connection, CancellationToken cancellationToken) =>
        DeliverTo(connection).RunDueAsync(connection, approvedOnly: false, cancellationToken);

    /// <summary>ATTEMPT to SETTLE for the effects of approved plans alone, on every connection, until none is due.</summary>
    /// <returns>How many deliveries were attempted or settled.</returns>
    public async Task<int> DeliverApprovedAsync(CancellationToken cancellationToken)
    {
        for (var done = 0; ;)
        {
            var before = done;
            foreach (var connection in context.Settings.Connections)
                done += await DeliverTo(connection).RunDueAsync(connection, approvedOnly: true, cancellationToken);
            if (done == before)
                return done;
        }
    }

    private DeliverWork DeliverTo(ConnectionRuntime connection) => delivers.GetOrAdd(connection.Name, _ => new(context, settleIds));

    /// <summary>Refines and delivers until neither finds anything due.</summary>
    /// <returns>How many steps of work were done.</returns>
    public async Task<int> RunUntilIdleAsync(CancellationToken cancellationToken)
    {
        for (var done = 0; ;)
        {
            var before = done;
            done += await RefineAsync(cancellationToken);
            foreach (var connection in context.Settings.Connections)
                done += await DeliverAsync(connection, cancellationToken);
            if (done == before)
                return done;
        }
    }
}
