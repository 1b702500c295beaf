using System.Text;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>The pipeline's reads. Each key or id is one look-up by a prepared statement: in one process that beats building lists into SQL.</summary>
internal static class StoreReads
{
    private const string SelectRecord = $"SELECT {Rows.RecordColumns} FROM source_record WHERE id = ?1";
    private const string SelectRecordRaw = $"SELECT {Rows.RecordColumns}, raw FROM source_record WHERE id = ?1";

    public static StreamProgress Progress(Statements db, int stream)
    {
        using var row = db.Query(
            "SELECT checkpoint, initial_read_done, full_read_due, last_read_at, next_read_at, failures, error_code, error_message, is_blocked, held_deletes, "
            + "deletes_released, revision, last_whole_read_at FROM stream WHERE number = ?1",
            stream);
        if (!row.Read())
            throw new InvalidOperationException($"Stream {stream} is not registered.");
        return new()
        {
            Stream = stream,
            Checkpoint = row.IsDBNull(0) ? null : Encoding.UTF8.GetString(PayloadSeal.Open(PayloadColumn.Checkpoint, stream, row.GetBytes(0))),
            InitialReadDone = row.GetBoolean(1),
            FullReadDue = row.GetBoolean(2),
            LastReadAt = Rows.OptionalTime(row, 3),
            NextReadAt = Rows.OptionalTime(row, 4),
            Failures = row.GetInt32(5),
            ErrorCode = row.IsDBNull(6) ? null : row.GetString(6),
            ErrorMessage = row.IsDBNull(7) ? null : row.GetString(7),
            IsBlocked = row.GetBoolean(8),
            HeldDeletes = row.GetInt32(9),
            DeletesReleased = row.GetBoolean(10),
            Revision = row.GetInt64(11),
            LastWholeReadAt = Rows.OptionalTime(row, 12),
        };
    }

    public static Dictionary<Digest, LandedBefore> Landed(Statements db, int stream, IReadOnlyCollection<Digest> keys)
    {
        var found = new Dictionary<Digest, LandedBefore>(keys.Count);
        foreach (var key in keys)
        {
            using var row = db.Query(
                "SELECT id, content_digest, removal, landed_deleted, revision, prior_digest, landed_at, merged_into FROM source_record WHERE stream = ?1 AND key_digest = ?2", stream, key.ToBytes());
            if (row.Read())
            {
                found[key] = new(
                    row.GetInt64(0), Digest.Read(row.GetBytes(1)), row.IsDBNull(5) ? default : Digest.Read(row.GetBytes(5)), Rows.Time(row, 6),
                    row.GetInt32(2) != (int)Removal.None || row.GetBoolean(3), row.GetInt64(4))
                {
                    MergedInto = row.IsDBNull(7) ? null : Digest.Read(row.GetBytes(7)),
                };
            }
        }

        return found;
    }

    public static List<(long Id, Digest Key)> Live(Statements db, int stream, long landedBefore, long afterId, int limit)
    {
        var live = new List<(long, Digest)>();
        // The plus keeps SQLite from the index that begins with the stream: it would sort the whole stream for every page.
        using var row = db.Query(
            "SELECT id, key_digest FROM source_record WHERE id > ?2 AND +stream = ?1 AND removal = 0 AND landed_deleted = 0 AND landed_at < ?4 ORDER BY id LIMIT ?3",
            stream, afterId, limit, landedBefore);
        while (row.Read())
            live.Add((row.GetInt64(0), Digest.Read(row.GetBytes(1))));
        return live;
    }

    public static int CountLive(Statements db, int stream) =>
        Convert.ToInt32(db.Scalar("SELECT COUNT(*) FROM source_record WHERE stream = ?1 AND removal = 0 AND landed_deleted = 0", stream));

    public static List<SourceRecord> Due(Statements db, long now, int limit)
    {
        var due = new List<SourceRecord>();
        using var row = db.Query(
            $"SELECT {Rows.RecordColumns}, raw FROM source_record WHERE stage = 0 AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2", now, limit);
        while (row.Read())
            due.Add(Rows.Record(row, withRaw: true));
        return due;
    }

    public static List<long> Merging(Statements db, int stream, IReadOnlyCollection<Digest> survivors)
    {
        var merging = new List<long>();
        foreach (var survivor in survivors)
        {
            using var row = db.Query(
                "SELECT id FROM source_record WHERE stage = 0 AND merged_into IS NOT NULL AND stream = ?1 AND merged_into = ?2 ORDER BY id", stream, survivor.ToBytes());
            while (row.Read())
                merging.Add(row.GetInt64(0));
        }

        return merging;
    }

