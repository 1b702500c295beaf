using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>What one read of a stream did.</summary>
/// <param name="Failure">Why it ended early; null when it reached its end.</param>
public sealed record ReadReport(StreamName Stream, int Pages, int Records, int HeldDeletes, ConnectorException? Failure);

/// <summary>Reads one stream from its checkpoint to the end, page by page, and finds what a complete read no longer shows.</summary>
internal sealed class StreamRead(SyncContext context, LandStep land)
{
    private const int DeletePage = 500;
    private readonly IdPool ids = new(context.Store);

    /// <param name="whole">Read from the beginning whatever the checkpoint.</param>
    /// <returns>Null while another worker reads the stream, or when it is blocked.</returns>
    public async Task<ReadReport?> RunAsync(StreamSettings stream, ISourceConnector connector, bool whole, CancellationToken cancellationToken)
    {
        var lease = await AcquireAsync(stream, cancellationToken);
        if (lease is null)
            return null;
        var progress = await context.Store.LoadProgressAsync(stream.Number, cancellationToken);
        if (progress.IsBlocked)
        {
            // Whoever mends the stream must not wait for a read that does not happen.
            await context.Store.ReleaseLeaseAsync(lease, CancellationToken.None);
            return null;
        }

        await ids.EnsureAsync(IdRange.Run, 1, cancellationToken);
        var read = new OpenRead(stream, ids.Next(IdRange.Run), context.Clock.GetUtcNow(), whole || progress.FullReadDue || IsWholeReadDue(stream, progress));
        try
        {
            progress = await ReadPagesAsync(read, connector, progress, cancellationToken);
            return new(stream.Name, read.Pages, read.Records, progress.HeldDeletes, null);
        }
        catch (ConnectorException failure)
        {
            await NoteFailureAsync(stream, failure, cancellationToken);
            return new(stream.Name, read.Pages, read.Records, 0, failure);
        }
        finally
        {
            await context.Store.ReleaseLeaseAsync(read.Lease ?? lease, CancellationToken.None);
        }
    }

    private async Task<StreamProgress> ReadPagesAsync(OpenRead read, ISourceConnector connector, StreamProgress progress, CancellationToken cancellationToken)
    {
        // A connector may hold a whole file open from the start of the read.
        var askedAt = read.StartedAt;
        var after = read.FromBeginning || progress.Checkpoint is null ? null : new Checkpoint(progress.Checkpoint);
        await foreach (var page in GuardedPages.ReadAsync(connector, read.Stream.Name.Stream, after, context, cancellationToken))
        {
            // Renewed for each page: a read may take hours, and a paused worker must lose its lease.
            read.Lease = await AcquireAsync(read.Stream, cancellationToken)
                ?? throw new ConnectorException(FailureKind.Transient, "read.lease", "Another worker took over the reading of this stream.");
            read.Note(page, context.Digests);
            progress = await land.LandAsync(
                read.Lease, read.Stream, read.Run, page.Records, askedAt, stored => Advance(read, stored, page), cancellationToken);
            if (!read.Stream.Traits.ReadsWhole)
                askedAt = context.Clock.GetUtcNow();
            if (page.End == ReadEnd.Complete)
                progress = await LandAbsentAsync(read, progress, cancellationToken);
            if (page.End != ReadEnd.More)
                return progress;
        }

        throw new ConnectorException(
            FailureKind.Transient, "read.torn", "The read ended without a last page. What was read is kept, nothing is inferred from what was not; it is read again.");
    }

    private StreamProgress Advance(OpenRead read, StreamProgress progress, SourcePage page)
    {
        var next = progress with { Checkpoint = page.Checkpoint.Value };
        if (page.End == ReadEnd.More)
            return next;
        var stream = read.Stream;
        // A stream whose reads are all whole, but that was resumed in the middle, has not shown what is gone: the next read starts at the beginning.
        var resumed = stream.Traits.Deletes == DeleteDetection.ByAbsence && page.End == ReadEnd.CaughtUp
            && (stream.Traits.ReadsWhole ? read.Records > 0 : progress.LastWholeReadAt is null);
        return next with
        {
            InitialReadDone = true,
            FullReadDue = resumed,
            LastReadAt = read.StartedAt,
            LastWholeReadAt = page.End == ReadEnd.Complete ? read.StartedAt : progress.LastWholeReadAt,
            NextReadAt = Schedule.DueTime.After(stream.Schedule, read.StartedAt, context.Clock.GetUtcNow()),
            // A delivery of this stream may have been blocked while it was read: that stays until a person acts.
            Failures = progress.IsBlocked ? progress.Failures : 0,
            ErrorCode = progress.IsBlocked ? progress.ErrorCode : null,
            ErrorMessage = progress.IsBlocked ? progress.ErrorMessage : null,
        };
    }

    private bool IsWholeReadDue(StreamSettings stream, StreamProgress progress) =>
        stream.Traits is { Deletes: DeleteDetection.ByAbsence, ReadsWhole: false }
        && progress.LastWholeReadAt + stream.WholeReadEvery <= context.Clock.GetUtcNow();

