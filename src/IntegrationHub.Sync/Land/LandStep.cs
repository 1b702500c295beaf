using System.Buffers.Binary;
using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>Records of one stream to land together; of two with one key the later counts.</summary>
/// <param name="AskedAt">When they were asked for: what they show may be older than what the hub has written since.</param>
internal sealed record PageToLand(IReadOnlyList<RawRecord> Records, DateTimeOffset AskedAt)
{
    /// <summary>Keys of records that were looked up one by one: an older version than the one at hand is what the system holds, and not a late answer.</summary>
    public IReadOnlySet<string> Sure { get; init; } = new HashSet<string>();

    /// <summary>The system told it by itself, at some time: what is not later than what it showed before is looked up.</summary>
    public bool IsTold { get; init; }
}

/// <summary>What became of a page.</summary>
/// <param name="Progress">The progress as it is stored now.</param>
/// <param name="Older">Records in an older version than the system itself has shown already. When there are some, nothing was stored: they are looked up first.</param>
internal sealed record LandedPage(StreamProgress Progress, IReadOnlyList<RawRecord> Older);

/// <summary>Stores a page of raw records and the stream's new checkpoint in one transaction. What has not changed stops here.</summary>
internal sealed class LandStep(SyncContext context, IdPool ids)
{
    private const int StaleRetriesMax = 10;

    /// <param name="advance">Makes the progress to store with them from what is stored, which a delivery or a person may have changed meanwhile, and from how late
    /// the latest newcomer became visible; null leaves the progress as it is.</param>
    public async Task<LandedPage> LandAsync(
        Lease lease, StreamSettings stream, long run, PageToLand page, Func<StreamProgress, TimeSpan, StreamProgress>? advance, CancellationToken cancellationToken)
    {
        var latest = LatestByKey(stream, page.Records);
        for (var attempt = 0; ; attempt++)
        {
            var stored = await context.Store.LoadProgressAsync(stream.Number, cancellationToken);
            var before = await context.Store.FindLandedAsync(stream.Number, latest.Keys, cancellationToken);
            var unknown = latest.Count - before.Count;
            var firstId = unknown == 0 ? 0 : await ids.TakeAsync(IdRange.SourceRecord, unknown, cancellationToken);
            var older = new List<RawRecord>();
            var changes = Decide(stream, run, latest, before, page, firstId, older);
            if (older.Count > 0)
                return new(stored, older);
            changes.Progress = advance?.Invoke(stored, Lateness.Of(changes.Landed, before, stored, context.Options));
            try
            {
                await context.Store.CommitAsync(lease, changes, cancellationToken);
                return new(changes.Progress is { } advanced ? advanced with { Revision = stored.Revision + 1 } : stored, older);
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
        StreamSettings stream, long run, Dictionary<Digest, RawRecord> latest, IReadOnlyDictionary<Digest, LandedBefore> before, PageToLand page, long nextId,
        List<RawRecord> older)
    {
        var read = page.Records.Count;
        var now = context.Clock.GetUtcNow();
        var changes = new StepChanges();
        var evidence = new List<byte>(latest.Count * 32);
        foreach (var (key, record) in latest)
        {
            var content = record.IsDeleted ? default : context.Digests.Of(record.Payload.Span);
            before.TryGetValue(key, out var known);
            if (!IsNews(record, content, known) || IsOvertaken(content, known, page.AskedAt))
                continue;
            if (IsOlder(record, known, page))
            {
                if (!page.Sure.Contains(record.Key))
                {
                    older.Add(record);
                    continue;
                }

                if (record.Modified < known.Newest)
                    changes.Tallies.Add(new(run, stream.Number, "went back", 1));
            }

            changes.Landed.Add(new(ToLanded(stream, run, key, record, content, known, known.Id != 0 ? known.Id : nextId++, now)));
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

    // By the system's own times: a list that lags behind, or an event that comes after a later one. What the hub itself wrote is no measure, or an edit that was
    // made before that write would pass for an old version and be lost.
    private static bool IsOlder(RawRecord record, LandedBefore known, PageToLand page) =>
        known.Id != 0 && (page.IsTold ? record.Modified <= known.Newest : record.Modified < known.Newest);

    private SourceRecord ToLanded(
        StreamSettings stream, long run, Digest key, RawRecord record, Digest content, LandedBefore known, long id, DateTimeOffset now) => new()
        {
            Id = id,
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
