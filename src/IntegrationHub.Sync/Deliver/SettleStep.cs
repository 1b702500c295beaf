using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Refine;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Commits what became of attempts: results, what the systems show now as the new base, and one audit entry for each effect.</summary>
internal sealed class SettleStep(SyncContext context, IdPool ids)
{
    private const int StaleRetriesMax = 20;

    /// <summary>How long a write to a record that is not there waits for the read that says whether it was deleted.</summary>
    private static readonly TimeSpan UnconfirmedFor = TimeSpan.FromMinutes(5);

    private readonly WriteGate gate = new(context);
    private long nextId;

    public async Task RunAsync(Lease lease, StreamSettings stream, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        if (settlements.Count == 0)
            return;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                nextId = await ids.TakeAsync(IdRange.SourceRecord, settlements.Count + settlements.Sum(static one => one.Others.Count), cancellationToken);
                var landed = await FindLandedAsync(stream, settlements, cancellationToken);
                var progress = settlements.Any(one => IsUnconfirmed(stream, one)) ? await context.Store.LoadProgressAsync(stream.Number, cancellationToken) : null;
                var swaps = await ValueSwaps.LoadAsync(context.Store, settlements, landed, cancellationToken);
                var changes = Decide(stream, settlements, landed, swaps, progress is { HeldDeletes: > 0 });
                Suspensions.Note(changes, stream, settlements, await context.Store.ListSuspendedFieldsAsync(stream.Number, cancellationToken), context.Clock.GetUtcNow());
                if (progress is { HeldDeletes: 0, FullReadDue: false })
                    changes.Progress = progress with { FullReadDue = true };
                await gate.UseUpAsync(changes, cancellationToken);
                await context.Store.CommitAsync(lease, changes, cancellationToken);
                return;
            }
            catch (StaleStepException) when (attempt < StaleRetriesMax)
            {
                // A golden record changed, or a page landed, while the call was under way.
                settlements = await ReloadAsync(settlements, cancellationToken);
            }
        }
    }

    /// <summary>Whether a record is missing where only a complete read says what was deleted: an emptied file misses every record, and the limit of
    /// deletions must see them all before one is believed (S14).</summary>
    private static bool IsUnconfirmed(StreamSettings stream, Settlement one) => stream.Traits.Deletes == DeleteDetection.ByAbsence
        && one.Result.Outcome == DeliveryOutcome.Missing && one.Attempt.Row.Operation != DeliveryOperation.Delete;

    private StepChanges Decide(StreamSettings stream, IReadOnlyList<Settlement> settlements, Dictionary<string, SourceRecord> landed, ValueSwaps swaps, bool holdsDeletes)
    {
        var changes = new StepChanges();
        var stored = new HashSet<Digest>();
        // Two deliveries may meet in one record, where a value is unique: the one that wrote it counts, and the record is stored once.
        foreach (var settlement in settlements.OrderBy(static one => one.Result.Outcome != DeliveryOutcome.Applied))
        {
            var (row, record) = IsUnconfirmed(stream, settlement) ? (UntilRead(settlement, holdsDeletes), null) : Settle(stream, settlement, landed, swaps);
            changes.Deliveries.Add(row.State == DeliveryState.Dead ? row with { ErrorFields = Suspensions.PathsOf(stream, settlement.Result) } : row);
            foreach (var other in Others(stream, settlement, landed))
            {
                if (stored.Add(other.KeyDigest))
                    changes.SourceRecords.Add(other);
            }

            if (record is not null && stored.Add(record.KeyDigest))
            {
                changes.SourceRecords.Add(record);
                landed[record.Key] = record;
                if (record.Removal == Removal.ByHub)
                    changes.Released.Add(record.Id);
            }

            changes.Audit.Add(Entry(stream, settlement, row, record));
        }

        changes.Tallies.AddRange(settlements.GroupBy(static one => one.Result.Outcome)
            .Select(group => new Tally(0, stream.Number, $"delivery {group.Key}".ToLowerInvariant(), group.Count())));
        changes.Tallies.AddRange(settlements.Where(static one => one.Result.Outcome == DeliveryOutcome.Applied).GroupBy(static one => one.Attempt.Row.Operation)
            .Select(group => new Tally(0, stream.Number, $"delivered {group.Key}".ToLowerInvariant(), group.Count())));
        return changes;
    }

    private (PendingDelivery Row, SourceRecord? Record) Settle(
        StreamSettings stream, Settlement settlement, Dictionary<string, SourceRecord> landed, ValueSwaps swaps)
    {
        var (attempt, result) = settlement;
        var row = attempt.Row;
        switch (result.Outcome)
        {
            case DeliveryOutcome.Applied when row.Operation == DeliveryOperation.Delete:
                return (Done(row), Removed(attempt));
            case DeliveryOutcome.Applied when result.Record is { } other && attempt.Record is { } old && other.Key != old.Key:
                // The write went to the record that this one was merged into. What it says now is read from there.
                return (Meanwhile(row, result), Landed(stream, old, new RawRecord(old.Key, default) { IsDeleted = true, MergedInto = other.Key }));
            case DeliveryOutcome.Applied when result.Record is { } shown:
                var record = Written(stream, attempt, shown, landed.GetValueOrDefault(shown.Key), SightOf(settlement));
                // A record that is part of a customer already has, or gets, a row of its own.
                return (Done(IsLinkedAlready(attempt, shown, landed) ? row : row with { SourceRecordId = record.Id }), record);
            case DeliveryOutcome.Missing when row.Operation == DeliveryOperation.Delete:
                return (Done(row), Removed(attempt));
            case DeliveryOutcome.Missing:
                return (Again(row, result), Missing(stream, attempt));
            case DeliveryOutcome.AlreadyExists when settlement.Others.Count > 1:
                return (Dead(row, result with { Message = Several(settlement, landed) }), null);
            case DeliveryOutcome.AlreadyExists when result.Record is { } found && swaps.Find(attempt, landed.GetValueOrDefault(found.Key)) is { } swap:
                var taken = result with { Code = ValueSwaps.Waiting, Message = swap.Message };
                return (swap.IsBlocked ? Dead(row, taken) : swap.Apply(Again(row, taken)), null);
            case DeliveryOutcome.AlreadyExists when result.Record is { } found && WhyTaken(attempt, found, landed) is { } why:
                return (Dead(row, result with { Message = why }), null);
            case DeliveryOutcome.AlreadyExists when result.Record is { } found:
                return (Again(row, result), Landed(stream, landed.GetValueOrDefault(found.Key) ?? SameRecord(attempt, found), found));
            case DeliveryOutcome.ChangedMeanwhile when result.Record is { } found:
                return (Meanwhile(row, result), Echoed(stream, attempt, result, Landed(stream, attempt.Record ?? landed.GetValueOrDefault(found.Key), found)));
            case DeliveryOutcome.Unknown or DeliveryOutcome.Applied:
                return (row with { DueAt = context.Clock.GetUtcNow() + stream.Traits.IndexLag + context.Options.LostAnswerGrace + Backoff.After(row.Attempts, null, context.Random) }, null);
            case DeliveryOutcome.Rejected when row.YieldPath is { } path:
                return (Dead(row, result with { Message = ValueSwaps.CannotYield(path) }), null);
            case DeliveryOutcome.FieldsRefused when Suspensions.Refused(stream, settlement).Count > 0:
                // Without these fields it goes again at once; that is no failure of the record.
                return (row with { State = DeliveryState.Planned, DueAt = context.Clock.GetUtcNow(), Sending = null, Attempts = row.Attempts - 1 }, null);
            case DeliveryOutcome.Rejected when result.Code == ReadBack.AnswerLost:
                // Nobody can say whether it was applied: what was sent is kept, so that it is looked for before anything is sent again.
                return (Dead(row, result) with { Sending = row.Sending }, null);
            case DeliveryOutcome.Rejected or DeliveryOutcome.FieldsRefused:
                return (Dead(row, result), null);
            default:
                return (Again(row, result), null);
        }
    }

    /// <summary>Why the record that the system already has makes every further attempt futile; null when it is news to the hub.</summary>
    private string? WhyTaken(Attempt attempt, RawRecord found, Dictionary<string, SourceRecord> landed)
    {
        if (landed.GetValueOrDefault(found.Key) is not { IsLive: true } existing || existing.Id == attempt.Record?.Id)
            return null;
        var own = $"{attempt.Golden.Entity} {attempt.Golden.Id}";
        const string Begin = "The system already has a record with a value that may occur only once. ";
        return existing.Stage switch
        {
            RecordStage.Linked when existing.GoldenId != attempt.Golden.Id =>
                $"{Begin}It belongs to {attempt.Golden.Entity} {existing.GoldenId}: if that is the same as {own}, merge the two; if not, correct the value in one of the systems. Then replay this delivery.",
            RecordStage.Linked when attempt.Record is not null =>
                $"{Begin}It is another record of {own}: the system has two of them. Merge or remove one there, then replay this delivery.",
            RecordStage.Quarantined when !found.IsDeleted && existing.ContentDigest == context.Digests.Of(found.Payload.Span) =>
                $"{Begin}It is in quarantine ({existing}): fix it there, then replay this delivery.",
            RecordStage.Filtered => $"{Begin}A filter keeps it out ({existing}). Correct the filter, or keep {own} out of the system too.",
            _ => null,
        };
    }

    private static SourceRecord? SameRecord(Attempt attempt, RawRecord found) => attempt.Record?.Key == found.Key ? attempt.Record : null;

    private PendingDelivery Done(PendingDelivery row)
    {
        var done = row with { DueAt = context.Clock.GetUtcNow(), Attempts = 0, Sending = null, YieldPath = null, ErrorFields = [] };
        // More was wanted while the call was under way: the row goes round again and works out the rest.
        // A value that was only given up for another record is followed by the one that is wanted.
        if (row.Wanted > row.Sent || row.YieldPath is not null)
            return done with { State = DeliveryState.Planned, ErrorCode = null, ErrorMessage = null };
        // A field was left out that is suspended: its value stays to be sent.
        return row.ErrorCode == SuspendedField.DeliveryCode
            ? done with { State = DeliveryState.Planned, DueAt = context.Clock.GetUtcNow() + Suspensions.RetryFirst }
            : done with
            {
                State = DeliveryState.Settled,
                ErrorCode = row.ErrorCode == AttemptStep.UnwritableCode ? row.ErrorCode : null,
                ErrorMessage = row.ErrorCode == AttemptStep.UnwritableCode ? row.ErrorMessage : null,
            };
    }

    /// <summary>The further records that the system holds for the same: they are landed, so that the hub's own matching looks at each.</summary>
    private IEnumerable<SourceRecord> Others(StreamSettings stream, Settlement settlement, Dictionary<string, SourceRecord> landed) =>
        settlement.Result.Outcome != DeliveryOutcome.AlreadyExists ? [] : settlement.Others
            .Where(other => !other.IsDeleted && (!landed.TryGetValue(other.Key, out var known) || known.ContentDigest != context.Digests.Of(other.Payload.Span)))
            .Select(other => Landed(stream, landed.GetValueOrDefault(other.Key), other));

    private static string Several(Settlement settlement, Dictionary<string, SourceRecord> landed)
    {
        var known = settlement.Others.Select(other => landed.TryGetValue(other.Key, out var record) ? record.ToString() : "a new record").Order(StringComparer.Ordinal);
        return $"The system holds {settlement.Others.Count} records for it ({string.Join(", ", known)}) and cannot say which is meant. "
            + $"Merge them there, or say which is {settlement.Attempt.Golden.Entity} {settlement.Attempt.Golden.Id}: hub customer merge. Then replay this delivery.";
    }

    private PendingDelivery Again(PendingDelivery row, DeliveryResult result) => row.Attempts >= context.Options.DeliveryAttemptsMax
        ? Dead(row, result)
        : row with
        {
            State = DeliveryState.Planned,
            DueAt = context.Clock.GetUtcNow() + (result.Code == ReadBack.AnswerLost ? TimeSpan.Zero : Backoff.After(row.Attempts, null, context.Random)),
            Sending = null,
            ErrorCode = result.Code ?? result.Outcome.ToString(),
            ErrorMessage = result.Message,
        };

    // Somebody was faster: what they did is looked at, and what is still to be written goes out again. No error, but not for ever either.
    private PendingDelivery Meanwhile(PendingDelivery row, DeliveryResult result) => Again(row, result) switch
    {
        { State: DeliveryState.Dead } dead => dead with
        {
            ErrorMessage = $"Somebody changed the record before each of {row.Attempts} writes. Find out who writes to it all the time, then replay this delivery.",
        },
        var again => again with { ErrorCode = null, ErrorMessage = null },
    };

    private PendingDelivery UntilRead(Settlement settlement, bool holdsDeletes)
    {
        var again = Again(settlement.Attempt.Row, settlement.Result with
        {
            Code = "record.missing",
            Message = "The system has no such record now. The next complete read of the stream finds out whether it was deleted; 'hub status' says whether deletions are held for a decision.",
        });
        if (!holdsDeletes)
            return again.State == DeliveryState.Dead ? again : again with { DueAt = context.Clock.GetUtcNow() + UnconfirmedFor };
        // However long a person takes to decide: it costs the delivery no attempt.
        return again with { State = DeliveryState.Planned, DueAt = context.Clock.GetUtcNow() + UnconfirmedFor, Attempts = settlement.Attempt.Row.Attempts - 1 };
    }

    private static PendingDelivery Dead(PendingDelivery row, DeliveryResult result) => row with
    {
        State = DeliveryState.Dead,
        Sending = null,
        YieldPath = null,
        ErrorCode = result.Code ?? result.Outcome.ToString(),
        ErrorMessage = result.Message ?? $"Given up after {row.Attempts} attempts; the last one ended as {result.Outcome}. Mend the cause, then replay it.",
    };

    private static Sight SightOf(Settlement settlement) =>
        settlement.Result.Code == ReadBack.AnswerLost ? Sight.AnswerLost : settlement.IsLookedUp ? Sight.LookUp : Sight.Answer;

    /// <summary>The record as it reads back: for what was sent, the new base; what else differs is an edit of the system's and goes through RESOLVE.</summary>
    private SourceRecord Written(StreamSettings stream, Attempt attempt, RawRecord shown, SourceRecord? landed, Sight sight)
    {
        var record = attempt.Record ?? landed ?? NewRecord(stream, shown);
        var mapped = shown.IsDeleted ? FieldMap.Empty : stream.Mapping.Read(shown.Payload.Span).Fields;
        var sent = shown.IsDeleted ? FieldMap.Empty : attempt.Row.Sending ?? FieldMap.Empty;
        var golden = attempt.Record is null && record.GoldenId != 0 ? record.GoldenId : attempt.Golden.Id;
        var row = attempt.Row;
        if (row is { Operation: DeliveryOperation.Create } && record.GoldenId == 0)
            record = record with { Fields = FieldEdits.EchoConstants(record.Fields, mapped, stream.Mapping.ConstantPaths, attempt.Golden.ToFieldMap(), isNew: true) };
        record = record with { GoldenId = golden, Fields = Agreements.Note(record.Fields, sent, mapped, stream.Mapping, sight), Removal = Removal.None, RemovedAt = null };
        // A page with this record landed while the call was under way. It may be newer than what was read back: then it is looked at, not overwritten. One
        // that is surely older shows what was there before the write, and would pass for an edit that takes the write back.
        var isNewer = record is { Revision: > 0, Stage: RecordStage.Landed } && !(shown.Modified > record.Modified);
        if (isNewer)
            return record with { DueAt = context.Clock.GetUtcNow() };
        // What differs, what was kept out and what is gone already goes the whole way again.
        // So does what was written for a customer that has become part of another meanwhile.
        // So does a record that the hub has made: its match keys are taken there.
        var isSettled = attempt.Record is not null && record.Stage is RecordStage.Landed or RecordStage.Linked && !shown.IsDeleted && golden == attempt.Row.GoldenId
            && !Agreements.HasEdits(record.Fields, mapped) && !Agreements.IsOpen(record.Fields, sent);
        return WithPayload(record, shown) with { Stage = isSettled ? RecordStage.Linked : RecordStage.Landed };
    }

    private static bool IsLinkedAlready(Attempt attempt, RawRecord shown, Dictionary<string, SourceRecord> landed) =>
        attempt.Record is null && landed.GetValueOrDefault(shown.Key) is { GoldenId: not 0 };

    // Nobody can mend a record in quarantine that is gone.
    private SourceRecord? Removed(Attempt attempt) => attempt.Record is not { } record ? null : record with
    {
        Removal = Removal.ByHub,
        RemovedAt = context.Clock.GetUtcNow(),
        Stage = record.Stage == RecordStage.Quarantined ? RecordStage.Linked : record.Stage,
    };

    // The answer was lost, and somebody changed the record: what shows the value that was sent is the hub's own doing, and not an edit of that time.
    private static SourceRecord Echoed(StreamSettings stream, Attempt attempt, DeliveryResult result, SourceRecord record)
    {
        if (result.Code != ReadBack.AnswerLost || record.Raw is not { } raw || attempt.Row.Sending is not { } sent)
            return record;
        return record with { Fields = Agreements.Note(record.Fields, sent, stream.Mapping.Read(raw).Fields, stream.Mapping, Sight.AnswerLost) };
    }

    private SourceRecord Landed(StreamSettings stream, SourceRecord? record, RawRecord found) =>
        WithPayload(record ?? NewRecord(stream, found), found) with { Stage = RecordStage.Landed };

    // A system that shows deletions will show this one, with its time; where nothing else ever would, its absence is the news.
    private SourceRecord? Missing(StreamSettings stream, Attempt attempt) => stream.Traits.Deletes == DeleteDetection.Shown || attempt.Record is null
        ? null
        : attempt.Record with { Stage = RecordStage.Landed, LandedDeleted = true, Modified = null, LandedAt = context.Clock.GetUtcNow(), DueAt = context.Clock.GetUtcNow() };

    private SourceRecord NewRecord(StreamSettings stream, RawRecord shown) => new()
    {
        Id = nextId++,
        Stream = stream.Number,
        Key = shown.Key,
        KeyDigest = SyncContext.KeyDigest(context.Digests, stream.Number, shown.Key),
    };

    private SourceRecord WithPayload(SourceRecord record, RawRecord shown)
    {
        var now = context.Clock.GetUtcNow();
        return record with
        {
            Raw = shown.IsDeleted ? null : shown.Payload.ToArray(),
            PriorDigest = record.ContentDigest,
            ContentDigest = shown.IsDeleted ? default : context.Digests.Of(shown.Payload.Span),
            Modified = shown.Modified,
            Version = shown.Version,
            LandedDeleted = shown.IsDeleted,
            Created = record.Created ?? shown.Created,
            LandedCreated = shown.Created ?? record.LandedCreated,
            MergedInto = shown.MergedInto is { } survivor ? SyncContext.KeyDigest(context.Digests, record.Stream, survivor) : null,
            LandedAt = now,
            DueAt = now,
        };
    }

    /// <summary>Records that were landed before: by a page, before their create was settled, or because the system has had them all along.</summary>
    private async Task<Dictionary<string, SourceRecord>> FindLandedAsync(
        StreamSettings stream, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        var keys = settlements.Where(static one => one.Result.Record is { } shown && one.Attempt.Record?.Key != shown.Key).Select(static one => one.Result.Record!.Key)
            .Concat(settlements.SelectMany(static one => one.Others).Select(static other => other.Key)).Distinct(StringComparer.Ordinal).ToDictionary(key => SyncContext.KeyDigest(context.Digests, stream.Number, key));
        if (keys.Count == 0)
            return [];
        var landed = await context.Store.FindLandedAsync(stream.Number, keys.Keys, cancellationToken);
        if (landed.Count == 0)
            return [];
        var records = await context.Store.LoadRecordsAsync([.. landed.Values.Select(static one => one.Id)], withRaw: false, cancellationToken);
        return records.ToDictionary(static record => record.Key, StringComparer.Ordinal);
    }

    private async Task<List<Settlement>> ReloadAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        var golden = settlements.Select(static one => one.Attempt.Row.GoldenId).Distinct().ToArray();
        var rows = (await context.Store.FindDeliveriesAsync(golden, cancellationToken)).ToDictionary(static row => row.Id);
        var clusters = await context.Store.LoadClustersAsync(golden, cancellationToken);
        var fresh = new List<Settlement>(settlements.Count);
        foreach (var one in settlements)
        {
            var attempt = one.Attempt;
            var row = rows[attempt.Row.Id];
            // Somebody else has settled it already.
            if (row.State != DeliveryState.Attempting || row.EffectKey != attempt.Row.EffectKey)
                continue;
            var cluster = clusters[row.GoldenId];
            fresh.Add(one with
            {
                Attempt = attempt with { Row = row, Golden = cluster.Golden, Record = cluster.Members.FirstOrDefault(member => member.Id == row.SourceRecordId) },
            });
        }

        return fresh;
    }

    private AuditEntry Entry(StreamSettings stream, Settlement settlement, PendingDelivery row, SourceRecord? record) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = "delivery.settled",
        Object = record?.ToString() ?? $"delivery/{row.Id}",
        System = stream.Name.ToString(),
        Outcome = $"{row.Operation} {settlement.Result.Outcome}",
        Reason = settlement.Result.Code,
        Before = settlement.Attempt.Record is { } changed ? DigestOf(ShownBefore(changed, settlement.Attempt.Row)).ToString() : null,
        After = row.Operation == DeliveryOperation.Delete ? null : DigestOf(settlement.Attempt.Row.Sending).ToString(),
        Fields = settlement.Attempt.Row.Sending is { Count: > 0 } sent ? string.Join('\n', sent.Select(static field => field.Path)) : null,
        Correlation = row.EffectKey,
        Attempt = settlement.Attempt.Row.Attempts,
        Configuration = stream.Mapping.Version,
    };

    // What the record showed before the write, of the fields that it was about; of a delete, all.
    private static FieldMap ShownBefore(SourceRecord record, PendingDelivery row) => row.Operation == DeliveryOperation.Delete
        ? record.Fields.Seen()
        : FieldMap.From((row.Sending ?? FieldMap.Empty).Select(field => new Field(field.Path, record.Fields.Find(field.Path).Seen ?? FieldValue.Empty)));

    private Digest DigestOf(FieldMap? fields)
    {
        var text = new StringBuilder();
        foreach (var field in fields ?? FieldMap.Empty)
            text.Append(field.Path).Append('\u001f').Append((int)field.Value.Kind).Append('\u001f').Append(field.Value.AsText).Append('\u001e');
        return context.Digests.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
