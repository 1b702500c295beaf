using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Storage.Payloads;
using IntegrationHub.Sync.Model;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Rows to objects. Each reader names the columns that it expects, in their order.</summary>
internal static class Rows
{
    public const string RecordColumns =
        "id, stream, key_digest, stage, golden_id, revision, content_digest, landed_deleted, removal, removed_at, modified, landed_at, due_at, version, run, "
        + "match_keys, joined_by, key, fields, fixes, first_landed_at, is_rematch_due, prior_digest, created, merged_into, is_surplus, landed_created";

    public const string GoldenColumns = "id, entity, version, status, merged_into, revision, fields, overrides";

    public const string DeliveryColumns =
        "id, stream, golden_id, source_record_id, state, operation, wanted, sent, due_at, attempted_at, attempts, correlation, effect_key, sending, error_code, "
        + "error_message, revision, yield_path";

    public const string ConflictColumns = "id, golden_id, path, state, at, rule, winner, sides";

    /// <param name="row">Columns as in <see cref="RecordColumns"/>, then <c>raw</c> when <paramref name="withRaw"/>.</param>
    public static SourceRecord Record(SqliteRow row, bool withRaw)
    {
        var id = row.GetInt64(0);
        return new()
        {
            Id = id,
            Stream = row.GetInt32(1),
            KeyDigest = Digest.Read(row.GetBytes(2)),
            Stage = (RecordStage)row.GetInt32(3),
            GoldenId = row.GetInt64(4),
            Revision = row.GetInt64(5),
            ContentDigest = Digest.Read(row.GetBytes(6)),
            LandedDeleted = row.GetBoolean(7),
            Removal = (Removal)row.GetInt32(8),
            RemovedAt = OptionalTime(row, 9),
            Modified = OptionalTime(row, 10),
            FirstLandedAt = Time(row, 20),
            IsRematchDue = row.GetBoolean(21),
            PriorDigest = row.IsDBNull(22) ? default : Digest.Read(row.GetBytes(22)),
            LandedAt = Time(row, 11),
            DueAt = Time(row, 12),
            Version = row.IsDBNull(13) ? null : row.GetString(13),
            Run = row.GetInt64(14),
            MatchKeys = row.IsDBNull(15) ? [] : Digests(row.GetBytes(15)),
            JoinedBy = row.IsDBNull(16) ? null : Digest.Read(row.GetBytes(16)),
            Key = Encoding.UTF8.GetString(Open(row, 17, PayloadColumn.RecordKey, id)),
            Fields = row.IsDBNull(18) ? FieldStates.None : FieldStatesJson.Read(Open(row, 18, PayloadColumn.RecordFields, id)),
            Fixes = row.IsDBNull(19) ? [] : SmallJson.ReadFixes(Open(row, 19, PayloadColumn.RecordFixes, id)),
            Created = OptionalTime(row, 23),
            MergedInto = row.IsDBNull(24) ? null : Digest.Read(row.GetBytes(24)),
            IsSurplus = row.GetBoolean(25),
            LandedCreated = OptionalTime(row, 26),
            Raw = withRaw && !row.IsDBNull(27) ? Open(row, 27, PayloadColumn.RecordRaw, id).ToArray() : null,
        };
    }

    public static GoldenRecord Golden(SqliteRow row)
    {
        var id = row.GetInt64(0);
        var (overrides, held, turns) = row.IsDBNull(7) ? ([], [], []) : GoldenJson.ReadOverrides(Open(row, 7, PayloadColumn.GoldenOverrides, id));
        return new()
        {
            Id = id,
            Entity = row.GetString(1),
            Version = row.GetInt64(2),
            Status = (GoldenStatus)row.GetInt32(3),
            MergedInto = row.GetInt64(4),
            Revision = row.GetInt64(5),
            Fields = GoldenJson.ReadFields(Open(row, 6, PayloadColumn.GoldenFields, id)),
            Overrides = overrides,
            Held = held,
            Turns = turns,
        };
    }

    public static PendingDelivery Delivery(SqliteRow row)
    {
        var id = row.GetInt64(0);
        return new()
        {
            Id = id,
            Stream = row.GetInt32(1),
            GoldenId = row.GetInt64(2),
            SourceRecordId = row.GetInt64(3),
            State = (DeliveryState)row.GetInt32(4),
            Operation = (DeliveryOperation)row.GetInt32(5),
            Wanted = row.GetInt64(6),
            Sent = row.GetInt64(7),
            DueAt = Time(row, 8),
            AttemptedAt = OptionalTime(row, 9),
            Attempts = row.GetInt32(10),
            Correlation = row.GetString(11),
            EffectKey = row.GetString(12),
            Sending = row.IsDBNull(13) ? null : SmallJson.ReadMap(Open(row, 13, PayloadColumn.DeliverySending, id)),
            ErrorCode = row.IsDBNull(14) ? null : row.GetString(14),
            ErrorMessage = row.IsDBNull(15) ? null : row.GetString(15),
            Revision = row.GetInt64(16),
            YieldPath = row.IsDBNull(17) ? null : row.GetString(17),
        };
    }

    public static Conflict Conflict(SqliteRow row)
    {
        var id = row.GetInt64(0);
        var (baseValue, left, right) = SmallJson.ReadSides(Open(row, 7, PayloadColumn.ConflictSides, id));
        return new()
        {
            Id = id,
            GoldenId = row.GetInt64(1),
            Path = row.GetString(2),
            State = (ConflictState)row.GetInt32(3),
            At = Time(row, 4),
            Rule = row.GetString(5),
            Winner = row.GetInt64(6),
            Base = baseValue,
            Left = left,
            Right = right,
        };
    }

    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static object? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset Time(SqliteRow row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? OptionalTime(SqliteRow row, int column) => row.IsDBNull(column) ? null : Time(row, column);

    public static byte[]? Bytes(IReadOnlyList<Digest> digests)
    {
        if (digests.Count == 0)
            return null;
        var bytes = new byte[digests.Count * Digest.Length];
        for (var i = 0; i < digests.Count; i++)
            digests[i].ToBytes().CopyTo(bytes, i * Digest.Length);
        return bytes;
    }

    private static Digest[] Digests(ReadOnlySpan<byte> bytes)
    {
        var digests = new Digest[bytes.Length / Digest.Length];
        for (var i = 0; i < digests.Length; i++)
            digests[i] = Digest.Read(bytes[(i * Digest.Length)..]);
        return digests;
    }

    private static ReadOnlySpan<byte> Open(SqliteRow row, int column, PayloadColumn kind, long owner) =>
        PayloadSeal.Open(kind, owner, row.GetBytes(column));
}
