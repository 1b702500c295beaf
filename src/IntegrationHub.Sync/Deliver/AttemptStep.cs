using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Works out what due deliveries send now, and commits "attempting" before anything is sent.</summary>
internal sealed class AttemptStep(SyncContext context, PlanStep plan)
{
    /// <summary>The code of a delivery of which a value has no form in the system; the rest was written.</summary>
    public const string UnwritableCode = "field.unwritable";

    /// <summary>How long a delivery waits for RESOLVE to look at what landed of its record.</summary>
    private static readonly TimeSpan DeferFor = TimeSpan.FromSeconds(1);

    private readonly WriteGate gate = new(context);

    /// <param name="free">The operations that need no plan.</param>
    /// <returns>The attempts to send; a delivery that has nothing to send any more is settled here.</returns>
    public async Task<IReadOnlyList<Attempt>> RunAsync(
        Lease lease, StreamSettings stream, IReadOnlyList<DueDelivery> due, Rights free, CancellationToken cancellationToken)
    {
        var approved = await gate.ApprovedAsync(due, free, cancellationToken);
        var stored = await LoadRecordsAsync(due, cancellationToken);
        var changes = new StepChanges();
        var attempts = new List<Attempt>(due.Count);
        var records = new HashSet<long>();
        var creating = await FindCreatingAsync(stream, due, cancellationToken);
        var leftOut = new LeftOutFields(await context.Store.ListSuspendedFieldsAsync(stream.Number, cancellationToken), context.Clock.GetUtcNow());
        foreach (var one in due)
        {
            // Two golden records that were merged may both have a delivery to the same record; the second waits for the next round.
            if (one.Delivery.SourceRecordId != 0 && !records.Add(one.Delivery.SourceRecordId))
                continue;
            if (IsUnexamined(one, stored) || (one.Delivery.SourceRecordId == 0 && creating.Contains(one.Cluster.Golden.Id)))
            {
                changes.Deliveries.Add(one.Delivery with { DueAt = context.Clock.GetUtcNow() + DeferFor });
                continue;
            }

            var problems = new List<Problem>();
            DateTimeOffset? waitsUntil = null;
            var need = NeedOf(stream, one);
            if (need is not null && !gate.Passes(stream, one.Delivery, need, free, approved))
                Hold(changes, one.Delivery, need);
            else if (ToAttempt(stream, one, need, stored, leftOut, problems, out waitsUntil) is { } attempt)
                attempts.Add(attempt);
            else
                changes.Deliveries.Add(waitsUntil is { } until ? Waiting(one, until) : problems.Count == 0 ? Superseded(one) : Unwritable(one, problems));
            if (problems.Count > 0)
                changes.Tallies.Add(new(0, stream.Number, "field has no form in the system", problems.Count));
        }

        changes.Audit.AddRange(changes.Deliveries.Where(static row => row.State == DeliveryState.Dead).Select(row => Entry(stream, row)));
        changes.Deliveries.AddRange(attempts.Select(static attempt => attempt.Row));
        if (changes.IsEmpty)
            return [];
        await gate.UseUpAsync(changes, cancellationToken);
        var superseded = changes.Deliveries.Count(static row => row.State == DeliveryState.Settled);
        if (superseded > 0)
            changes.Tallies.Add(new(0, stream.Number, "superseded", superseded));
        if (attempts.Count > 0)
            changes.Audit.Add(BatchEntry(stream, attempts));
        await context.Store.CommitAsync(lease, changes, cancellationToken);
        return attempts.ConvertAll(static attempt => attempt with { Row = attempt.Row with { Revision = attempt.Row.Revision + 1 } });
    }

    /// <summary>Customers of which a create is open, also one that was begun for a customer that has become part of them since: another would make a second
    /// record.</summary>
    private async Task<HashSet<long>> FindCreatingAsync(StreamSettings stream, IReadOnlyList<DueDelivery> due, CancellationToken cancellationToken)
    {
        if (due.All(static one => one.Delivery.SourceRecordId != 0))
            return [];
        var open = await context.Store.ListOpenCreatesAsync(stream.Number, cancellationToken);
        if (open.Count == 0)
            return [];
        return [.. (await context.Store.LoadClustersAsync(open, cancellationToken)).Values.Select(static cluster => cluster.Golden.Id)];
    }

    private async Task<Dictionary<long, SourceRecord>> LoadRecordsAsync(IReadOnlyList<DueDelivery> due, CancellationToken cancellationToken)
    {
        var ids = due.Select(static one => one.Delivery.SourceRecordId).Where(static id => id != 0).Distinct().ToArray();
        if (ids.Length == 0)
            return [];
        var records = await context.Store.LoadRecordsAsync(ids, withRaw: true, cancellationToken);
        return records.ToDictionary(static record => record.Id);
    }

    /// <summary>The stored payload shows something that RESOLVE has not seen yet: expecting it would write over an edit that nobody has looked at.</summary>
    private static bool IsUnexamined(DueDelivery due, Dictionary<long, SourceRecord> stored) =>
        stored.TryGetValue(due.Delivery.SourceRecordId, out var record)
        && (record.Stage == RecordStage.Landed || due.Cluster.Members.Any(member => member.Id == record.Id && member.Revision != record.Revision));

    private static PendingDelivery Superseded(DueDelivery due) => due.Delivery with { State = DeliveryState.Settled, Sent = due.Cluster.Golden.Version };

