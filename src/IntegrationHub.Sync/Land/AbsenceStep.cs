using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>
/// Finds what a complete read no longer shows. Absence alone deletes nothing: a record may have slipped from one page to another while the read ran. Where the
/// connector can look records up, each is looked for; where it cannot, a second complete read in a row has to miss it too. More deletions than the
/// stream's limit are held for a person, and a release lets through those that were held and no others.
/// </summary>
internal sealed class AbsenceStep(SyncContext context, LandStep land)
{
    private const int PageSize = 500;
    private const int LookUpSize = 100;

    /// <exception cref="ConnectorException">The look-up failed: nothing is inferred.</exception>
    public async Task<StreamProgress> RunAsync(OpenRead read, ISourceConnector connector, StreamProgress progress, CancellationToken cancellationToken)
    {
        var stream = read.Stream;
        var before = await context.Store.ListAbsentAsync(stream.Number, cancellationToken);
        var absent = await FindAsync(read, cancellationToken);
        if (absent.Count == 0)
            return before.Count == 0 && progress is { HeldDeletes: 0, FullReadDue: false } ? progress : await NoteAsync(read, progress, [], 0, cancellationToken);

        var isReleased = progress.DeletesReleased;
        var released = absent.Where(one => isReleased && before.Contains(one.Id)).ToArray();
        var rest = absent.Where(one => !isReleased || !before.Contains(one.Id)).ToArray();
        var live = await context.Store.CountLiveAsync(stream.Number, cancellationToken);
        if (rest.Length > 0 && !stream.DeleteLimit.Allows(rest.Length, live))
        {
            if (released.Length > 0)
                progress = await TakeInAsync(read, connector, released, before, progress, cancellationToken);
            return await HoldAsync(read, progress, rest, live, cancellationToken);
        }

        return await TakeInAsync(read, connector, absent, before, progress, cancellationToken);
    }

    private async Task<StreamProgress> TakeInAsync(
        OpenRead read, ISourceConnector connector, IReadOnlyList<(long Id, string Key)> absent, IReadOnlySet<long> before, StreamProgress progress, CancellationToken cancellationToken)
    {
        var unsure = new List<long>();
        foreach (var part in absent.Chunk(LookUpSize))
        {
            var records = connector is IRecordLookup lookup
                ? await LookUpAsync(read, lookup, part, cancellationToken)
                : part.Where(one => before.Contains(one.Id)).Select(static one => Gone(one.Key)).ToArray();
            if (connector is not IRecordLookup)
                unsure.AddRange(part.Where(one => !before.Contains(one.Id)).Select(static one => one.Id));
            var landed = await land.LandAsync(
                read.Lease!, read.Stream, read.Run, new(records, read.StartedAt) { Sure = records.Select(static record => record.Key).ToHashSet(StringComparer.Ordinal) }, static (stored, _) => stored, cancellationToken);
            progress = landed.Progress;
        }

        return await NoteAsync(read, progress, unsure, 0, cancellationToken);
    }

    private async Task<IReadOnlyList<RawRecord>> LookUpAsync(
        OpenRead read, IRecordLookup lookup, IReadOnlyList<(long Id, string Key)> absent, CancellationToken cancellationToken)
    {
        var found = await GuardedLookup.FindAsync(
            context, lookup, read.Stream, [.. absent.Select(static one => new RecordReference(one.Key, null))], cancellationToken);
        // A reference that is not in the answer is not known to be gone.
        return [.. absent.Where(one => found.ContainsKey(new(one.Key, null))).Select(one => found[new(one.Key, null)] ?? Gone(one.Key))];
    }

    private async Task<List<(long Id, string Key)>> FindAsync(OpenRead read, CancellationToken cancellationToken)
    {
        var absent = new List<long>();
        var landedBefore = read.StartedAt - read.Stream.Traits.IndexLag;
        for (long after = 0; ;)
        {
            var live = await context.Store.ListLiveAsync(read.Stream.Number, landedBefore, after, PageSize, cancellationToken);
            absent.AddRange(live.Where(record => !read.Shown.Contains(record.Key)).Select(static record => record.Id));
            if (live.Count < PageSize)
                break;
            after = live[^1].Id;
        }

        var records = await context.Store.LoadRecordsAsync(absent, withRaw: false, cancellationToken);
        return [.. records.Select(static record => (record.Id, record.Key))];
    }

    private async Task<StreamProgress> HoldAsync(
        OpenRead read, StreamProgress progress, IReadOnlyCollection<(long Id, string Key)> held, int live, CancellationToken cancellationToken)
    {
        var changes = new StepChanges { Progress = progress with { HeldDeletes = held.Count, DeletesReleased = false, FullReadDue = progress.GapSince is not null } };
        changes.Absent.Add(new(read.Stream.Number, [.. held.Select(static one => one.Id)]));
        changes.Tallies.Add(new(read.Run, read.Stream.Number, "deletes held", held.Count));
        changes.Audit.Add(new AuditEntry
        {
            At = context.Clock.GetUtcNow(),
            Actor = "hub",
            Action = "deletes.held",
            Object = $"stream/{read.Stream.Number}",
            System = read.Stream.Name.ToString(),
            Outcome = $"held {held.Count} of {live}",
            Reason = "delete-limit",
            Correlation = $"run/{read.Run}",
        });
        await context.Store.CommitAsync(read.Lease!, changes, cancellationToken);
        return changes.Progress with { Revision = progress.Revision + 1 };
    }

    // What was held is there again or has been taken in: nobody has to decide any more.
    private async Task<StreamProgress> NoteAsync(OpenRead read, StreamProgress progress, IReadOnlyCollection<long> unsure, int held, CancellationToken cancellationToken)
    {
        var changes = new StepChanges { Progress = progress with { HeldDeletes = held, DeletesReleased = false, FullReadDue = progress.GapSince is not null } };
        changes.Absent.Add(new(read.Stream.Number, unsure));
        await context.Store.CommitAsync(read.Lease!, changes, cancellationToken);
        return changes.Progress with { Revision = progress.Revision + 1 };
    }

    private static RawRecord Gone(string key) => new(key, default) { IsDeleted = true };
}
