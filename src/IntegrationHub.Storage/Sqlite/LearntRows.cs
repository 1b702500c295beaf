using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>What reading and writing learnt about a system: absent records, received events, suspended fields, its schema.</summary>
internal static class LearntRows
{
    public static void Write(Statements db, StepChanges changes)
    {
        foreach (var absent in changes.Absent)
            WriteAbsent(db, absent);
        foreach (var received in changes.Received)
            WriteReceived(db, received);
        foreach (var taken in changes.Taken)
            db.Run("UPDATE received_event SET payload = NULL WHERE stream = ?1 AND id_digest = ?2", taken.Stream, taken.Id.ToBytes());
        foreach (var forgotten in changes.Forgotten)
            db.Run("DELETE FROM received_event WHERE stream = ?1 AND at < ?2 AND payload IS NULL", forgotten.Stream, Rows.Milliseconds(forgotten.Before));
        foreach (var field in changes.Suspended)
        {
            db.Run(
                "INSERT INTO suspended_field (stream, path, is_read_too, code, since, retry_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (stream, path) DO UPDATE SET "
                + "is_read_too = excluded.is_read_too, code = excluded.code, retry_at = excluded.retry_at",
                field.Stream, field.Path, field.IsReadToo, field.Code, Rows.Milliseconds(field.Since), Rows.Milliseconds(field.RetryAt));
        }

        foreach (var resumed in changes.Resumed)
            WriteResumed(db, resumed);
        foreach (var schema in changes.Schemas)
            db.Run("UPDATE stream SET known_schema = ?2 WHERE number = ?1", schema.Stream, JsonSerializer.Serialize(schema.Fields));
    }

    public static HashSet<long> Absent(Statements db, int stream)
    {
        var absent = new HashSet<long>();
        using var row = db.Query("SELECT source_record_id FROM absent_record WHERE stream = ?1", stream);
        while (row.Read())
            absent.Add(row.GetInt64(0));
        return absent;
    }

    public static HashSet<Digest> KnownEvents(Statements db, int stream, IReadOnlyCollection<Digest> events) =>
        [.. events.Where(id => db.Scalar("SELECT 1 FROM received_event WHERE stream = ?1 AND id_digest = ?2", stream, id.ToBytes()) is not null)];

    public static List<ReceivedEvent> Received(Statements db, int stream, int limit)
    {
        var events = new List<ReceivedEvent>();
        using var row = db.Query(
            "SELECT id_digest, at, payload FROM received_event WHERE stream = ?1 AND payload IS NOT NULL ORDER BY sequence LIMIT ?2", stream, limit);
        while (row.Read())
            events.Add(new(stream, Digest.Read(row.GetBytes(0)), Rows.Time(row, 1), PayloadSeal.Open(PayloadColumn.ReceivedEvent, stream, row.GetBytes(2)).ToArray()));
        return events;
    }

    public static List<SuspendedField> Suspended(Statements db, int stream)
    {
        var fields = new List<SuspendedField>();
        using var row = db.Query("SELECT path, is_read_too, code, since, retry_at FROM suspended_field WHERE stream = ?1 ORDER BY path", stream);
        while (row.Read())
            fields.Add(new(stream, row.GetString(0), row.GetBoolean(1), row.GetString(2), Rows.Time(row, 3), Rows.OptionalTime(row, 4)));
        return fields;
    }

    public static IReadOnlyList<SourceField>? Schema(Statements db, int stream) =>
        db.Scalar("SELECT known_schema FROM stream WHERE number = ?1", stream) is string text ? JsonSerializer.Deserialize<List<SourceField>>(text) : null;

    private static void WriteAbsent(Statements db, AbsentRecords absent)
    {
        db.Run("DELETE FROM absent_record WHERE stream = ?1", absent.Stream);
        foreach (var id in absent.SourceRecordIds)
            db.Run("INSERT INTO absent_record (stream, source_record_id) VALUES (?1, ?2)", absent.Stream, id);
    }

    private static void WriteReceived(Statements db, ReceivedEvent received) => db.Run(
        "INSERT OR IGNORE INTO received_event (stream, id_digest, at, payload) VALUES (?1, ?2, ?3, ?4)",
        received.Stream, received.Id.ToBytes(), Rows.Milliseconds(received.At), PayloadSeal.Seal(PayloadColumn.ReceivedEvent, received.Stream, received.Payload));

    private static void WriteResumed(Statements db, ResumedField resumed)
    {
        db.Run("DELETE FROM suspended_field WHERE stream = ?1 AND path = ?2", resumed.Stream, resumed.Path);
        db.Run(
            "UPDATE delivery SET due_at = ?2, revision = revision + 1 WHERE stream = ?1 AND state = 0 AND error_code = ?3 AND due_at > ?2",
            resumed.Stream, Rows.Milliseconds(resumed.At), SuspendedField.DeliveryCode);
    }
}
