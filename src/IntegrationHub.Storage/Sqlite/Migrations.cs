namespace IntegrationHub.Storage.Sqlite;

/// <summary>The schema's history: a migration is never edited once it has been released, only followed by another.</summary>
/// <remarks>No clear personal value sits in a key or an index: keys are keyed digests, and what may be personal is in columns of type BLOB
/// that pass <see cref="PayloadSeal"/>. Times are milliseconds since 1970 UTC.</remarks>
internal static class Migrations
{
    /// <summary>Statements by version; the first takes an empty database to version 1.</summary>
    public static IReadOnlyList<string> All { get; } = [First, Second, Third, Fourth, Fifth];

    private const string First = """
        CREATE TABLE stream (
            number INTEGER PRIMARY KEY, connection TEXT NOT NULL, name TEXT NOT NULL,
            checkpoint BLOB, initial_read_done INTEGER NOT NULL DEFAULT 0, full_read_due INTEGER NOT NULL DEFAULT 0,
            last_read_at INTEGER, last_whole_read_at INTEGER, next_read_at INTEGER, failures INTEGER NOT NULL DEFAULT 0, error_code TEXT, error_message TEXT,
            is_blocked INTEGER NOT NULL DEFAULT 0, held_deletes INTEGER NOT NULL DEFAULT 0, deletes_released INTEGER NOT NULL DEFAULT 0,
            revision INTEGER NOT NULL DEFAULT 1,
            UNIQUE (connection, name)) STRICT;

        CREATE TABLE connection (name TEXT PRIMARY KEY, is_paused INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

        CREATE TABLE id_range (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, epoch INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE work_mark (lease TEXT PRIMARY KEY, ids TEXT NOT NULL, begun INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE source_record (
            id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, key_digest BLOB NOT NULL, stage INTEGER NOT NULL, golden_id INTEGER NOT NULL,
            revision INTEGER NOT NULL, content_digest BLOB NOT NULL, landed_deleted INTEGER NOT NULL, removal INTEGER NOT NULL, removed_at INTEGER,
            modified INTEGER, first_landed_at INTEGER NOT NULL, landed_at INTEGER NOT NULL, due_at INTEGER NOT NULL, version TEXT, run INTEGER NOT NULL, match_keys BLOB, joined_by BLOB, is_rematch_due INTEGER NOT NULL DEFAULT 0,
            key BLOB NOT NULL, raw BLOB, fields BLOB, fixes BLOB) STRICT;
        CREATE UNIQUE INDEX source_record_key ON source_record (stream, key_digest);
        CREATE INDEX source_record_due ON source_record (due_at, id) WHERE stage = 0;
        CREATE INDEX source_record_golden ON source_record (golden_id) WHERE golden_id <> 0;

        CREATE TABLE golden_record (
            id INTEGER PRIMARY KEY, entity TEXT NOT NULL, version INTEGER NOT NULL, status INTEGER NOT NULL, merged_into INTEGER NOT NULL,
            revision INTEGER NOT NULL, fields BLOB NOT NULL, overrides BLOB) STRICT;

        CREATE TABLE match_key (digest BLOB NOT NULL, source_record_id INTEGER NOT NULL, PRIMARY KEY (digest, source_record_id)) STRICT, WITHOUT ROWID;

        CREATE TABLE match_decision (
            left_record_id INTEGER NOT NULL, right_record_id INTEGER NOT NULL, is_same INTEGER NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (left_record_id, right_record_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX match_decision_right ON match_decision (right_record_id);

        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, golden_id INTEGER NOT NULL, source_record_id INTEGER NOT NULL, state INTEGER NOT NULL,
            operation INTEGER NOT NULL, wanted INTEGER NOT NULL, sent INTEGER NOT NULL, due_at INTEGER NOT NULL, attempted_at INTEGER,
            attempts INTEGER NOT NULL, correlation TEXT NOT NULL, effect_key TEXT NOT NULL, sending BLOB, error_code TEXT, error_message TEXT,
            revision INTEGER NOT NULL) STRICT;
        CREATE UNIQUE INDEX delivery_link ON delivery (golden_id, stream, source_record_id);
        CREATE INDEX delivery_open ON delivery (stream, state, due_at, id) WHERE state <> 2;
        CREATE INDEX delivery_creating ON delivery (correlation) WHERE source_record_id = 0;

        CREATE TABLE quarantine (
            source_record_id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, step TEXT NOT NULL, problems TEXT NOT NULL, since INTEGER NOT NULL,
            attempts INTEGER NOT NULL) STRICT;

        CREATE TABLE conflict (
            id INTEGER PRIMARY KEY, golden_id INTEGER NOT NULL, path TEXT NOT NULL, state INTEGER NOT NULL, at INTEGER NOT NULL, rule TEXT NOT NULL,
            winner INTEGER NOT NULL, sides BLOB NOT NULL) STRICT;
        CREATE INDEX conflict_golden ON conflict (golden_id);
        CREATE INDEX conflict_open ON conflict (id) WHERE state = 1;

        CREATE TABLE tally (run INTEGER NOT NULL, stream INTEGER NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (run, stream, name)) STRICT, WITHOUT ROWID;

        CREATE TABLE audit_entry (sequence INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT;
        """;

