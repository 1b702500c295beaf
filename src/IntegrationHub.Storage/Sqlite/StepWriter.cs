using System.Text;
using System.Text.Json;
using IntegrationHub.Storage.Payloads;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Writes what a step decided, inside the transaction of the caller. A row that is not at the revision that the step had read ends it.</summary>
internal static class StepWriter
{
    public static void Write(Statements db, StepChanges changes)
    {
        foreach (var landed in changes.Landed)
            WriteLanded(db, landed.Record);
        foreach (var retired in changes.RetiredKeys)
            db.Run("UPDATE source_record SET key_digest = ?2 WHERE id = ?1", retired.SourceRecordId, retired.Key.ToBytes());
        foreach (var record in changes.SourceRecords)
            WriteRecord(db, record);
        foreach (var golden in changes.GoldenRecords)
            WriteGolden(db, golden);
        foreach (var change in changes.MatchKeys)
            WriteMatchKey(db, change);
        foreach (var key in changes.SharedKeys)
            MarkForRematch(db, key);
        foreach (var delivery in changes.Deliveries)
            WriteDelivery(db, delivery);
        foreach (var entry in changes.Quarantined)
            WriteQuarantine(db, entry);
        foreach (var released in changes.Released)
            db.Run("DELETE FROM quarantine WHERE source_record_id = ?1", released);
        foreach (var move in changes.ConflictMoves)
            MoveConflicts(db, move);
        foreach (var conflict in changes.Conflicts)
            WriteConflict(db, conflict);
        foreach (var decision in changes.Decisions)
            WriteDecision(db, decision);
        if (changes.Progress is { } progress)
            WriteProgress(db, progress);
        foreach (var other in changes.OtherProgress)
            WriteProgress(db, other);
        foreach (var pause in changes.Pauses)
            db.Run("UPDATE connection SET is_paused = ?2 WHERE name = ?1", pause.Connection, pause.IsPaused);
        foreach (var configuration in changes.Configurations)
            WriteConfiguration(db, configuration);
        foreach (var activation in changes.Activations)
            db.Run("INSERT OR REPLACE INTO activation (stream, rights) VALUES (?1, ?2)", activation.Stream, (int)activation.Rights);
        if (changes.ForgetPlansBefore is { } before)
            PlanReads.Forget(db, before);
        foreach (var plan in changes.Plans)
            PlanReads.Write(db, plan);
        foreach (var effect in changes.Effects)
            PlanReads.Write(db, effect);
        foreach (var change in changes.EffectChanges)
            PlanReads.Write(db, change);

        foreach (var entity in changes.EntityConfigurations)
            db.Run("INSERT OR REPLACE INTO entity_configuration (entity, version, after) VALUES (?1, ?2, ?3)", entity.Entity, entity.Version, entity.After);

        if (changes.ForgetReconciliations is { } forget)
            ReconciliationReads.Forget(db, forget);
        foreach (var reconciliation in changes.Reconciliations)
            ReconciliationReads.Write(db, reconciliation);
        foreach (var difference in changes.Differences)
            ReconciliationReads.Write(db, difference);
        foreach (var stream in changes.Remapped)
            MarkForRemap(db, stream);
        foreach (var tally in changes.Tallies)
            WriteTally(db, tally);
        foreach (var entry in changes.Audit)
            db.Run("INSERT INTO audit_entry (entry) VALUES (?1)", entry.ToCanonicalBytes());
    }

