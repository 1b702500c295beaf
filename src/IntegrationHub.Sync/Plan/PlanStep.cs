using System.Buffers.Binary;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Plan;

/// <summary>What one golden record needs in one stream now.</summary>
/// <param name="Record">The record to change; null to create one.</param>
/// <param name="Fields">The fields to send; empty for a delete.</param>
internal sealed record Need(DeliveryOperation Operation, SourceRecord? Record, IReadOnlyList<Field> Fields);

/// <summary>Compares golden records with what the systems show. Pure: asked when a golden record changes, and again right before a write.</summary>
internal sealed class PlanStep(HubSettings settings, KeyedDigests digests)
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>What a stream needs so that it shows the golden record.</summary>
    /// <param name="filteredBy">The filter that keeps the golden record out of the stream; null when none does.</param>
    public IReadOnlyList<Need> NeedsOf(GoldenRecord golden, IEnumerable<SourceRecord> members, StreamSettings stream, out Filter? filteredBy)
    {
        filteredBy = null;
        var records = members.Where(member => member.Stream == stream.Number).ToArray();
        var live = Array.FindAll(records, static record => record.IsLive);
        if (golden.Status == GoldenStatus.Merged)
            return [];
        if (golden.Status == GoldenStatus.Deleted)
            return stream.Rights.HasFlag(Rights.Delete) ? [.. live.Where(IsTakenIn).Select(static record => new Need(DeliveryOperation.Delete, record, []))] : [];
        if (live.Length == 0 && !MayCreate(stream, records))
            return [];
        filteredBy = stream.FirstRefusal(Directions.Out, golden.ToFieldMap());
        if (filteredBy is not null)
            return [];
        if (live.Length == 0)
            return Differences.Of(golden, null, stream, settings.Survivorship) is { Count: > 0 } fields ? [new(DeliveryOperation.Create, null, fields)] : [];
        return stream.Rights.HasFlag(Rights.Update) || live.Any(static record => record.IsSurplus) ? UpdatesOf(golden, live, stream) : [];
    }

    /// <summary>The hub's own id for the record that a create makes: the same for every attempt, another one after the record was removed or split off.</summary>
    /// <param name="earlier">Deliveries that the golden record has had to the stream: rows that are never deleted, whatever becomes of the record.</param>
    public string CorrelationOf(GoldenRecord golden, StreamSettings stream, int earlier)
    {
        var number = (UInt128)digests.Of("correlation", $"{stream.Number}/{golden.Id}/{earlier}").Value;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        var bits = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return string.Create(16, bits, static (text, rest) =>
        {
            "ih-".CopyTo(text);
            for (var i = 3; i < 16; i++, rest >>= 5)
                text[i] = Base32[(int)(rest & 31)];
        });
    }

    // What a record in quarantine shows, or one that is kept out, has not been taken in: a write or a delete could go over an edit that nobody has looked at.
    // Once it is mended, or let in, it is planned again.
    private static bool IsTakenIn(SourceRecord record) => record.Stage is not (RecordStage.Quarantined or RecordStage.Filtered);

    private static bool MayCreate(StreamSettings stream, SourceRecord[] removed)
    {
        // A deletion that has landed waits for its decision, and what the system merged away is there under another key.
        if (!stream.Rights.HasFlag(Rights.Create) || removed.Any(static record => record.Removal == Removal.Merged || record is { Removal: Removal.None, LandedDeleted: true }))
            return false;
        // Somebody removed it there on purpose, and the policy says that only the link ends, or that a steward decides.
        var staysAway = stream.OnDelete is DeletePolicy.Unlink or DeletePolicy.Steward;
        return !staysAway || removed.All(static record => record.Removal != Removal.BySystem);
    }

    private List<Need> UpdatesOf(GoldenRecord golden, SourceRecord[] live, StreamSettings stream)
    {
        var needs = new List<Need>();
        foreach (var record in live)
        {
            if (!IsTakenIn(record))
                continue;
            if (record.IsSurplus && stream.OnMerge == MergePolicy.Delete && stream.Rights.HasFlag(Rights.Delete) && live.Any(static other => !other.IsSurplus))
                needs.Add(new(DeliveryOperation.Delete, record, []));
            else if (stream.Rights.HasFlag(Rights.Update) && Differences.Of(golden, record, stream, settings.Survivorship) is { Count: > 0 } fields)
                needs.Add(new(DeliveryOperation.Update, record, fields));
        }

        return needs;
    }

    /// <summary>The streams that may take a golden record of this entity.</summary>
    public IEnumerable<StreamSettings> StreamsFor(string entity) => settings.WritingStreams(entity);
}
