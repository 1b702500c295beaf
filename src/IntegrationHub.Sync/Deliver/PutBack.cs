using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Takes back attempts of which surely nothing was applied.</summary>
internal sealed class PutBack(SyncContext context)
{
    /// <summary>Nothing of these was applied: they are due again later, and a connection that needs a person is stopped.</summary>
    public async Task RefusedAsync(Lease lease, StreamSettings stream, IReadOnlyList<Attempt> attempts, ConnectorException refusal)
    {
        var isTry = !refusal.IsThrottled && refusal.Kind != FailureKind.Blocked;
        var rows = attempts.Select(attempt => Planned(attempt, isTry)).ToArray();
        await PostponeAsync(lease, stream, rows, refusal, [.. rows.Select(row => Entry(stream, row, refusal.Code))]);
    }

    /// <summary>These were never sent: they are due as they were.</summary>
    public async Task UnsentAsync(Lease lease, StreamSettings stream, IReadOnlyList<Attempt> attempts)
    {
        if (attempts.Count == 0)
            return;
        var changes = new StepChanges();
        changes.Deliveries.AddRange(attempts.Select(attempt => Planned(attempt, isTry: false) with { DueAt = context.Clock.GetUtcNow() }));
        changes.Audit.AddRange(changes.Deliveries.Select(row => Entry(stream, row, "unsent")));
        changes.Tallies.Add(new(0, stream.Number, "put back unsent", attempts.Count));
        await CommitAsync(lease, changes);
    }

    /// <summary>The rows as they are, due later.</summary>
    public async Task PostponeAsync(
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
        await CommitAsync(lease, changes);
    }

    private static PendingDelivery Planned(Attempt attempt, bool isTry) => attempt.Row with
    {
        State = DeliveryState.Planned,
        Sending = null,
        Attempts = attempt.Row.Attempts - (isTry ? 0 : 1),
    };

    private AuditEntry Entry(StreamSettings stream, PendingDelivery row, string reason) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = "delivery.put-back",
        Object = row.SourceRecordId == 0 ? row.ToString() : $"record/{row.SourceRecordId}",
        System = stream.Name.ToString(),
        Outcome = $"{row.Operation} not applied",
        Reason = reason,
        Correlation = row.EffectKey,
        Attempt = row.Attempts,
        Configuration = stream.Mapping.Version,
    };

    private async Task CommitAsync(Lease lease, StepChanges changes)
    {
        try
        {
            await context.Store.CommitAsync(lease, changes, CancellationToken.None);
        }
        catch (StaleStepException)
        {
            // Read back at once then: an attempt that is still open is always settled by looking.
        }
    }
}
