using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>
/// Lands what systems told by themselves. An event is a hint and no command: events come late, twice, in another order or never. One that shows its record with
/// a later time of change than any before is landed as it is; for every other the record itself is looked up. What was never told is found by the next read.
/// </summary>
internal sealed class TakeInWork(SyncContext context, LandStep land, IdPool ids)
{
    private const int BatchSize = 200;

    /// <summary>For how long an id is remembered: longer than systems repeat an event.</summary>
    private static readonly TimeSpan RememberFor = TimeSpan.FromDays(8);

    /// <returns>How many events were taken in.</returns>
    public async Task<int> RunDueAsync(StreamSettings stream, ISourceConnector connector, CancellationToken cancellationToken)
    {
        for (var done = 0; ;)
        {
            var events = await context.Store.LoadReceivedAsync(stream.Number, BatchSize, cancellationToken);
            // A lease of its own: what a page and an event say of one record is settled by the record's revision.
            if (events.Count == 0 || await context.Store.TryAcquireLeaseAsync($"take-in:{stream.Name}", context.Owner, context.Options.LeaseDuration, cancellationToken) is not { } lease)
                return done;
            await TakeInAsync(lease, stream, connector, events, cancellationToken);
            done += events.Count;
        }
    }

    private async Task TakeInAsync(
        Lease lease, StreamSettings stream, ISourceConnector connector, IReadOnlyList<ReceivedEvent> events, CancellationToken cancellationToken)
    {
        var askedAt = context.Clock.GetUtcNow();
        // Of several events for one record the one with the latest time of change counts, and of equals the one that came last.
        var changes = events.Select(ReceivedChange.Read).GroupBy(static one => one.Key, StringComparer.Ordinal)
            .Select(static group => group.OrderBy(static one => one.Record?.Modified ?? DateTimeOffset.MaxValue).Last()).ToArray();
        var shown = changes.Where(static one => one.Record?.Modified is not null).Select(static one => one.Record!).ToArray();
        var named = changes.Where(static one => one.Record?.Modified is null).Select(static one => one.Key).ToHashSet(StringComparer.Ordinal);
        var run = await ids.TakeAsync(IdRange.Run, 1, cancellationToken);
        var page = new PageToLand(shown, askedAt) { IsTold = true };
        if (named.Count > 0)
            page = await LookUpAsync(stream, connector, page, named, cancellationToken);
        while ((await land.LandAsync(lease, stream, run, page, null, cancellationToken)).Older is { Count: > 0 } older)
            page = await LookUpAsync(stream, connector, page, older.Select(static one => one.Key).ToHashSet(StringComparer.Ordinal), cancellationToken);
        await SettleAsync(lease, stream, events, cancellationToken);
    }

    /// <summary>Puts what the system itself says of some records in place of what events said. Where records cannot be looked up the next read sees them.</summary>
    private async Task<PageToLand> LookUpAsync(
        StreamSettings stream, ISourceConnector connector, PageToLand page, IReadOnlySet<string> keys, CancellationToken cancellationToken)
    {
        IEnumerable<RawRecord> found = [];
        if (connector is IRecordLookup lookup)
        {
            var askedFor = keys.Select(static key => new RecordReference(key, null)).ToArray();
            var answers = await FindAsync(lookup, stream, askedFor, cancellationToken);
            found = answers.Where(one => one.Value is not null || stream.Traits.Deletes != DeleteDetection.Shown)
                .Select(static one => one.Value ?? new RawRecord(one.Key.Key!, default) { IsDeleted = true });
        }

        return page with
        {
            Records = [.. page.Records.Where(record => !keys.Contains(record.Key)), .. found],
            Sure = keys.Concat(page.Sure).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Looks records up; where the system refuses to look for one of them, the others are found all the same. The next read sees whether there is such a
    /// record.</summary>
    private async Task<IEnumerable<KeyValuePair<RecordReference, RawRecord?>>> FindAsync(
        IRecordLookup lookup, StreamSettings stream, RecordReference[] askedFor, CancellationToken cancellationToken)
    {
        try
        {
            return await GuardedLookup.FindAsync(context, lookup, stream, askedFor, cancellationToken);
        }
        catch (ConnectorException refusal) when (refusal.Kind == FailureKind.Rejected)
        {
            if (askedFor.Length == 1)
                return [];
            var half = askedFor.Length / 2;
            return [.. await FindAsync(lookup, stream, askedFor[..half], cancellationToken), .. await FindAsync(lookup, stream, askedFor[half..], cancellationToken)];
        }
    }

    private async Task SettleAsync(Lease lease, StreamSettings stream, IReadOnlyList<ReceivedEvent> events, CancellationToken cancellationToken)
    {
        var changes = new StepChanges();
        changes.Taken.AddRange(events.Select(static one => new TakenEvent(one.Stream, one.Id)));
        changes.Forgotten.Add(new(stream.Number, context.Clock.GetUtcNow() - RememberFor));
        changes.Tallies.Add(new(0, stream.Number, "webhook events taken in", events.Count));
        await context.Store.CommitAsync(lease, changes, cancellationToken);
    }
}