    private async Task<StreamProgress> LandAbsentAsync(OpenRead read, StreamProgress progress, CancellationToken cancellationToken)
    {
        var stream = read.Stream;
        if (stream.Traits.Deletes != DeleteDetection.ByAbsence)
            return progress;
        var absent = await FindAbsentAsync(read, cancellationToken);
        if (absent.Count == 0)
            return progress.HeldDeletes == 0 ? progress : await ForgetHeldAsync(read, cancellationToken);
        var live = await context.Store.CountLiveAsync(stream.Number, cancellationToken);
        if (!progress.DeletesReleased && !stream.DeleteLimit.Allows(absent.Count, live))
            return await HoldAsync(read, progress, absent.Count, live, cancellationToken);
        foreach (var page in absent.Chunk(DeletePage))
            progress = await land.LandAsync(read.Lease!, stream, read.Run, page, read.StartedAt, NothingHeld, cancellationToken);
        return progress;
    }

    private async Task<List<RawRecord>> FindAbsentAsync(OpenRead read, CancellationToken cancellationToken)
    {
        var absent = new List<long>();
        var landedBefore = read.StartedAt - read.Stream.Traits.IndexLag;
        for (long after = 0; ;)
        {
            var live = await context.Store.ListLiveAsync(read.Stream.Number, landedBefore, after, DeletePage, cancellationToken);
            absent.AddRange(live.Where(record => !read.Shown.Contains(record.Key)).Select(static record => record.Id));
            if (live.Count < DeletePage)
                break;
            after = live[^1].Id;
        }

        var records = await context.Store.LoadRecordsAsync(absent, withRaw: false, cancellationToken);
        return [.. records.Select(static record => new RawRecord(record.Key, default) { IsDeleted = true })];
    }

    private async Task<StreamProgress> HoldAsync(OpenRead read, StreamProgress progress, int absent, int live, CancellationToken cancellationToken)
    {
        var changes = new StepChanges { Progress = progress with { HeldDeletes = absent } };
        changes.Tallies.Add(new(read.Run, read.Stream.Number, "deletes held", absent));
        changes.Audit.Add(new AuditEntry
        {
            At = context.Clock.GetUtcNow(),
            Actor = "hub",
            Action = "deletes.held",
            Object = $"stream/{read.Stream.Number}",
            System = read.Stream.Name.ToString(),
            Outcome = $"held {absent} of {live}",
            Reason = "delete-limit",
            Correlation = $"run/{read.Run}",
        });
        await context.Store.CommitAsync(read.Lease!, changes, cancellationToken);
        return changes.Progress with { Revision = progress.Revision + 1 };
    }

    // What was held is there again: nobody has to decide any more.
    private async Task<StreamProgress> ForgetHeldAsync(OpenRead read, CancellationToken cancellationToken) =>
        await land.LandAsync(read.Lease!, read.Stream, read.Run, [], read.StartedAt, NothingHeld, cancellationToken);

    private static StreamProgress NothingHeld(StreamProgress stored) => stored with { HeldDeletes = 0, DeletesReleased = false };

    private async Task NoteFailureAsync(StreamSettings stream, ConnectorException failure, CancellationToken cancellationToken)
    {
        var lease = await AcquireAsync(stream, cancellationToken);
        if (lease is null)
            return;
        var progress = await context.Store.LoadProgressAsync(stream.Number, cancellationToken);
        var now = context.Clock.GetUtcNow();
        var failures = progress.Failures + (failure.IsThrottled ? 0 : 1);
        var changes = new StepChanges
        {
            Progress = progress with
            {
                Failures = failures,
                ErrorCode = failure.Code,
                ErrorMessage = failure.Message,
                IsBlocked = failure.Kind != FailureKind.Transient,
                NextReadAt = now + Backoff.After(failures, failure.RetryAfter, context.Random),
            },
        };
        changes.Audit.Add(new AuditEntry
        {
            At = now,
            Actor = "hub",
            Action = "read.failed",
            Object = $"stream/{stream.Number}",
            System = stream.Name.ToString(),
            Outcome = failure.Kind.ToString(),
            Reason = failure.Code,
        });
        await context.Store.CommitAsync(lease, changes, cancellationToken);
    }

    private ValueTask<Lease?> AcquireAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        context.Store.TryAcquireLeaseAsync($"read:{stream.Name}", context.Owner, context.Options.LeaseDuration, cancellationToken);

    /// <summary>A read while it runs.</summary>
    private sealed class OpenRead(StreamSettings stream, long run, DateTimeOffset startedAt, bool fromBeginning)
    {
        public StreamSettings Stream => stream;

        public long Run => run;

        public DateTimeOffset StartedAt => startedAt;

        public bool FromBeginning => fromBeginning;

        public Lease? Lease { get; set; }

        public int Pages { get; private set; }

        public int Records { get; private set; }

        /// <summary>Keys that this read has shown, kept only where absence means deletion.</summary>
        public HashSet<Digest> Shown { get; } = [];

        public void Note(SourcePage page, KeyedDigests digests)
        {
            Pages++;
            Records += page.Records.Count;
            if (stream.Traits.Deletes != DeleteDetection.ByAbsence)
                return;
            foreach (var record in page.Records)
                Shown.Add(SyncContext.KeyDigest(digests, stream.Number, record.Key));
        }
    }
}
