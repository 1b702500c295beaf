using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>Measures how late records become visible: one that is news and whose time lies before what an earlier read had already reached was not shown by it.</summary>
internal static class Lateness
{
    /// <returns>The longest time by which a landed record lies before the high water; zero when none does.</returns>
    public static TimeSpan Of(
        IEnumerable<LandedRecord> landed, IReadOnlyDictionary<Digest, LandedBefore> before, StreamProgress stored, SyncOptions options)
    {
        var longest = TimeSpan.Zero;
        // While a gap is closed much is news that was never late.
        if (stored.HighWater is not { } reached || stored.GapSince is not null)
            return longest;
        foreach (var record in landed.Select(static one => one.Record))
        {
            if (record.Modified is not { } at || at >= reached)
                continue;
            // The same time with another content: a field that the system derives changed, and its time of change does not tell.
            var isDerived = before.TryGetValue(record.KeyDigest, out var known) && known.Newest is { } newest && newest.AddMilliseconds(1) > at;
            var late = reached - at;
            // Later than that is something else: a record that was let in by a permission, an import with times of its own.
            if (!isDerived && late <= options.LookBackMax && late > longest)
                longest = late;
        }

        return longest;
    }
}