    // What status asks for: the last run of a stream, and its quarantine.
    private const string Second = """
        CREATE INDEX tally_stream ON tally (stream, run);
        CREATE INDEX quarantine_stream ON quarantine (stream);
        """;

    // With what configuration the stored work was done, so that a change of it is noticed and carried through.
    private const string Third = """
        ALTER TABLE stream ADD COLUMN mapping_version TEXT;
        ALTER TABLE stream ADD COLUMN plan_version TEXT;
        ALTER TABLE stream ADD COLUMN plan_after INTEGER;
        ALTER TABLE source_record ADD COLUMN prior_digest BLOB;
        CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END;
        CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END;
        """;

    // Plans that a person approves before anything is written, and reconciliations with what they found. A stream that the hub has written to
    // already goes on as it did.
    private const string Fourth = """
        CREATE TABLE activation (stream INTEGER PRIMARY KEY, rights INTEGER NOT NULL) STRICT;
        INSERT INTO activation (stream, rights) SELECT DISTINCT stream, 7 FROM delivery WHERE attempted_at IS NOT NULL;

        CREATE TABLE plan (
            id INTEGER PRIMARY KEY, made_at INTEGER NOT NULL, actor TEXT NOT NULL, state INTEGER NOT NULL, streams TEXT NOT NULL, approved_by TEXT,
            approved_at INTEGER) STRICT;
        CREATE TABLE plan_effect (
            plan INTEGER NOT NULL, delivery_id INTEGER NOT NULL, stream INTEGER NOT NULL, golden_id INTEGER NOT NULL, source_record_id INTEGER NOT NULL,
            operation INTEGER NOT NULL, digest BLOB NOT NULL, fields BLOB NOT NULL, state INTEGER NOT NULL, PRIMARY KEY (plan, delivery_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX plan_effect_delivery ON plan_effect (delivery_id, state);
        CREATE INDEX plan_effect_approved ON plan_effect (stream, delivery_id) WHERE state = 1;

        CREATE TABLE reconciliation (
            run INTEGER PRIMARY KEY, stream INTEGER NOT NULL, actor TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, is_repair INTEGER NOT NULL,
            failure TEXT, counts TEXT NOT NULL) STRICT;
        CREATE INDEX reconciliation_stream ON reconciliation (stream, run);
        CREATE TABLE difference (
            place INTEGER PRIMARY KEY, run INTEGER NOT NULL, subject BLOB NOT NULL, kind INTEGER NOT NULL, source_record_id INTEGER NOT NULL,
            golden_id INTEGER NOT NULL, key BLOB, fields BLOB NOT NULL, is_repaired INTEGER NOT NULL) STRICT;
        CREATE UNIQUE INDEX difference_subject ON difference (run, subject, kind);
        """;

    // Records that systems merged or whose keys they used again, the way out of a swap of unique values, and golden records worked out by another policy.
    private const string Fifth = """
        ALTER TABLE source_record ADD COLUMN created INTEGER;
        ALTER TABLE source_record ADD COLUMN landed_created INTEGER;
        ALTER TABLE source_record ADD COLUMN merged_into BLOB;
        ALTER TABLE source_record ADD COLUMN is_surplus INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX source_record_merging ON source_record (stream, merged_into) WHERE stage = 0 AND merged_into IS NOT NULL;
        ALTER TABLE delivery ADD COLUMN yield_path TEXT;
        CREATE TABLE entity_configuration (entity TEXT PRIMARY KEY, version TEXT, after INTEGER) STRICT, WITHOUT ROWID;
        """;
}
