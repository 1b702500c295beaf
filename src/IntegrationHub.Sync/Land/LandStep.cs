using System.Buffers.Binary;
using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>Stores a page of raw records and the stream's new checkpoint in one transaction. What has not changed stops here.</summary>
internal sealed class LandStep(SyncContext context)
{
    private const int StaleRetriesMax = 10;
    private readonly IdPool ids = new(context.Store);

    /// <param name="records">Records of one stream; of two with one key the later counts.</param>
    /// <param name="askedAt">When the page was asked for: what it shows may be older than what the hub has written since.</param>
    /// <param name="advance">Makes the progress to store with them from what is stored: a delivery or a person may have changed it meanwhile.</param>
    /// <returns>The progress as it is stored now.</returns>
    public async Task<StreamProgress> LandAsync(
        Lease lease, StreamSettings stream, long run, IReadOnlyList<RawRecord> records, DateTimeOffset askedAt, Func<StreamProgress, StreamProgress> advance,
        CancellationToken cancellationToken)
    {
        var latest = LatestByKey(stream, records);
        for (var attempt = 0; ; attempt++)
        {
            var progress = advance(await context.Store.LoadProgressAsync(stream.Number, cancellationToken));
            var before = await context.Store.FindLandedAsync(stream.Number, latest.Keys, cancellationToken);
            await ids.EnsureAsync(IdRange.SourceRecord, latest.Count, cancellationToken);
            var changes = Decide(stream, run, latest, before, askedAt, records.Count);
            changes.Progress = progress;
            try
            {
                await context.Store.CommitAsync(lease, changes, cancellationToken);
                return progress with { Revision = progress.Revision + 1 };
            }
            catch (StaleStepException) when (attempt < StaleRetriesMax)
            {
                // A delivery settled on one of these records meanwhile: decide again on what is there now.
            }
        }
    }

    private Dictionary<Digest, RawRecord> LatestByKey(StreamSettings stream, IReadOnlyList<RawRecord> records)
    {
        var latest = new Dictionary<Digest, RawRecord>(records.Count);
        foreach (var record in records)
            latest[SyncContext.KeyDigest(context.Digests, stream.Number, record.Key)] = record;
        return latest;
    }

    private StepChanges Decide(
        StreamSettings stream, long run, Dictionary<Digest, RawRecord> latest, IReadOnlyDictionary<Digest, LandedBefore> before, DateTimeOffset askedAt, int read)
    {
        var now = context.Clock.GetUtcNow();
        var changes = new StepChanges();
        var evidence = new List<byte>(latest.Count * 32);
        foreach (var (key, record) in latest)
        {
            var content = record.IsDeleted ? default : context.Digests.Of(record.Payload.Span);
            before.TryGetValue(key, out var known);
            if (!IsNews(record, content, known) || IsOvertaken(content, known, askedAt))
                continue;
            changes.Landed.Add(new(ToLanded(stream, run, key, record, content, known, now)));
            evidence.AddRange(key.ToBytes());
            evidence.AddRange(content.ToBytes());
        }

        changes.Tallies.Add(new(run, stream.Number, "read", read));
        changes.Tallies.Add(new(run, stream.Number, "unchanged", read - changes.Landed.Count));
        if (changes.Landed.Count > 0)
        {
            changes.Tallies.Add(new(run, stream.Number, "landed", changes.Landed.Count));
            changes.Audit.Add(PageEntry(stream, run, changes.Landed.Count, evidence, now));
        }

        return changes;
    }

    // A deletion of what the hub never held, or already knows as gone, is no news; that it was a merge in truth is.
    private static bool IsNews(RawRecord record, Digest content, LandedBefore known) =>
        record.IsDeleted ? known.Id != 0 && (!known.IsRemoved || record.MergedInto is not null && known.MergedInto is null) : known.Id == 0 || known.IsRemoved || known.ContentDigest != content;

    // The page was asked for before the hub wrote to the record and shows it as it was before: not an edit that takes the write back.
    private static bool IsOvertaken(Digest content, LandedBefore known, DateTimeOffset askedAt) =>
        known.Id != 0 && known.LandedAt >= askedAt && content != default && content == known.PriorDigest;

    private SourceRecord ToLanded(
        StreamSettings stream, long run, Digest key, RawRecord record, Digest content, LandedBefore known, DateTimeOffset now) => new()
        {
            Id = known.Id != 0 ? known.Id : ids.Next(IdRange.SourceRecord),
            Stream = stream.Number,
            KeyDigest = key,
            Key = record.Key,
            Revision = known.Revision,
            Raw = record.IsDeleted ? null : record.Payload.ToArray(),
            ContentDigest = content,
            Modified = record.Modified,
            Version = record.Version,
            LandedDeleted = record.IsDeleted,
            LandedCreated = record.Created,
            MergedInto = record.MergedInto is { } survivor ? SyncContext.KeyDigest(context.Digests, stream.Number, survivor) : null,
            FirstLandedAt = now,
            LandedAt = now,
            DueAt = now,
            Run = run,
        };

    private AuditEntry PageEntry(StreamSettings stream, long run, int landed, List<byte> evidence, DateTimeOffset now)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(count, landed);
        evidence.AddRange(count);
        return new()
        {
            At = now,
            Actor = "hub",
            Action = "page.landed",
            Object = $"stream/{stream.Number}",
            System = stream.Name.ToString(),
            Outcome = $"landed {landed}",
            After = context.Digests.Of([.. evidence]).ToString(),
            Correlation = $"run/{run}",
            Configuration = stream.Mapping.Version,
        };
    }
}
