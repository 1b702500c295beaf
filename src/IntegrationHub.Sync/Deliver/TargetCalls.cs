using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Calls a target connector and keeps the hub safe from it. Whatever is not certainly known comes back as
/// <see cref="DeliveryOutcome.Unknown"/>.</summary>
internal sealed class TargetCalls(SyncContext context)
{
    private readonly Dictionary<int, Task> abandoned = [];

    /// <summary>Whether a call to the stream that was given up is still under way: until it has ended, what it does to the system cannot be told.</summary>
    public bool IsBusy(StreamSettings stream) => abandoned.TryGetValue(stream.Number, out var call) && !call.IsCompleted;

    /// <returns>One result for each attempt.</returns>
    /// <exception cref="ConnectorException">Nothing of what is left was applied; what was settled before it has been reported to <paramref name="settled"/>.</exception>
    public async Task WriteAsync(
        ITargetConnector target, StreamSettings stream, IReadOnlyList<Attempt> attempts, List<Settlement> settled, CancellationToken cancellationToken)
    {
        attempts = await LookedAtAsync(target, stream, attempts, settled, cancellationToken);
        if (attempts.Count > 0)
            await SendAsync(target, stream, attempts, settled, cancellationToken);
    }

    /// <summary>A delete is irrevocable, and a system that writes by version needs one: such records are looked at first. One that somebody has changed since it
    /// was last seen is landed instead, so that the edit is known before the policy decides (S09, S12).</summary>
    private async Task<IReadOnlyList<Attempt>> LookedAtAsync(
        ITargetConnector target, StreamSettings stream, IReadOnlyList<Attempt> attempts, List<Settlement> settled, CancellationToken cancellationToken)
    {
        var looked = attempts.Where(attempt => IsLookedAt(stream, attempt)).ToArray();
        if (looked.Length == 0)
            return attempts;
        var found = await FindAsync(target, stream, [.. looked.Select(static attempt => new RecordReference(attempt.Delivery.Key, null))], cancellationToken);
        var changed = looked.Where(attempt => found.GetValueOrDefault(new(attempt.Delivery.Key, null)) is { } record && IsChanged(attempt, record)).ToHashSet();
        settled.AddRange(changed.Select(attempt => new Settlement(attempt, new(attempt.Delivery.Id, DeliveryOutcome.ChangedMeanwhile)
        {
            Key = attempt.Delivery.Key,
            Record = found[new(attempt.Delivery.Key, null)],
        })));
        return [.. attempts.Where(attempt => !changed.Contains(attempt)).Select(attempt => WithVersion(stream, attempt, found))];
    }

    private static bool IsLookedAt(StreamSettings stream, Attempt attempt) => attempt.Row.Operation switch
    {
        DeliveryOperation.Delete => true,
        DeliveryOperation.Update => stream.Traits.WritesByVersion && attempt.Delivery.Version is null,
        _ => false,
    };

    private bool IsChanged(Attempt attempt, RawRecord record) => record.IsDeleted
        ? attempt.Row.Operation == DeliveryOperation.Update
        : context.Digests.Of(record.Payload.Span) != attempt.Record!.ContentDigest;

    private static Attempt WithVersion(StreamSettings stream, Attempt attempt, IReadOnlyDictionary<RecordReference, RawRecord?> found) =>
        stream.Traits.WritesByVersion && attempt.Delivery.Key is not null && found.GetValueOrDefault(new(attempt.Delivery.Key, null)) is { Version: { } version }
            ? attempt with { Delivery = attempt.Delivery with { Version = version } }
            : attempt;

    private async Task SendAsync(
        ITargetConnector target, StreamSettings stream, IReadOnlyList<Attempt> attempts, List<Settlement> settled, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeliveryResult> results;
        try
        {
            results = await CallAsync(target, stream, attempts, cancellationToken);
        }
        catch (ConnectorException refusal) when (refusal.Kind == FailureKind.Rejected)
        {
            // One record can make a system refuse the whole batch: halve until the offender stands alone.
            if (attempts.Count == 1)
            {
                settled.Add(new(attempts[0], new(attempts[0].Delivery.Id, DeliveryOutcome.Rejected) { Code = refusal.Code, Message = refusal.Message }));
                return;
            }

            var half = attempts.Count / 2;
            await SendAsync(target, stream, [.. attempts.Take(half)], settled, cancellationToken);
            await SendAsync(target, stream, [.. attempts.Skip(half)], settled, cancellationToken);
            return;
        }

        var answered = Answers.Match(stream, attempts, results, out var isMisled);
        settled.AddRange(await WithRecordsAsync(target, stream, answered, cancellationToken));
        if (isMisled)
            throw Answers.Misled();
    }

