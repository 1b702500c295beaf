using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Counts for summaries. Each is one pass over an index or a table of rows without payloads.</summary>
internal static class SummaryReads
{
    public static StoreSummary Read(Statements db)
    {
        var streams = new Dictionary<int, StreamSummary>();
        var tallies = Tallies(db);
        var golden = new long[3];
        using (var row = db.Query("SELECT status, COUNT(*) FROM golden_record GROUP BY status"))
        {
            while (row.Read())
                golden[row.GetInt32(0)] = row.GetInt64(1);
        }

        using (var row = db.Query("SELECT number FROM stream"))
        {
            while (row.Read())
                streams[row.GetInt32(0)] = new() { Tallies = tallies.GetValueOrDefault(row.GetInt32(0), []) };
        }

        AddRecords(db, streams);
        AddDeliveries(db, streams);
        return new(
            streams, golden[(int)GoldenStatus.Live], golden[(int)GoldenStatus.Merged], golden[(int)GoldenStatus.Deleted],
            Count(db, "SELECT COUNT(*) FROM conflict"), Count(db, "SELECT COUNT(*) FROM conflict WHERE state = 1"));
    }

    private static Dictionary<int, Dictionary<string, long>> Tallies(Statements db)
    {
        var tallies = new Dictionary<int, Dictionary<string, long>>();
        using var row = db.Query("SELECT stream, name, SUM(count) FROM tally GROUP BY stream, name");
        while (row.Read())
        {
            if (!tallies.TryGetValue(row.GetInt32(0), out var names))
                tallies[row.GetInt32(0)] = names = new(StringComparer.Ordinal);
            names[row.GetString(1)] = row.GetInt64(2);
        }

        return tallies;
    }

    private static void AddRecords(Statements db, Dictionary<int, StreamSummary> streams)
    {
        using (var row = db.Query("SELECT stream, stage, COUNT(*) FROM source_record WHERE removal = 0 GROUP BY stream, stage"))
        {
            while (row.Read())
            {
                if (!streams.TryGetValue(row.GetInt32(0), out var stream))
                    continue;
                var count = row.GetInt64(2);
                streams[row.GetInt32(0)] = (RecordStage)row.GetInt32(1) switch
                {
                    RecordStage.Landed => stream with { Due = count },
                    RecordStage.Linked => stream with { Linked = count },
                    RecordStage.Quarantined => stream with { Quarantined = count },
                    RecordStage.Filtered => stream with { Filtered = count },
                    _ => stream,
                };
            }
        }

        using var merged = db.Query(
            "SELECT stream, COUNT(*) FROM source_record WHERE removal = 0 AND stage = 1 AND golden_id IN "
            + "(SELECT golden_id FROM source_record WHERE golden_id <> 0 AND removal = 0 GROUP BY golden_id HAVING COUNT(*) > 1) GROUP BY stream");
        while (merged.Read())
        {
            if (streams.TryGetValue(merged.GetInt32(0), out var stream))
                streams[merged.GetInt32(0)] = stream with { Merged = merged.GetInt64(1) };
        }
    }

    private static void AddDeliveries(Statements db, Dictionary<int, StreamSummary> streams)
    {
        using var row = db.Query("SELECT stream, state, COUNT(*) FROM delivery WHERE state <> 2 GROUP BY stream, state");
        while (row.Read())
        {
            if (!streams.TryGetValue(row.GetInt32(0), out var stream))
                continue;
            var count = row.GetInt64(2);
            streams[row.GetInt32(0)] = (DeliveryState)row.GetInt32(1) switch
            {
                DeliveryState.Planned => stream with { Planned = count },
                DeliveryState.Attempting => stream with { Attempting = count },
                _ => stream with { Dead = count },
            };
        }
    }

    private static long Count(Statements db, string sql) => Convert.ToInt64(db.Scalar(sql));
}
