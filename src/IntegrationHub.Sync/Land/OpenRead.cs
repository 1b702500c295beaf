using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>A read while it runs.</summary>
/// <param name="fromBeginning">It starts at the beginning, whatever the checkpoint.</param>
internal sealed class OpenRead(StreamSettings stream, long run, DateTimeOffset startedAt, bool fromBeginning)
{
    public StreamSettings Stream => stream;

    public long Run => run;

    public DateTimeOffset StartedAt => startedAt;

    public bool FromBeginning => fromBeginning;

    /// <summary>It looks back further than is known to be needed, to find out.</summary>
    public bool IsSounding { get; init; }

    /// <summary>It closes a gap: what it does not show may have been deleted meanwhile, however the stream usually shows deletions.</summary>
    public bool ClosesGap { get; init; }

    public Lease? Lease { get; set; }

    public int Pages { get; private set; }

    public int Records { get; private set; }

    /// <summary>The latest time of change shown, no later than the hub's own time allows: a time in the future says nothing.</summary>
    public DateTimeOffset? Latest { get; private set; }

    /// <summary>Keys that this read has shown, kept only where absence means deletion.</summary>
    public HashSet<Digest> Shown { get; } = [];

    private bool NotesShown => stream.Traits.Deletes == DeleteDetection.ByAbsence || ClosesGap;

    public void Note(SourcePage page, KeyedDigests digests, DateTimeOffset latestBelievable)
    {
        Pages++;
        Records += page.Records.Count;
        foreach (var record in page.Records)
        {
            if (record.Modified <= latestBelievable && (Latest is null || record.Modified > Latest))
                Latest = record.Modified;
            if (NotesShown)
                Shown.Add(SyncContext.KeyDigest(digests, stream.Number, record.Key));
        }
    }
}
