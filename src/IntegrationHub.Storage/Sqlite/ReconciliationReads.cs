using System.Text;
using System.Text.Json;
using IntegrationHub.Storage.Payloads;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Reconciliations and what they found.</summary>
internal static class ReconciliationReads
{
    private const string RunColumns = "run, stream, actor, started_at, ended_at, is_repair, failure, counts";
    private const string DifferenceColumns = "place, run, subject, kind, source_record_id, golden_id, key, fields, is_repaired";

    public static IReadOnlyList<Reconciliation> Runs(Statements db, int? stream, int limit) => StoreQueries.List(
        db, $"SELECT {RunColumns} FROM reconciliation WHERE (?1 IS NULL OR stream = ?1) ORDER BY run DESC LIMIT ?2", [stream, limit], Run);

    public static IReadOnlyList<PlacedDifference> Differences(Statements db, long run, DifferenceKind? kind, ListPage page) => StoreQueries.List(
        db, $"SELECT {DifferenceColumns} FROM difference WHERE run = ?3 AND place > ?1 AND (?4 IS NULL OR kind = ?4) ORDER BY place LIMIT ?2",
        [page.After, page.Limit, run, (int?)kind], Placed);

    public static IReadOnlyList<DifferenceCount> Counts(Statements db, long run) => StoreQueries.List(
        db, "SELECT kind, is_repaired, COUNT(*) FROM difference WHERE run = ?1 GROUP BY kind, is_repaired ORDER BY kind, is_repaired", [run],
        static row => new DifferenceCount((DifferenceKind)row.GetInt32(0), row.GetBoolean(1), row.GetInt64(2)));

    public static void Write(Statements db, Reconciliation run) => db.Run(
        $"INSERT OR REPLACE INTO reconciliation ({RunColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        run.Run, run.Stream, run.Actor, Rows.Milliseconds(run.StartedAt), Rows.Milliseconds(run.EndedAt), run.IsRepair, run.Failure, JsonSerializer.Serialize(run.Counts));

    public static void Write(Statements db, Difference one) => db.Run(
        "INSERT INTO difference (run, subject, kind, source_record_id, golden_id, key, fields, is_repaired) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
        + "ON CONFLICT (run, subject, kind) DO UPDATE SET is_repaired = excluded.is_repaired",
        one.Run, one.Subject.ToBytes(), (int)one.Kind, one.SourceRecordId, one.GoldenId,
        one.Key is null ? null : PayloadSeal.Seal(PayloadColumn.DifferenceKey, one.SourceRecordId, Encoding.UTF8.GetBytes(one.Key)),
        PayloadSeal.Seal(PayloadColumn.DifferenceFields, one.SourceRecordId, SmallJson.WriteChanges(one.Fields)), one.IsRepaired);

    public static void Forget(Statements db, ForgetReconciliations forget)
    {
        const string Old = "SELECT run FROM reconciliation WHERE stream = ?1 ORDER BY run DESC LIMIT -1 OFFSET ?2";
        db.Run($"DELETE FROM difference WHERE run IN ({Old})", forget.Stream, forget.Keep);
        db.Run($"DELETE FROM reconciliation WHERE run IN ({Old})", forget.Stream, forget.Keep);
    }

    private static Reconciliation Run(SqliteRow row) => new()
    {
        Run = row.GetInt64(0),
        Stream = row.GetInt32(1),
        Actor = row.GetString(2),
        StartedAt = Rows.Time(row, 3),
        EndedAt = Rows.OptionalTime(row, 4),
        IsRepair = row.GetBoolean(5),
        Failure = row.IsDBNull(6) ? null : row.GetString(6),
        Counts = JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(7)) ?? [],
    };

    private static PlacedDifference Placed(SqliteRow row)
    {
        var record = row.GetInt64(4);
        return new(row.GetInt64(0), new(
            row.GetInt64(1), Digest.Read(row.GetBytes(2)), (DifferenceKind)row.GetInt32(3), record, row.GetInt64(5),
            row.IsDBNull(6) ? null : Encoding.UTF8.GetString(PayloadSeal.Open(PayloadColumn.DifferenceKey, record, row.GetBytes(6))),
            SmallJson.ReadChanges(PayloadSeal.Open(PayloadColumn.DifferenceFields, record, row.GetBytes(7))), row.GetBoolean(8)));
    }
}
