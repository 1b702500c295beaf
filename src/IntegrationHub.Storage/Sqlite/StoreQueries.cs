using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>The lists that people look at. Each is paged by its key; a filter that is null lets everything pass.</summary>
internal static class StoreQueries
{
    private const string OfConnection = "IN (SELECT number FROM stream WHERE connection = ?3)";
    private const string QuarantineColumns = "source_record_id, stream, step, problems, since, attempts";

    public static IReadOnlyList<string> Paused(Statements db) =>
        List(db, "SELECT name FROM connection WHERE is_paused = 1 ORDER BY name", [], static row => row.GetString(0));

    public static IReadOnlyList<QuarantineEntry> Quarantine(Statements db, FindingFilter filter, ListPage page) => List(
        db,
        $"SELECT {QuarantineColumns} FROM quarantine WHERE source_record_id > ?1 AND (?3 IS NULL OR stream {OfConnection}) "
        + "AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(problems) WHERE json_extract(value, '$.Rule') = ?4)) AND (?5 IS NULL OR since >= ?5) "
        + "ORDER BY source_record_id LIMIT ?2",
        Narrow(filter, page), Quarantine);

    public static QuarantineEntry? QuarantineOf(Statements db, long record) =>
        List(db, $"SELECT {QuarantineColumns} FROM quarantine WHERE source_record_id = ?1", [record], Quarantine).FirstOrDefault();

    // "state <> 2" is there for the partial index.
    public static IReadOnlyList<PendingDelivery> DeadLetters(Statements db, FindingFilter filter, ListPage page) => List(
        db,
        $"SELECT {Rows.DeliveryColumns} FROM delivery WHERE state = 3 AND state <> 2 AND id > ?1 AND (?3 IS NULL OR stream {OfConnection}) "
        + "AND (?4 IS NULL OR error_code = ?4) AND (?5 IS NULL OR attempted_at >= ?5) ORDER BY id LIMIT ?2",
        Narrow(filter, page), Rows.Delivery);

    public static PendingDelivery? Delivery(Statements db, long id) =>
        List(db, $"SELECT {Rows.DeliveryColumns} FROM delivery WHERE id = ?1", [id], Rows.Delivery).FirstOrDefault();

    public static IReadOnlyList<Conflict> Conflicts(Statements db, FindingFilter filter, ListPage page) => List(
        db,
        $"SELECT {Rows.ConflictColumns} FROM conflict WHERE id > ?1 AND (?3 IS NULL OR EXISTS (SELECT 1 FROM source_record r WHERE r.golden_id = conflict.golden_id "
        + $"AND r.golden_id <> 0 AND r.stream {OfConnection})) AND (?4 IS NULL OR rule = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR state = ?6) "
        + "ORDER BY id LIMIT ?2",
        [.. Narrow(filter, page), (int?)filter.State], Rows.Conflict);

    public static Conflict? Conflict(Statements db, long id) =>
        List(db, $"SELECT {Rows.ConflictColumns} FROM conflict WHERE id = ?1", [id], Rows.Conflict).FirstOrDefault();

    // A conflict keeps the golden record that it was found on; that one may have become part of another since.
    public static IReadOnlyList<Conflict> ConflictsOf(Statements db, long golden) => List(
        db,
        "WITH RECURSIVE part (id) AS (SELECT ?1 UNION SELECT g.id FROM golden_record g JOIN part ON g.merged_into = part.id WHERE g.merged_into <> 0) "
        + $"SELECT {Rows.ConflictColumns} FROM conflict WHERE golden_id IN (SELECT id FROM part) ORDER BY id",
        [golden], Rows.Conflict);

    public static IReadOnlyList<GoldenRecord> Golden(Statements db, string entity, ListPage page) => List(
        db, $"SELECT {Rows.GoldenColumns} FROM golden_record WHERE id > ?1 AND entity = ?3 AND merged_into = 0 ORDER BY id LIMIT ?2",
        [page.After, page.Limit, entity], Rows.Golden);

    public static IReadOnlyList<Tally> Tallies(Statements db, long? run) => List(
        db,
        run is null
            ? "SELECT 0, stream, name, SUM(count) FROM tally GROUP BY stream, name ORDER BY stream, name"
            : "SELECT run, stream, name, count FROM tally WHERE run = ?1 ORDER BY run, stream, name",
        run is null ? [] : [run], Tally);

    public static Tally Tally(SqliteRow row) => new(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetInt64(3));

    /// <summary>Runs a query and reads all its rows.</summary>
    public static IReadOnlyList<T> List<T>(Statements db, string sql, object?[] values, Func<SqliteRow, T> read)
    {
        var rows = new List<T>();
        using var row = db.Query(sql, values);
        while (row.Read())
            rows.Add(read(row));
        return rows;
    }

    private static object?[] Narrow(FindingFilter filter, ListPage page) =>
        [page.After, page.Limit, filter.Connection, filter.Code, Rows.Milliseconds(filter.Since)];

    private static QuarantineEntry Quarantine(SqliteRow row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetString(2), JsonSerializer.Deserialize<Problem[]>(row.GetString(3)) ?? [], Rows.Time(row, 4), row.GetInt32(5));
}