    private static PendingDelivery Unwritable(DueDelivery due, List<Problem> problems) => due.Delivery with
    {
        State = DeliveryState.Dead,
        ErrorCode = "mapping.write",
        ErrorMessage = Text(problems),
        ErrorFields = [.. problems.Select(static problem => problem.Field)],
    };

    /// <returns>What the delivery has to do now; null when there is nothing to send any more.</returns>
    private Need? NeedOf(StreamSettings stream, DueDelivery due) => due.Cluster.Golden.Id != due.Delivery.GoldenId
        ? null
        : plan.NeedsOf(due.Cluster.Golden, due.Cluster.Members, stream, out _).FirstOrDefault(need => (need.Record?.Id ?? 0) == due.Delivery.SourceRecordId);

    // It would do something else than a person has seen: it waits until it has been looked at again.
    private static void Hold(StepChanges changes, PendingDelivery row, Need need)
    {
        changes.Deliveries.Add(row with { Operation = need.Operation });
        changes.EffectChanges.Add(new(0, row.Id, EffectState.Approved, EffectState.Changed));
        changes.Tallies.Add(new(0, row.Stream, "held for approval", 1));
    }

    private static PendingDelivery Waiting(DueDelivery due, DateTimeOffset until) => due.Delivery with
    {
        State = DeliveryState.Planned,
        DueAt = until,
        ErrorCode = SuspendedField.DeliveryCode,
        ErrorMessage = LeftOutFields.Message,
    };

    private static string Text(List<Problem> problems) =>
        string.Join(' ', problems.Take(3).Select(static problem => $"{problem.Field} ({problem.Shape}): {problem.Expected}"));

    /// <param name="waitsUntil">Until when what is left to send waits for a suspended field; null when nothing does.</param>
    private Attempt? ToAttempt(
        StreamSettings stream, DueDelivery due, Need? need, Dictionary<long, SourceRecord> stored, LeftOutFields leftOut, List<Problem> problems, out DateTimeOffset? waitsUntil)
    {
        waitsUntil = null;
        var (row, cluster) = (due.Delivery, due.Cluster);
        if (need is null)
            return null;
        var sent = EffectText.AsSent(need, row);
        if (ReferenceEquals(sent, need))
            row = row with { YieldPath = null };
        need = sent;
        var now = context.Clock.GetUtcNow();
        var going = leftOut.Pick(need.Fields, out waitsUntil);
        var fields = need.Operation == DeliveryOperation.Delete ? [] : stream.Mapping.Write(going, problems);
        // A value without a form in the system is left out and named; the rest of the record is written.
        var sending = FieldMap.From(going.Where(field => problems.TrueForAll(problem => problem.Field != field.Path)));
        if (sending.Count == 0 && need.Operation != DeliveryOperation.Delete)
            return null;
        var isOver = row.ErrorCode is SuspendedField.DeliveryCode or UnwritableCode;
        row = row with
        {
            State = DeliveryState.Attempting,
            Operation = need.Operation,
            Wanted = cluster.Golden.Version,
            Sent = cluster.Golden.Version,
            AttemptedAt = now,
            // When the answer is lost, reading back makes sense from here on.
            DueAt = now + stream.Traits.IndexLag + context.Options.LostAnswerGrace,
            Attempts = row.Attempts + 1,
            Sending = sending,
            ErrorCode = waitsUntil is not null ? SuspendedField.DeliveryCode : problems.Count > 0 ? UnwritableCode : isOver ? null : row.ErrorCode,
            ErrorMessage = waitsUntil is not null ? LeftOutFields.Message : problems.Count > 0 ? Text(problems) : isOver ? null : row.ErrorMessage,
            EffectKey = EffectKey(stream, row, need, cluster.Golden.Version),
        };
        var held = need.Record is { } record ? stored.GetValueOrDefault(record.Id)?.Raw : null;
        return new(row, cluster.Golden, need.Record, new Delivery
        {
            Id = row.Id.ToString(),
            Operation = need.Operation,
            Key = need.Record?.Key,
            Correlation = row.Correlation,
            Fields = fields,
            Expected = need.Operation == DeliveryOperation.Update && held is not null ? JsonSubset.Pick(held, fields) : default,
            Version = need.Record?.Version,
        });
    }

    // With the record's revision: where the policy takes back what a user put there, the same golden version is written again, and that is another effect.
    private string EffectKey(StreamSettings stream, PendingDelivery row, Need need, long version) => context.Digests.Of(
        "effect",
        $"{stream.Name}/{row.GoldenId}/{row.SourceRecordId}/{row.Correlation}/{need.Operation}/{version}/{stream.Mapping.Version}/{need.Record?.Revision}").ToString();

    private AuditEntry Entry(StreamSettings stream, PendingDelivery row) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = "delivery.dead",
        Object = row.ToString(),
        System = stream.Name.ToString(),
        Outcome = $"{row.Operation} not attempted",
        Reason = row.ErrorCode,
        Configuration = stream.Mapping.Version,
    };

    private AuditEntry BatchEntry(StreamSettings stream, List<Attempt> attempts) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = "deliveries.attempting",
        Object = $"stream/{stream.Number}",
        System = stream.Name.ToString(),
        Outcome = $"attempting {attempts.Count}",
        After = context.Digests.Of("attempting", string.Concat(attempts.Select(static attempt => attempt.Row.EffectKey))).ToString(),
        Configuration = stream.Mapping.Version,
    };
}
