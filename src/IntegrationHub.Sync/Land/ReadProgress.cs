using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>What a stream's progress is after a page. Pure.</summary>
internal static class ReadProgress
{
    /// <summary>The progress to store together with a page.</summary>
    /// <param name="late">How late the page's latest newcomer became visible; zero when none was late.</param>
    public static StreamProgress After(OpenRead read, StreamProgress stored, SourcePage page, TimeSpan late, SyncOptions options, DateTimeOffset now)
    {
        var next = stored with { Checkpoint = page.Checkpoint.Value, IsMidRead = page.End == ReadEnd.More, LookBack = Raised(stored.LookBack, late, options) };
        return page.End == ReadEnd.More ? next : Ended(read, next, page, now);
    }

    /// <summary>No gap any more.</summary>
    public static StreamProgress WithoutGap(StreamProgress stored) => stored with { GapSince = null, FullReadDue = false };

    private static StreamProgress Ended(OpenRead read, StreamProgress stored, SourcePage page, DateTimeOffset now)
    {
        var stream = read.Stream;
        // A stream whose reads are all whole, but that was resumed in the middle, has not shown what is gone: the next read starts at the beginning.
        var resumed = stream.Traits.Deletes == DeleteDetection.ByAbsence && page.End == ReadEnd.CaughtUp
            && (stream.Traits.ReadsWhole ? read.Records > 0 : stored.LastWholeReadAt is null);
        // A delivery of this stream may have been blocked, or failed, while it was read: that stays.
        var keepsError = stored.IsBlocked || stored.DeliveryFailures > 0;
        return stored with
        {
            InitialReadDone = true,
            // Until its gap is closed for good the stream is read from the beginning; and until what a whole read did not show has been looked for.
            FullReadDue = resumed || stored.GapSince is not null || IsAbsenceOpen(read, page),
            Gaps = read.FromBeginning ? stored.Gaps : 0,
            LastReadAt = read.StartedAt,
            LastWholeReadAt = page.End == ReadEnd.Complete ? read.StartedAt : stored.LastWholeReadAt,
            NextReadAt = Schedule.DueTime.After(stream.Schedule, read.StartedAt, now),
            HighWater = read.Latest is { } latest && !(stored.HighWater > latest) ? latest : stored.HighWater,
            SoundedAt = read.IsSounding || read.FromBeginning || stored.SoundedAt is null ? read.StartedAt : stored.SoundedAt,
            Failures = stored.IsBlocked ? stored.Failures : 0,
            ErrorCode = keepsError ? stored.ErrorCode : null,
            ErrorMessage = keepsError ? stored.ErrorMessage : null,
        };
    }

    // Where every read is whole the next one looks anyway.
    private static bool IsAbsenceOpen(OpenRead read, SourcePage page) =>
        page.End == ReadEnd.Complete && read.Stream.Traits is { Deletes: DeleteDetection.ByAbsence, ReadsWhole: false };

    // Twice what was seen: a record that takes longer still is then found too, and raises it again.
    private static TimeSpan Raised(TimeSpan known, TimeSpan late, SyncOptions options)
    {
        var needed = TimeSpan.FromTicks(Math.Min(2 * late.Ticks, options.LookBackMax.Ticks));
        return needed > known ? needed : known;
    }
}
