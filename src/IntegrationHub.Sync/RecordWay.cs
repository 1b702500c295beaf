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
    // One for each worker, which all run at once: what a worker remembers is its own.
    private readonly Dictionary<int, StreamRead> reads = context.Settings.Streams.ToDictionary(
        static stream => stream.Number, _ => new StreamRead(context, new LandStep(context)));

    private readonly RefineWork refine = new(context, new RefineStep(context));

    private readonly Dictionary<string, DeliverWork> deliveries = context.Settings.Connections.ToDictionary(
        static connection => connection.Name, _ => new DeliverWork(context), StringComparer.Ordinal);

    /// <summary>LAND: reads a stream to its end.</summary>
    /// <param name="whole">Read from the beginning, for instance to find what was deleted.</param>
    /// <returns>Null when there is nothing to read: the stream is blocked, paused or only written, or another worker reads it.</returns>
    public async Task<ReadReport?> ReadAsync(StreamSettings stream, bool whole, CancellationToken cancellationToken) =>
        stream.Reads && context.Settings.ConnectionOf(stream).Source is { } source && !await context.IsPausedAsync(stream, cancellationToken)
            ? await reads[stream.Number].RunAsync(stream, source, whole, cancellationToken)
            : null;

    /// <summary>MAP to PLAN: takes what has landed to its deliveries.</summary>
    /// <returns>How many records went through.</returns>
    public Task<int> RefineAsync(CancellationToken cancellationToken) => refine.RunDueAsync(cancellationToken);

    /// <summary>ATTEMPT to SETTLE: sends what is due on one connection, and reads back what was left open.</summary>
    /// <returns>How many deliveries were attempted or settled.</returns>
    public Task<int> DeliverAsync(ConnectionRuntime connection, CancellationToken cancellationToken) =>
        deliveries[connection.Name].RunDueAsync(connection, approvedOnly: false, cancellationToken);

    /// <summary>ATTEMPT to SETTLE for the effects of approved plans alone, on every connection, until none is due.</summary>
    /// <returns>How many deliveries were attempted or settled.</returns>
    public async Task<int> DeliverApprovedAsync(CancellationToken cancellationToken)
    {
        for (var done = 0; ;)
        {
            var before = done;
            foreach (var connection in context.Settings.Connections)
                done += await deliveries[connection.Name].RunDueAsync(connection, approvedOnly: true, cancellationToken);
            if (done == before)
                return done;
        }
    }

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
