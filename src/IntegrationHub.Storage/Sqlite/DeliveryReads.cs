using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Reads of deliveries.</summary>
/// <remarks><c>state &lt;&gt; 2</c> stands where another condition implies it: SQLite takes a partial index only when its condition is in the query, word
/// for word. Without it these reads walk through every delivery that there ever was.</remarks>
internal static class DeliveryReads
{
    public static List<PendingDelivery> OfGolden(Statements db, IReadOnlyCollection<long> goldenIds)
    {
        var deliveries = new List<PendingDelivery>();
        foreach (var id in goldenIds)
        {
            using var row = db.Query($"SELECT {Rows.DeliveryColumns} FROM delivery WHERE golden_id = ?1 ORDER BY id", id);
            while (row.Read())
                deliveries.Add(Rows.Delivery(row));
        }

        return deliveries;
    }

    public static List<PendingDelivery> ByCorrelation(Statements db, IReadOnlyCollection<string> correlations)
    {
        var deliveries = new List<PendingDelivery>();
        foreach (var correlation in correlations)
        {
            using var row = db.Query($"SELECT {Rows.DeliveryColumns} FROM delivery WHERE correlation = ?1 AND source_record_id = 0", correlation);
            while (row.Read())
                deliveries.Add(Rows.Delivery(row));
        }

        return deliveries;
    }

    // The right that a delivery needs. A row whose create has been settled is reused for updates, whatever it still says.
    public const string Right = "(CASE WHEN source_record_id = 0 THEN 1 WHEN operation = 2 THEN 4 ELSE 2 END)";
    private const string Wanted = $"stream = ?1 AND state = ?2 AND state <> 2 AND due_at <= ?3 AND ({Right} & ?4) <> 0";
    private const string Approved = "id IN (SELECT delivery_id FROM plan_effect WHERE stream = ?1 AND state = 1)";

    public static List<DueDelivery> Due(Statements db, int stream, DeliveryState state, Rights operations, Rights free, long now, int limit)
    {
        var due = new List<PendingDelivery>();
        var which = free switch
        {
            OperationRights.Every => Wanted,
            Rights.None => $"{Wanted} AND {Approved}",
            _ => $"{Wanted} AND (({Right} & {(int)free}) <> 0 OR {Approved})",
        };
        using (var row = db.Query(
            $"SELECT {Rows.DeliveryColumns} FROM delivery WHERE {which} ORDER BY due_at, id LIMIT ?5", stream, (int)state, now, (int)operations, limit))
        {
            // Of two to one record (of golden records that became one) the second waits for the next round.
            var records = new HashSet<long>();
            while (row.Read())
            {
                var delivery = Rows.Delivery(row);
                if (delivery.SourceRecordId == 0 || records.Add(delivery.SourceRecordId))
                    due.Add(delivery);
            }
        }

        var clusters = StoreReads.Clusters(db, [.. due.Select(static delivery => delivery.GoldenId).Distinct()]);
        return [.. due.Where(delivery => clusters.ContainsKey(delivery.GoldenId)).Select(delivery => new DueDelivery(delivery, clusters[delivery.GoldenId]))];
    }

    public static List<long> OpenCreates(Statements db, int stream)
    {
        var golden = new HashSet<long>();
        using (var row = db.Query("SELECT golden_id FROM delivery WHERE stream = ?1 AND state = 1 AND state <> 2 AND source_record_id = 0", stream))
        {
            while (row.Read())
                golden.Add(row.GetInt64(0));
        }

        return [.. golden.Select(id => StoreReads.Survivor(db, id)).Distinct().Order()];
    }

    public static DateTimeOffset? NextDue(Statements db, int stream) =>
        db.Scalar("SELECT MIN(due_at) FROM delivery WHERE stream = ?1 AND state IN (0, 1) AND state <> 2", stream) is long next
            ? DateTimeOffset.FromUnixTimeMilliseconds(next)
            : null;

    public static List<int> Unread(Statements db, IReadOnlyCollection<int> streams)
    {
        var unread = new List<int>();
        foreach (var stream in streams)
        {
            var isRead = db.Scalar("SELECT initial_read_done FROM stream WHERE number = ?1", stream) is 1L;
            // The plus keeps SQLite from the index that begins with the stream: what waits is few, a stream is many.
            if (!isRead || db.Scalar("SELECT 1 FROM source_record WHERE stage = 0 AND golden_id = 0 AND +stream = ?1 LIMIT 1", stream) is not null)
                unread.Add(stream);
        }

        return unread;
    }
}
