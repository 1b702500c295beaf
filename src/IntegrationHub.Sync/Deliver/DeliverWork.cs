using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Brings the records of one connection up to their golden records: attempt → call → settle, batch after batch, until nothing is due.</summary>
internal sealed class DeliverWork(SyncContext context)
{
    /// <summary>After so many batches in a row it is time to look again for answers that were lost.</summary>
    private const int BatchesMax = 20;

    private readonly WriteGate gate = new(context);
    private readonly AttemptStep attemptStep = new(context, new PlanStep(context.Settings, context.Digests));
    private readonly SettleStep settleStep = new(context);
    private readonly TargetCalls calls = new(context);
    private readonly PutBack putBack = new(context);
    private readonly HashSet<int> read = [];

    /// <summary>When this process sent what is open, by the timestamp that nobody can set: the hub's clock may jump ahead while a system still works on it.</summary>
    private readonly Dictionary<long, long> sentAt = [];

    /// <param name="approvedOnly">Only the effects of approved plans.</param>
    /// <returns>How many deliveries were attempted or settled.</returns>
    public async Task<int> RunDueAsync(ConnectionRuntime connection, bool approvedOnly, CancellationToken cancellationToken)
    {
        var done = 0;
        if (connection.Target is not { } target)
            return done;
        foreach (var stream in connection.Streams.Where(static stream => stream.Writes))
        {
            var lease = await AcquireAsync(stream, cancellationToken);
            if (lease is null)
                continue;
            if ((await context.Store.LoadProgressAsync(stream.Number, cancellationToken)).IsBlocked)
                continue;
            done += await RunStreamAsync(target, stream, approvedOnly, cancellationToken);
        }

        return done;
    }

    private async Task<int> RunStreamAsync(ITargetConnector target, StreamSettings stream, bool approvedOnly, CancellationToken cancellationToken)
    {
        var (done, isQuick) = (0, false);
        while (await MayCallAsync(stream, cancellationToken) is { } lease)
        {
            DueDelivery[] open = [.. (await context.Store.LoadDueDeliveriesAsync(
                stream.Number, DeliveryState.Attempting, OperationRights.Every, OperationRights.Every, BatchMax(stream), cancellationToken))
                .Where(one => !IsTooEarly(stream, one.Delivery))];
            if (open.Length > 0 && !await ReadBackAsync(lease, target, stream, open, cancellationToken))
                return done;
            var (due, attempts) = await AttemptAsync(lease, stream, approvedOnly, null, cancellationToken);
            if (open.Length + due == 0)
                return done;
            done += open.Length + due;
            if (attempts.Count == 0)
                continue;
            var sent = await SendAsync(lease, target, stream, approvedOnly, attempts, isQuick, cancellationToken);
            done += sent.More;
            isQuick = sent.IsQuick;
            if (!sent.IsUsable)
                return done;
        }

        return done;
    }

    /// <summary>"Attempting" is committed before the call, the results after it: a crash between leaves an attempt to be read back, never a guess.</summary>
    /// <param name="under">The call under way.</param>
    /// <returns>How many were due, and the attempts to send.</returns>
    private async Task<(int Due, IReadOnlyList<Attempt> Attempts)> AttemptAsync(
        Lease lease, StreamSettings stream, bool approvedOnly, OpenCall? under, CancellationToken cancellationToken)
    {
        var possible = await MayCreateAsync(stream, cancellationToken) ? OperationRights.Every : OperationRights.Every & ~Rights.Create;
        var free = await gate.FreeAsync(stream, approvedOnly, cancellationToken);
        var due = await context.Store.LoadDueDeliveriesAsync(stream.Number, DeliveryState.Planned, possible, free, BatchMax(stream), cancellationToken);
        if (due.Count == 0)
            return (0, []);
        try
        {
            return (due.Count, await attemptStep.RunAsync(lease, stream, due, free, under, cancellationToken));
        }
        catch (StaleStepException)
        {
            // A golden record changed between the look and the commit: look again.
            return (due.Count, []);
        }
    }