    /// <summary>Reads records by their references; those that could not be read are not in the result.</summary>
    /// <exception cref="ConnectorException">The look-up failed, whatever it was that the connector threw.</exception>
    public Task<IReadOnlyDictionary<RecordReference, RawRecord?>> FindAsync(
        IRecordLookup target, StreamSettings stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
        GuardedLookup.FindAsync(context, target, stream, references, cancellationToken);

    private static Settlement OfItsKey(Settlement settlement) =>
        settlement is { Attempt.Delivery.Key: { } asked, Result: { Outcome: DeliveryOutcome.ChangedMeanwhile, Record: { } shown } }
            ? settlement with { Result = settlement.Result with { Record = GuardedLookup.UnderItsKey(new(asked, null), shown) } }
            : settlement;

    private async Task<IReadOnlyList<DeliveryResult>> CallAsync(
        ITargetConnector target, StreamSettings stream, IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        // Not disposed: a call that does not end may hold its token for longer than we wait.
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<IReadOnlyList<DeliveryResult>>? call = null;
        try
        {
            call = target.WriteAsync(stream.Name.Stream, [.. attempts.Select(static attempt => attempt.Delivery)], patience.Token);
            return await call.WaitAsync(context.Options.CallTimeout, context.Clock, cancellationToken);
        }
        catch (ConnectorException)
        {
            throw;
        }
#pragma warning disable CA1031 // A failure that the connector did not translate, a hang or a stop: what was applied is not known, so it is read back.
        catch (Exception)
#pragma warning restore CA1031
        {
            patience.Cancel();
            if (call is { IsCompleted: false })
                abandoned[stream.Number] = call;
            return [];
        }
    }

    private async Task<IEnumerable<Settlement>> WithRecordsAsync(
        ITargetConnector target, StreamSettings stream, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        settlements = [.. settlements.Select(OfItsKey)];
        var references = settlements.Where(settlement => NeedsRecord(stream, settlement)).Select(Reference).Concat(settlements.SelectMany(Candidates)).Distinct().ToArray();
        if (references.Length == 0)
            return settlements;
        var found = await TryFindAsync(target, stream, references, cancellationToken);
        return settlements.Select(settlement => WithOthers(NeedsRecord(stream, settlement) ? WithRecord(settlement, found) : settlement, found));
    }

    private static IEnumerable<RecordReference> Candidates(Settlement settlement) => settlement.Result.Candidates.Select(static key => new RecordReference(key, null));

    private static Settlement WithOthers(Settlement settlement, IReadOnlyDictionary<RecordReference, RawRecord?> found)
    {
        var others = Candidates(settlement).Select(found.GetValueOrDefault).OfType<RawRecord>().ToArray();
        // Of several only one is left, or can be seen: that is the one.
        return others.Length == 1
            ? settlement with { Result = settlement.Result with { Key = others[0].Key, Record = others[0] } }
            : settlement with { Others = others };
    }

    private static bool NeedsRecord(StreamSettings stream, Settlement settlement) => IsMissing(settlement) ? stream.Traits.ShowsMerges
        : settlement.Result is { Record: null, Candidates.Count: 0 } && settlement.Attempt.Delivery.Operation != DeliveryOperation.Delete
        && settlement.Result.Outcome is DeliveryOutcome.Applied or DeliveryOutcome.AlreadyExists or DeliveryOutcome.ChangedMeanwhile;

    private static bool IsMissing(Settlement settlement) =>
        settlement.Result.Outcome == DeliveryOutcome.Missing && settlement.Attempt.Delivery.Operation == DeliveryOperation.Update;

    private static RecordReference Reference(Settlement settlement)
    {
        var key = settlement.Result.Key ?? settlement.Attempt.Delivery.Key;
        return new(key, key is null ? settlement.Attempt.Delivery.Correlation : null);
    }

    // Written, but what the system made of it cannot be read now: settled later by reading back.
    // A record that is missing may have been merged into another: that is a change, and no deletion.
    private static Settlement WithRecord(Settlement settlement, IReadOnlyDictionary<RecordReference, RawRecord?> found) => found.GetValueOrDefault(Reference(settlement)) switch
    {
        { MergedInto: not null } merged => settlement with { Result = settlement.Result with { Outcome = DeliveryOutcome.ChangedMeanwhile, Record = merged } },
        _ when IsMissing(settlement) => settlement,
        { } record => settlement with { Result = settlement.Result with { Record = record, Key = record.Key }, IsLookedUp = true },
        null => settlement with { Result = settlement.Result with { Outcome = DeliveryOutcome.Unknown } },
    };

    private async Task<IReadOnlyDictionary<RecordReference, RawRecord?>> TryFindAsync(
        ITargetConnector target, StreamSettings stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(target, stream, references, cancellationToken);
        }
#pragma warning disable CA1031 // Nothing is lost: without a record the delivery is Unknown and read back again when it is due.
        catch (Exception)
#pragma warning restore CA1031
        {
            return new Dictionary<RecordReference, RawRecord?>();
        }
    }
}
