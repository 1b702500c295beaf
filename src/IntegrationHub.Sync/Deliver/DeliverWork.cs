using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Brings the records of one connection up to their golden records: attempt → call → settle, batch after batch, until nothing is due.</summary>
internal sealed class DeliverWork(SyncContext context)
{
    private readonly WriteGate gate = new(context);
    private readonly AttemptStep attemptStep = new(context, new PlanStep(context.Settings, context.Digests));
    private readonly SettleStep settleStep = new(context);
    private readonly TargetCalls calls = new(context);
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
        var done = 0;
        var limit = Math.Min(stream.Traits.WriteBatchMax, context.Options.BatchSize);
        while (!calls.IsBusy(stream) && !await context.IsPausedAsync(stream, cancellationToken) && await AcquireAsync(stream, cancellationToken) is { } lease)
        {
            DueDelivery[] open = [.. (await context.Store.LoadDueDeliveriesAsync(
                stream.Number, DeliveryState.Attempting, OperationRights.Every, OperationRights.Every, limit, cancellationToken))
                .Where(one => !IsTooEarly(stream, one.Delivery))];
            if (open.Length > 0 && !await ReadBackAsync(lease, target, stream, open, cancellationToken))
                return done;
            var possible = await MayCreateAsync(stream, cancellationToken) ? OperationRights.Every : OperationRights.Every & ~Rights.Create;
            var free = await gate.FreeAsync(stream, approvedOnly, cancellationToken);
            var due = await context.Store.LoadDueDeliveriesAsync(stream.Number, DeliveryState.Planned, possible, free, limit, cancellationToken);
            if (open.Length + due.Count == 0)
                return done;
            done += open.Length + due.Count;
            if (due.Count > 0 && !await SendAsync(lease, target, stream, due, free, cancellationToken))
                return done;
        }

        return done;
    }

    /// <returns>False when the connection cannot be used for now.</returns>
    private async Task<bool> SendAsync(
        Lease lease, ITargetConnector target, StreamSettings stream, IReadOnlyList<DueDelivery> due, Rights free, CancellationToken cancellationToken)
    {
        // "Attempting" is committed before the call, the results after it: a crash between leaves an attempt to be read back, never a guess.
        IReadOnlyList<Attempt> attempts;
        try
        {
            attempts = await attemptStep.RunAsync(lease, stream, due, free, cancellationToken);
        }
        catch (StaleStepException)
        {
            // A golden record changed between the look and the commit: look again.
            return true;
        }

        if (attempts.Count == 0)
            return true;
        foreach (var attempt in attempts)
            sentAt[attempt.Row.Id] = context.Clock.GetTimestamp();
        var settlements = new List<Settlement>(attempts.Count);
        ConnectorException? refusal = null;
        try
        {
            await calls.WriteAsync(target, stream, attempts, settlements, cancellationToken);
        }
        catch (ConnectorException failure)
        {
            refusal = failure;
        }

        // What is known is committed even when the hub is being stopped.
        await SettleAsync(lease, stream, settlements, CancellationToken.None);
        if (refusal is null)
            return true;
        var settled = settlements.Select(static settlement => settlement.Attempt).ToHashSet();
        await PutBackAsync(lease, stream, [.. attempts.Where(attempt => !settled.Contains(attempt))], refusal);
        return false;
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
            await PostponeAsync(lease, stream, [.. open.Select(static one => one.Delivery)], refusal, []);
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

    /// <summary>Nothing of these was applied: they are due again later, and a connection that needs a person is stopped.</summary>
    private async Task PutBackAsync(Lease lease, StreamSettings stream, IReadOnlyList<Attempt> attempts, ConnectorException refusal)
    {
        var rows = attempts.Select(attempt => attempt.Row with
        {
            State = DeliveryState.Planned,
            Sending = null,
            Attempts = refusal.IsThrottled || refusal.Kind == FailureKind.Blocked ? attempt.Row.Attempts - 1 : attempt.Row.Attempts,
        }).ToArray();
        await PostponeAsync(lease, stream, rows, refusal, [.. attempts.Select(attempt => PutBackEntry(stream, attempt.Row, refusal))]);
    }

    private AuditEntry PutBackEntry(StreamSettings stream, PendingDelivery row, ConnectorException refusal) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = "delivery.put-back",
        Object = row.SourceRecordId == 0 ? row.ToString() : $"record/{row.SourceRecordId}",
        System = stream.Name.ToString(),
        Outcome = $"{row.Operation} not applied",
        Reason = refusal.Code,
        Correlation = row.EffectKey,
        Attempt = row.Attempts,
        Configuration = stream.Mapping.Version,
    };

    private async Task PostponeAsync(
        Lease lease, StreamSettings stream, IReadOnlyList<PendingDelivery> rows, ConnectorException refusal, IReadOnlyList<AuditEntry> audit)
    {
        var progress = await context.Store.LoadProgressAsync(stream.Number, CancellationToken.None);
        var due = context.Clock.GetUtcNow() + Backoff.After(progress.Failures + 1, refusal.RetryAfter, context.Random);
        var changes = new StepChanges
        {
            Progress = progress with
            {
                ErrorCode = refusal.Code,
                ErrorMessage = refusal.Message,
                IsBlocked = progress.IsBlocked || refusal.Kind == FailureKind.Blocked,
                Failures = progress.Failures + (refusal.IsThrottled ? 0 : 1),
            },
        };
        changes.Deliveries.AddRange(rows.Select(row => row with { DueAt = due, ErrorCode = refusal.Code, ErrorMessage = refusal.Message }));
        changes.Audit.AddRange(audit);
        changes.Tallies.Add(new(0, stream.Number, refusal.IsThrottled ? "throttled" : "call failed", 1));
        try
        {
            await context.Store.CommitAsync(lease, changes, CancellationToken.None);
        }
        catch (StaleStepException)
        {
            // Read back at once then: an attempt that is still open is always settled by looking.
        }
    }

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

    private ValueTask<Lease?> AcquireAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        context.Store.TryAcquireLeaseAsync($"deliver:{stream.Name}", context.Owner, context.Options.LeaseDuration, cancellationToken);
}