    /// <summary>Sends a batch, and after a quick answer the next ones without a pause: while a call is under way, the batch after it is attempted and the one
    /// before it settled. The batches have no record in common, so the order of one record's deliveries is what it was.</summary>
    /// <param name="isQuick">Whether the last answer was quick.</param>
    /// <returns>How many more were due; whether the last answer was quick; and false when the connection cannot be used for now.</returns>
    private async Task<(int More, bool IsQuick, bool IsUsable)> SendAsync(
        Lease lease, ITargetConnector target, StreamSettings stream, bool approvedOnly, IReadOnlyList<Attempt> attempts, bool isQuick,
        CancellationToken cancellationToken)
    {
        var more = 0;
        OpenCall? call = Begin(target, stream, attempts, cancellationToken);
        try
        {
            for (var batch = 1; call is not null; batch++)
            {
                var current = call;
                var (due, next) = isQuick && batch < BatchesMax ? await AttemptAsync(lease, stream, approvedOnly, current, cancellationToken) : (0, []);
                more += due;
                var refusal = await current.EndAsync();
                isQuick = context.Clock.GetUtcNow() - current.Begun <= AttemptStep.HeadStart;
                var renewed = next.Count > 0 && refusal is null ? await MayCallAsync(stream, cancellationToken) : null;
                // An attempt that stands for too long before it is sent would be read back while the system is still at work on it.
                call = renewed is not null && context.Clock.GetUtcNow() - next[0].Row.AttemptedAt <= AttemptStep.HeadStart
                    ? Begin(target, stream, next, cancellationToken)
                    : null;
                await SettleAsync(lease, stream, current, refusal);
                if (call is null)
                    await putBack.UnsentAsync(lease, stream, next);
                if (refusal is not null)
                    return (more, isQuick, false);
                lease = renewed ?? lease;
            }
        }
        catch when (call is not null)
        {
            // What the call under way did is still noted where that can be; otherwise it is read back.
            await SettleAsync(lease, stream, call, await call.EndAsync());
            throw;
        }

        return (more, isQuick, true);
    }

    private OpenCall Begin(ITargetConnector target, StreamSettings stream, IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        foreach (var attempt in attempts)
            sentAt[attempt.Row.Id] = context.Clock.GetTimestamp();
        var settlements = new List<Settlement>(attempts.Count);
        return new(attempts, settlements, context.Clock.GetUtcNow(), calls.WriteAsync(target, stream, attempts, settlements, cancellationToken));
    }

    // What is known is committed even when the hub is being stopped.
    private async Task SettleAsync(Lease lease, StreamSettings stream, OpenCall call, ConnectorException? refusal)
    {
        await SettleAsync(lease, stream, call.Settlements, CancellationToken.None);
        if (refusal is not null)
            await putBack.RefusedAsync(lease, stream, call.Unsettled(), refusal);
    }

    private async Task<bool> ReadBackAsync(
        Lease lease, ITargetConnector target, StreamSettings stream, IReadOnlyList<DueDelivery> open, CancellationToken cancellationToken)
    {
        try
        {
            var settlements = await new ReadBack(context, calls).RunAsync(target, stream, open, cancellationToken);
            await SettleAsync(lease, stream, settlements, cancellationToken);
            return true;
        }
        catch (ConnectorException refusal)
        {
            await putBack.PostponeAsync(lease, stream, [.. open.Select(static one => one.Delivery)], refusal, []);
            return false;
        }
    }

    private async Task SettleAsync(Lease lease, StreamSettings stream, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        await settleStep.RunAsync(lease, stream, settlements, cancellationToken);
        foreach (var (attempt, result) in settlements)
        {
            if (result.Outcome != DeliveryOutcome.Unknown)
                sentAt.Remove(attempt.Row.Id);
        }
    }

    private bool IsTooEarly(StreamSettings stream, PendingDelivery row) =>
        sentAt.TryGetValue(row.Id, out var at) && context.Clock.GetElapsedTime(at) < stream.Traits.IndexLag + context.Options.LostAnswerGrace;

    /// <summary>A create waits until every stream of the entity has been read once and its records are resolved: before that, the system may hold the customer
    /// already (S22). A stream that cannot be read now holds up creates in itself alone.</summary>
    private async ValueTask<bool> MayCreateAsync(StreamSettings stream, CancellationToken cancellationToken)
    {
        var unknown = context.Settings.Streams.Where(other => other.Reads && other.Entity == stream.Entity && !read.Contains(other.Number))
            .Select(static other => other.Number).ToArray();
        if (unknown.Length == 0)
            return true;
        var unread = await context.Store.ListUnreadStreamsAsync(unknown, cancellationToken);
        read.UnionWith(unknown.Except(unread));
        foreach (var other in unread)
        {
            if (other == stream.Number || await IsReadableAsync(other, cancellationToken))
                return false;
        }

        return true;
    }

    private async ValueTask<bool> IsReadableAsync(int stream, CancellationToken cancellationToken) =>
        await context.Store.LoadProgressAsync(stream, cancellationToken) is { IsBlocked: false, Failures: 0 };

    private int BatchMax(StreamSettings stream) => Math.Min(stream.Traits.WriteBatchMax, context.Options.BatchSize);

    /// <returns>The lease to call under; null when nothing may be sent now.</returns>
    private async ValueTask<Lease?> MayCallAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        calls.IsBusy(stream) || await context.IsPausedAsync(stream, cancellationToken) ? null : await AcquireAsync(stream, cancellationToken);

    private ValueTask<Lease?> AcquireAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        context.Store.TryAcquireLeaseAsync($"deliver:{stream.Name}", context.Owner, context.Options.LeaseDuration, cancellationToken);
}
