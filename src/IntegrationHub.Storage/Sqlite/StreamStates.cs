using System.Numerics;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Where every stream stands: its progress and what waits for it. A handful of grouped counts over indexes, whatever the number of records.</summary>
internal static class StreamStates
{
    public static List<StreamState> All(Statements db, long now)
    {
        var paused = StoreQueries.Paused(db);
        var live = Counts(db, "SELECT stream, COUNT(*), NULL FROM source_record WHERE removal = 0 AND landed_deleted = 0 GROUP BY stream");
        var due = Counts(db, "SELECT stream, COUNT(*), MIN(landed_at) FROM source_record WHERE stage = 0 GROUP BY stream");
        var quarantined = Counts(db, "SELECT stream, COUNT(*), NULL FROM quarantine GROUP BY stream");
        var planned = Deliveries(db, DeliveryState.Planned);
        var writes = PlannedWrites(db);
        var activations = PlanReads.Activations(db);
        var attempting = Deliveries(db, DeliveryState.Attempting);
        var dead = Deliveries(db, DeliveryState.Dead);
        var names = StoreQueries.List(
            db, "SELECT number, connection, name FROM stream ORDER BY number", [], static row => (Number: row.GetInt32(0), Name: new StreamName(row.GetString(1), row.GetString(2))));
        return names.Select(stream => new StreamState
        {
            Name = stream.Name,
            Progress = StoreReads.Progress(db, stream.Number),
            IsPaused = paused.Contains(stream.Name.Connection, StringComparer.Ordinal),
            Live = live.GetValueOrDefault(stream.Number).Count,
            DueRecords = due.GetValueOrDefault(stream.Number).Count,
            Quarantined = quarantined.GetValueOrDefault(stream.Number).Count,
            Planned = planned.GetValueOrDefault(stream.Number).Count,
            PlannedWrites = writes.GetValueOrDefault(stream.Number),
            Activated = activations.GetValueOrDefault(stream.Number),
            Attempting = attempting.GetValueOrDefault(stream.Number).Count,
            Dead = dead.GetValueOrDefault(stream.Number).Count,
            WaitingSince = Earliest(now, due.GetValueOrDefault(stream.Number).Since, planned.GetValueOrDefault(stream.Number).Since, attempting.GetValueOrDefault(stream.Number).Since),
            LastReconciliation = ReconciliationReads.Runs(db, stream.Number, 1).FirstOrDefault(),
            LastRun = LastRun(db, stream.Number),
            LastRunCounts = StoreQueries.List(
                db, "SELECT run, stream, name, count FROM tally WHERE stream = ?1 AND run = ?2 AND run <> 0 ORDER BY name",
                [stream.Number, LastRun(db, stream.Number)], StoreQueries.Tally),
        }).ToList();
    }

    private static long LastRun(Statements db, int stream) => db.Scalar("SELECT MAX(run) FROM tally WHERE stream = ?1", stream) as long? ?? 0;

    private static Dictionary<int, (int Count, long? Since)> Deliveries(Statements db, DeliveryState state) => Counts(
        db, $"SELECT stream, COUNT(*), MIN(due_at) FROM delivery WHERE state = {(int)state} AND state <> 2 GROUP BY stream");

    private static Dictionary<int, WriteCounts> PlannedWrites(Statements db)
    {
        var counts = new Dictionary<int, WriteCounts>();
        using var row = db.Query($"SELECT stream, {DeliveryReads.Right}, COUNT(*) FROM delivery WHERE state = 0 AND state <> 2 GROUP BY 1, 2");
        while (row.Read())
            counts[row.GetInt32(0)] = counts.GetValueOrDefault(row.GetInt32(0)).Plus((DeliveryOperation)BitOperations.Log2((uint)row.GetInt32(1)), row.GetInt64(2));
        return counts;
    }

    private static Dictionary<int, (int Count, long? Since)> Counts(Statements db, string sql) => StoreQueries.List(db, sql, [], Count)
        .ToDictionary(static one => one.Stream, static one => (one.Count, one.Since));

    private static (int Stream, int Count, long? Since) Count(SqliteRow row) => (row.GetInt32(0), row.GetInt32(1), row.IsDBNull(2) ? null : row.GetInt64(2));

    // A delivery that is put off is not late before it is due.
    private static DateTimeOffset? Earliest(long now, params ReadOnlySpan<long?> times)
    {
        long? earliest = null;
        foreach (var time in times)
        {
            if (time <= now && (earliest is null || time < earliest))
                earliest = time;
        }

        return earliest is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null;
    }
}