    private static void WriteLanded(Statements db, SourceRecord record)
    {
        var raw = record.Raw is null ? null : PayloadSeal.Seal(PayloadColumn.RecordRaw, record.Id, record.Raw);
        if (record.Revision == 0)
        {
            db.Run(
                "INSERT INTO source_record (id, stream, key_digest, stage, golden_id, revision, content_digest, landed_deleted, removal, modified, first_landed_at, "
                + "landed_at, due_at, version, run, key, raw, landed_created, merged_into) VALUES (?1, ?2, ?3, 0, 0, 1, ?4, ?5, 0, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                record.Id, record.Stream, record.KeyDigest.ToBytes(), record.ContentDigest.ToBytes(), record.LandedDeleted, Rows.Milliseconds(record.Modified),
                Rows.Milliseconds(record.LandedAt), Rows.Milliseconds(record.DueAt), record.Version, record.Run,
                PayloadSeal.Seal(PayloadColumn.RecordKey, record.Id, Encoding.UTF8.GetBytes(record.Key)), raw, Rows.Milliseconds(record.LandedCreated), record.MergedInto?.ToBytes());
            return;
        }

        Expect(record, db.Run(
            "UPDATE source_record SET stage = 0, revision = revision + 1, content_digest = ?3, landed_deleted = ?4, modified = ?5, landed_at = ?6, due_at = ?7, "
            + "version = ?8, run = ?9, raw = COALESCE(?10, raw), landed_created = ?11, merged_into = ?12 WHERE id = ?1 AND revision = ?2",
            record.Id, record.Revision, record.ContentDigest.ToBytes(), record.LandedDeleted, Rows.Milliseconds(record.Modified), Rows.Milliseconds(record.LandedAt),
            Rows.Milliseconds(record.DueAt), record.Version, record.Run, raw, Rows.Milliseconds(record.LandedCreated), record.MergedInto?.ToBytes()));
    }

    private static void WriteRecord(Statements db, SourceRecord record)
    {
        var fields = PayloadSeal.Seal(PayloadColumn.RecordFields, record.Id, FieldStatesJson.Write(record.Fields));
        var fixes = SmallJson.WriteFixes(record.Fixes) is { } written ? PayloadSeal.Seal(PayloadColumn.RecordFixes, record.Id, written) : null;
        var raw = record.Raw is null ? null : PayloadSeal.Seal(PayloadColumn.RecordRaw, record.Id, record.Raw);
        if (record.Revision == 0)
        {
            db.Run(
                "INSERT INTO source_record (id, stream, key_digest, stage, golden_id, revision, content_digest, landed_deleted, removal, removed_at, modified, "
                + "landed_at, due_at, version, run, match_keys, joined_by, key, raw, fields, fixes, first_landed_at, prior_digest, created, merged_into, is_surplus, landed_created) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?11, ?21, ?22, ?23, ?24, ?25)",
                record.Id, record.Stream, record.KeyDigest.ToBytes(), (int)record.Stage, record.GoldenId, record.ContentDigest.ToBytes(), record.LandedDeleted,
                (int)record.Removal, Rows.Milliseconds(record.RemovedAt), Rows.Milliseconds(record.Modified), Rows.Milliseconds(record.LandedAt),
                Rows.Milliseconds(record.DueAt), record.Version, record.Run, Rows.Bytes(record.MatchKeys), record.JoinedBy?.ToBytes(),
                PayloadSeal.Seal(PayloadColumn.RecordKey, record.Id, Encoding.UTF8.GetBytes(record.Key)), raw, fields, fixes, Prior(record),
                Rows.Milliseconds(record.Created), record.MergedInto?.ToBytes(), record.IsSurplus, Rows.Milliseconds(record.LandedCreated));
            return;
        }

        Expect(record, db.Run(
            "UPDATE source_record SET stage = ?3, golden_id = ?4, revision = revision + 1, content_digest = ?5, landed_deleted = ?6, removal = ?7, removed_at = ?8, "
            + "modified = ?9, landed_at = ?10, due_at = ?11, version = ?12, run = ?13, match_keys = ?14, joined_by = ?15, raw = COALESCE(?16, raw), fields = ?17, "
            + "fixes = ?18, is_rematch_due = ?19, prior_digest = ?20, created = ?21, merged_into = ?22, is_surplus = ?23, landed_created = ?24 WHERE id = ?1 AND revision = ?2",
            record.Id, record.Revision, (int)record.Stage, record.GoldenId, record.ContentDigest.ToBytes(), record.LandedDeleted, (int)record.Removal,
            Rows.Milliseconds(record.RemovedAt), Rows.Milliseconds(record.Modified), Rows.Milliseconds(record.LandedAt), Rows.Milliseconds(record.DueAt),
            record.Version, record.Run, Rows.Bytes(record.MatchKeys), record.JoinedBy?.ToBytes(), raw, fields, fixes,
            record.IsRematchDue, Prior(record), Rows.Milliseconds(record.Created), record.MergedInto?.ToBytes(), record.IsSurplus,
            Rows.Milliseconds(record.LandedCreated)));
    }

