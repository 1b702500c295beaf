using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>What one read of a stream did.</summary>
/// <param name="Failure">Why it ended early; null when it reached its end, or was stopped by a pause.</param>
public sealed record ReadReport(StreamName Stream, int Pages, int Records, int HeldDeletes, ConnectorException? Failure);

/// <summary>Reads one stream from its checkpoint to the end, page by page. One instance a stream, used by one worker at a time.</summary>
internal sealed class StreamRead(SyncContext context, LandStep land, IdPool ids)
{
    private const int GapsMax = 3;

    /// <summary>How far a sounding looks back at least.</summary>
    private static readonly TimeSpan SoundingDepth = TimeSpan.FromMinutes(15);

    /// <summary>How far ahead of the hub a system's clock may plausibly be.</summary>
    private static readonly TimeSpan ClockAheadMax = TimeSpan.FromDays(1);

    private readonly AbsenceStep absence = new(context, land);
    private readonly SchemaStep schema = new(context);
    private Task left = Task.CompletedTask;

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

        var read = Begin(stream, await ids.TakeAsync(IdRange.Run, 1, cancellationToken), progress, whole);
        read.Lease = lease;
        try
        {
            if (!left.IsCompleted)
                throw GuardedPages.Hangs(context.Options.CallTimeout);
            progress = await schema.RunAsync(read, connector, progress, cancellationToken);
            progress = await ReadPagesAsync(read, connector, progress, cancellationToken);
            return new(stream.Name, read.Pages, read.Records, progress.HeldDeletes, null);
        }
        catch (ConnectorException failure)
        {
            await NoteFailureAsync(read, failure, cancellationToken);
            return new(stream.Name, read.Pages, read.Records, 0, failure);
        }
        finally
        {
            await context.Store.ReleaseLeaseAsync(read.Lease, CancellationToken.None);
        }
    }

    private OpenRead Begin(StreamSettings stream, long run, StreamProgress progress, bool whole)
    {
        var now = context.Clock.GetUtcNow();
        return new(stream, run, now, whole || progress.FullReadDue || progress.Checkpoint is null || IsWholeReadDue(stream, progress))
        {
            IsSounding = progress.SoundedAt + context.Options.SoundEvery <= now,
            ClosesGap = progress.GapSince is not null,
        };
    }

    private async Task<StreamProgress> ReadPagesAsync(OpenRead read, ISourceConnector connector, StreamProgress progress, CancellationToken cancellationToken)
    {
        // A connector may hold a whole file open from the start of the read.
        var askedAt = read.StartedAt;
        await foreach (var page in GuardedPages.ReadAsync(connector, read.Stream.Name.Stream, StartOf(read, connector, progress), context, one => left = one, cancellationToken))
        {
            // Renewed for each page: a read may take hours, and a paused worker must lose its lease.
            read.Lease = await AcquireAsync(read.Stream, cancellationToken)
                ?? throw new ConnectorException(FailureKind.Transient, "read.lease", "Another worker took over the reading of this stream.");
            read.Note(page, context.Digests, context.Clock.GetUtcNow() + ClockAheadMax);
            progress = await LandAsync(read, connector, page, askedAt, cancellationToken);
            if (!read.Stream.Traits.ReadsWhole)
                askedAt = context.Clock.GetUtcNow();
            if (page.End != ReadEnd.More)
                return await EndAsync(read, connector, page, progress, cancellationToken);
            // The next read goes on from the page that has just been landed.
            if (await context.IsPausedAsync(read.Stream, cancellationToken))
                return progress;
        }

        throw new ConnectorException(
            FailureKind.Transient, "read.torn", "The read ended without a last page. What was read is kept, nothing is inferred from what was not; it is read again.");
    }

    /// <summary>The checkpoint, or a little before it: a record may become visible only after its own time of change (S25).</summary>
    private Checkpoint? StartOf(OpenRead read, ISourceConnector connector, StreamProgress progress)
    {
        if (read.FromBeginning || progress.Checkpoint is not { } text)
            return null;
        if (connector is not ILookBack source || progress.IsMidRead)
            return new(text);
        var back = progress.LookBack > context.Options.LookBack ? progress.LookBack : context.Options.LookBack;
        if (read.IsSounding)
            back = back * 4 > SoundingDepth ? back * 4 : SoundingDepth;
        return source.LookBack(read.Stream.Name.Stream, new(text), back);
    }

    private async Task<StreamProgress> LandAsync(OpenRead read, ISourceConnector connector, SourcePage page, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var landing = new PageToLand(page.Records, askedAt);
        while (true)
        {
            var landed = await land.LandAsync(
                read.Lease!, read.Stream, read.Run, landing,
                (stored, late) => ReadProgress.After(read, stored, page, late, context.Options, context.Clock.GetUtcNow()), cancellationToken);
            if (landed.Older.Count == 0)
                return landed.Progress;
            landing = await LookUpAsync(read, connector, landing, landed.Older, cancellationToken);
        }
    }

    /// <summary>A list may lag behind what the system itself has told before, or the system may have been set back: the record itself says which it is. Where
    /// it cannot be looked up a list of changes counts for less than what is known, and a whole read for more.</summary>
    private async Task<PageToLand> LookUpAsync(
        OpenRead read, ISourceConnector connector, PageToLand page, IReadOnlyList<RawRecord> older, CancellationToken cancellationToken)
    {
        var keys = older.Select(static one => one.Key).ToHashSet(StringComparer.Ordinal);
        IEnumerable<RawRecord> instead = read.FromBeginning ? older : [];
        if (connector is IRecordLookup lookup)
        {
            var found = await GuardedLookup.FindAsync(
                context, lookup, read.Stream, [.. keys.Select(static key => new RecordReference(key, null))], cancellationToken);
            instead = found.Values.OfType<RawRecord>();
        }

        return page with
        {
            Records = [.. page.Records.Where(record => !keys.Contains(record.Key)), .. instead],
            Sure = keys.Concat(page.Sure).ToHashSet(StringComparer.Ordinal),
        };
    }

    private async Task<StreamProgress> EndAsync(OpenRead read, ISourceConnector connector, SourcePage page, StreamProgress progress, CancellationToken cancellationToken)
    {
        var tellsAbsence = read.Stream.Traits.Deletes == DeleteDetection.ByAbsence && page.End == ReadEnd.Complete;
        // What was deleted in a gap was shown to nobody: every record is looked for, however the stream usually shows deletions.
        var tellsGap = read is { ClosesGap: true, FromBeginning: true } && (page.End == ReadEnd.Complete || connector is IRecordLookup);
        if (tellsAbsence || tellsGap)
            progress = await absence.RunAsync(read, connector, progress, cancellationToken);
        return read is { ClosesGap: true, FromBeginning: true } ? await CloseGapAsync(read, progress, tellsGap, cancellationToken) : progress;
    }

    private async Task<StreamProgress> CloseGapAsync(OpenRead read, StreamProgress progress, bool withDeletes, CancellationToken cancellationToken)
    {
        var changes = new StepChanges { Progress = ReadProgress.WithoutGap(progress) };
        changes.Tallies.Add(new(read.Run, read.Stream.Number, withDeletes ? "gap closed" : "gap closed without deletions", 1));
        changes.Audit.Add(Entry(read.Stream, "gap.closed", withDeletes ? "closed" : "closed, deletions unknown", null));
        await context.Store.CommitAsync(read.Lease!, changes, cancellationToken);
        return changes.Progress with { Revision = progress.Revision + 1 };
    }

    private bool IsWholeReadDue(StreamSettings stream, StreamProgress progress) =>
        stream.Traits is { Deletes: DeleteDetection.ByAbsence, ReadsWhole: false }
        && progress.LastWholeReadAt + stream.WholeReadEvery <= context.Clock.GetUtcNow();

    private async Task NoteFailureAsync(OpenRead read, ConnectorException failure, CancellationToken cancellationToken)
    {
        var stream = read.Stream;
        var lease = await AcquireAsync(stream, cancellationToken);
        if (lease is null)
            return;
        var progress = await context.Store.LoadProgressAsync(stream.Number, cancellationToken);
        var failures = progress.Failures + (failure.IsThrottled ? 0 : 1);
        var now = context.Clock.GetUtcNow();
        var changes = new StepChanges
        {
            Progress = progress with
            {
                Failures = failures,
                ErrorCode = failure.Code,
                ErrorMessage = failure.Message,
                IsBlocked = progress.IsBlocked || failure.Kind != FailureKind.Transient,
                NextReadAt = now + Backoff.After(failures, failure.RetryAfter, context.Random),
            },
        };
        changes.Audit.Add(Entry(stream, "read.failed", failure.Kind.ToString(), failure.Code));
        // A read from the beginning needs no position: when it says that it lost one, it is an ordinary failure.
        if (failure.IsPositionLost && !read.FromBeginning)
            NoteGap(stream, changes, progress, failure, now);
        await context.Store.CommitAsync(lease, changes, cancellationToken);
    }

    /// <summary>Since the last read changes may have been missed: the stream is read from the beginning at once, and deletions are looked for. A stream that
    /// loses its position again and again is stopped, or it would be read from the beginning for ever.</summary>
    private void NoteGap(StreamSettings stream, StepChanges changes, StreamProgress before, ConnectorException failure, DateTimeOffset now)
    {
        var gaps = before.Gaps + 1;
        changes.Progress = changes.Progress! with
        {
            Checkpoint = null,
            IsMidRead = false,
            FullReadDue = true,
            GapSince = before.GapSince ?? before.LastReadAt ?? now,
            Gaps = gaps,
            IsBlocked = before.IsBlocked || gaps > GapsMax,
            NextReadAt = now,
            ErrorMessage = gaps > GapsMax
                ? $"{failure.Message} That was the {gaps}th time in a row. Look into the connection, then resume it."
                : failure.Message,
        };
        changes.Tallies.Add(new(0, stream.Number, "gap", 1));
        changes.Audit.Add(Entry(stream, "gap.found", $"since {changes.Progress.GapSince:O}", failure.Code));
    }

    private AuditEntry Entry(StreamSettings stream, string action, string outcome, string? reason) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = action,
        Object = $"stream/{stream.Number}",
        System = stream.Name.ToString(),
        Outcome = outcome,
        Reason = reason,
    };

    private ValueTask<Lease?> AcquireAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        context.Store.TryAcquireLeaseAsync($"read:{stream.Name}", context.Owner, context.Options.LeaseDuration, cancellationToken);
}