    public static List<SourceRecord> Records(Statements db, IReadOnlyCollection<long> ids, bool withRaw)
    {
        var records = new List<SourceRecord>(ids.Count);
        foreach (var id in ids)
        {
            using var row = db.Query(withRaw ? SelectRecordRaw : SelectRecord, id);
            if (row.Read())
                records.Add(Rows.Record(row, withRaw));
        }

        return records;
    }

    public static Dictionary<long, Cluster> Clusters(Statements db, IReadOnlyCollection<long> goldenIds)
    {
        var clusters = new Dictionary<long, Cluster>(goldenIds.Count);
        foreach (var id in goldenIds)
        {
            if (clusters.ContainsKey(id) || Surviving(db, id) is not { } golden)
                continue;
            clusters[id] = clusters.TryGetValue(golden.Id, out var known) ? known : new(golden, Members(db, golden.Id));
        }

        return clusters;
    }

    public static Dictionary<Digest, IReadOnlyList<KeyHolder>> Holders(Statements db, IReadOnlyCollection<Digest> keys, int limit)
    {
        var found = new Dictionary<Digest, IReadOnlyList<KeyHolder>>();
        foreach (var key in keys)
        {
            List<KeyHolder>? holders = null;
            using var row = db.Query(
                "SELECT k.source_record_id, r.golden_id, r.stream FROM match_key k JOIN source_record r ON r.id = k.source_record_id "
                + "WHERE k.digest = ?1 ORDER BY k.source_record_id LIMIT ?2",
                key.ToBytes(), limit + 1);
            while (row.Read())
                (holders ??= []).Add(new(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2)));
            if (holders is not null)
                found[key] = holders;
        }

        return found;
    }

    public static StreamConfiguration Configuration(Statements db, int stream)
    {
        using var row = db.Query("SELECT mapping_version, plan_version, plan_after FROM stream WHERE number = ?1", stream);
        if (!row.Read())
            throw new InvalidOperationException($"Stream {stream} is not registered.");
        return new(stream, row.IsDBNull(0) ? null : row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetInt64(2));
    }

    public static EntityConfiguration EntityConfiguration(Statements db, string entity)
    {
        using var row = db.Query("SELECT version, after FROM entity_configuration WHERE entity = ?1", entity);
        return row.Read() ? new(entity, row.IsDBNull(0) ? null : row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1)) : new(entity, null, null);
    }

    public static List<long> GoldenIds(Statements db, string entity, long afterId, int limit)
    {
        var ids = new List<long>();
        using var row = db.Query("SELECT id FROM golden_record WHERE id > ?1 AND entity = ?2 AND merged_into = 0 ORDER BY id LIMIT ?3", afterId, entity, limit);
        while (row.Read())
            ids.Add(row.GetInt64(0));
        return ids;
    }

    public static List<MatchDecision> Decisions(Statements db, IReadOnlyCollection<long> records)
    {
        var decisions = new HashSet<MatchDecision>();
        if (db.Scalar("SELECT 1 FROM match_decision LIMIT 1") is null)
            return [];
        foreach (var record in records)
        {
            using var row = db.Query(
                "SELECT left_record_id, right_record_id, is_same, actor, at FROM match_decision WHERE left_record_id = ?1 OR right_record_id = ?1", record);
            while (row.Read())
                decisions.Add(new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetString(3), Rows.Time(row, 4)));
        }

        return [.. decisions.OrderBy(static decision => decision.LeftRecordId).ThenBy(static decision => decision.RightRecordId)];
    }

    /// <summary>The golden record that this one has become part of, itself where it has not.</summary>
    public static long Survivor(Statements db, long id)
    {
        while (db.Scalar("SELECT merged_into FROM golden_record WHERE id = ?1", id) is long next and not 0)
            id = next;
        return id;
    }

    private static GoldenRecord? Surviving(Statements db, long id)
    {
        while (true)
        {
            GoldenRecord golden;
            using (var row = db.Query($"SELECT {Rows.GoldenColumns} FROM golden_record WHERE id = ?1", id))
            {
                if (!row.Read())
                    return null;
                golden = Rows.Golden(row);
            }

            if (golden.Status != GoldenStatus.Merged)
                return golden;
            id = golden.MergedInto;
        }
    }

    private static List<SourceRecord> Members(Statements db, long goldenId)
    {
        var members = new List<SourceRecord>();
        using var row = db.Query($"SELECT {Rows.RecordColumns} FROM source_record WHERE golden_id = ?1 AND golden_id <> 0 ORDER BY id", goldenId);
        while (row.Read())
            members.Add(Rows.Record(row, withRaw: false));
        return members;
    }
}