    private static byte[]? Prior(SourceRecord record) => record.PriorDigest == default ? null : record.PriorDigest.ToBytes();

    private static void WriteGolden(Statements db, GoldenRecord golden)
    {
        var fields = PayloadSeal.Seal(PayloadColumn.GoldenFields, golden.Id, GoldenJson.WriteFields(golden.Fields));
        var overrides = GoldenJson.WriteOverrides(golden) is { } written ? PayloadSeal.Seal(PayloadColumn.GoldenOverrides, golden.Id, written) : null;
        if (golden.Revision == 0)
        {
            db.Run(
                "INSERT INTO golden_record (id, entity, version, status, merged_into, revision, fields, overrides) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)",
                golden.Id, golden.Entity, golden.Version, (int)golden.Status, golden.MergedInto, fields, overrides);
            return;
        }

        Expect(golden, db.Run(
            "UPDATE golden_record SET version = ?3, status = ?4, merged_into = ?5, revision = revision + 1, fields = ?6, overrides = ?7 WHERE id = ?1 AND revision = ?2",
            golden.Id, golden.Revision, golden.Version, (int)golden.Status, golden.MergedInto, fields, overrides));
    }

    private static void WriteMatchKey(Statements db, MatchKeyChange change) => db.Run(
        change.Added
            ? "INSERT OR IGNORE INTO match_key (digest, source_record_id) VALUES (?1, ?2)"
            : "DELETE FROM match_key WHERE digest = ?1 AND source_record_id = ?2",
        change.Key.ToBytes(), change.SourceRecordId);

    private static void WriteConfiguration(Statements db, StreamConfiguration configuration) => db.Run(
        "UPDATE stream SET mapping_version = ?2, plan_version = ?3, plan_after = ?4 WHERE number = ?1",
        configuration.Stream, configuration.MappingVersion, configuration.PlanVersion, configuration.PlanAfter);

    // Linked, quarantined and filtered records, in the order in which they landed.
    private static void MarkForRemap(Statements db, int stream) => db.Run(
        "UPDATE source_record SET stage = 0, due_at = landed_at, revision = revision + 1 WHERE stream = ?1 AND stage IN (1, 2, 3) AND removal = 0 AND raw IS NOT NULL",
        stream);

    // One that is on its way, in quarantine or kept out is matched anew when it comes through RESOLVE next.
    private static void MarkForRematch(Statements db, Digest key) => db.Run(
        "UPDATE source_record SET stage = CASE stage WHEN 1 THEN 0 ELSE stage END, is_rematch_due = 1, revision = revision + 1 "
        + "WHERE id IN (SELECT source_record_id FROM match_key WHERE digest = ?1) AND joined_by = ?1 AND golden_id <> 0 AND removal = 0",
        key.ToBytes());

    private static void WriteDelivery(Statements db, PendingDelivery delivery)
    {
        var sending = delivery.Sending is null ? null : PayloadSeal.Seal(PayloadColumn.DeliverySending, delivery.Id, SmallJson.WriteMap(delivery.Sending));
        if (delivery.Revision == 0)
        {
            db.Run(
                $"INSERT INTO delivery ({Rows.DeliveryColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 1, ?17)",
                delivery.Id, delivery.Stream, delivery.GoldenId, delivery.SourceRecordId, (int)delivery.State, (int)delivery.Operation, delivery.Wanted,
                delivery.Sent, Rows.Milliseconds(delivery.DueAt), Rows.Milliseconds(delivery.AttemptedAt), delivery.Attempts, delivery.Correlation,
                delivery.EffectKey, sending, delivery.ErrorCode, delivery.ErrorMessage, delivery.YieldPath);
            return;
        }

        Expect(delivery, db.Run(
            "UPDATE delivery SET source_record_id = ?3, state = ?4, operation = ?5, wanted = ?6, sent = ?7, due_at = ?8, attempted_at = ?9, attempts = ?10, "
            + "correlation = ?11, effect_key = ?12, sending = ?13, error_code = ?14, error_message = ?15, yield_path = ?16, revision = revision + 1 WHERE id = ?1 AND revision = ?2",
            delivery.Id, delivery.Revision, delivery.SourceRecordId, (int)delivery.State, (int)delivery.Operation, delivery.Wanted, delivery.Sent,
            Rows.Milliseconds(delivery.DueAt), Rows.Milliseconds(delivery.AttemptedAt), delivery.Attempts, delivery.Correlation, delivery.EffectKey, sending,
            delivery.ErrorCode, delivery.ErrorMessage, delivery.YieldPath));
    }

    private static void WriteQuarantine(Statements db, QuarantineEntry entry) => db.Run(
        "INSERT INTO quarantine (source_record_id, stream, step, problems, since, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
        + "ON CONFLICT (source_record_id) DO UPDATE SET step = excluded.step, problems = excluded.problems, attempts = quarantine.attempts + 1",
        entry.SourceRecordId, entry.Stream, entry.Step, JsonSerializer.Serialize(entry.Problems), Rows.Milliseconds(entry.Since), entry.Attempts);

    private static void WriteConflict(Statements db, Conflict conflict) => db.Run(
        $"INSERT INTO conflict ({Rows.ConflictColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
        + "ON CONFLICT (id) DO UPDATE SET golden_id = excluded.golden_id, state = excluded.state, rule = excluded.rule, winner = excluded.winner",
        conflict.Id, conflict.GoldenId, conflict.Path, (int)conflict.State, Rows.Milliseconds(conflict.At), conflict.Rule, conflict.Winner,
        PayloadSeal.Seal(PayloadColumn.ConflictSides, conflict.Id, SmallJson.WriteSides(conflict)));

    private static void MoveConflicts(Statements db, ConflictMove move) => db.Run(
        "UPDATE conflict SET golden_id = CASE WHEN ?3 = 0 THEN golden_id ELSE ?3 END, state = CASE WHEN ?3 = 0 THEN 2 ELSE state END, "
        + "rule = CASE WHEN ?3 = 0 THEN 'split' ELSE rule END WHERE path = ?2 AND state = 1 AND golden_id IN ("
        + "WITH RECURSIVE part (id) AS (SELECT ?1 UNION SELECT g.id FROM golden_record g JOIN part ON g.merged_into = part.id WHERE g.merged_into <> 0) SELECT id FROM part)",
        move.GoldenId, move.Path, move.To);

    private static void WriteDecision(Statements db, MatchDecision decision) => db.Run(
        "INSERT OR REPLACE INTO match_decision (left_record_id, right_record_id, is_same, actor, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        Math.Min(decision.LeftRecordId, decision.RightRecordId), Math.Max(decision.LeftRecordId, decision.RightRecordId), decision.Same, decision.Actor,
        Rows.Milliseconds(decision.At));

    private static void WriteProgress(Statements db, StreamProgress progress)
    {
        var checkpoint = progress.Checkpoint is null
            ? null
            : PayloadSeal.Seal(PayloadColumn.Checkpoint, progress.Stream, Encoding.UTF8.GetBytes(progress.Checkpoint));
        var changed = db.Run(
            "UPDATE stream SET checkpoint = ?3, initial_read_done = ?4, full_read_due = ?5, last_read_at = ?6, next_read_at = ?7, failures = ?8, error_code = ?9, "
            + "error_message = ?10, is_blocked = ?11, held_deletes = ?12, deletes_released = ?13, last_whole_read_at = ?14, revision = revision + 1 WHERE number = ?1 AND revision = ?2",
            progress.Stream, progress.Revision, checkpoint, progress.InitialReadDone, progress.FullReadDue, Rows.Milliseconds(progress.LastReadAt),
            Rows.Milliseconds(progress.NextReadAt), progress.Failures, progress.ErrorCode, progress.ErrorMessage, progress.IsBlocked, progress.HeldDeletes,
            progress.DeletesReleased, Rows.Milliseconds(progress.LastWholeReadAt));
        Expect($"stream/{progress.Stream}", changed);
    }

    private static void WriteTally(Statements db, Tally tally) => db.Run(
        "INSERT INTO tally (run, stream, name, count) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (run, stream, name) DO UPDATE SET count = count + excluded.count",
        tally.Run, tally.Stream, tally.Name, tally.Count);

    private static void Expect(object row, int changed)
    {
        if (changed != 1)
            throw new StaleStepException(row.ToString()!);
    }
}
