using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Deliver;
using IntegrationHub.Sync.Land;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Refine;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Reconcile;

/// <summary>
/// Proves that nothing is missing between a system and the hub: reads a stream whole, past its change feed, and compares it with what the
/// hub holds, then what the hub holds with the golden records.
/// <code>
///   read       every record shown, page by page: known? same content? same fields? linked where it has to be?
///   look up    every live record that was not shown: asked for by its key
///   golden     every customer: in the system, on its way, or kept out by a named reason
/// </code>
/// A page is compared and forgotten; of the records only one bit each is kept. What is mended goes the normal way: records are landed,
/// deliveries are queued, nothing is written past them.
/// </summary>
public sealed class ReconcileWork(SyncContext context, IStoreQueries queries)
{
    private const int PageSize = 200;
    private const int LookupSize = 100;
    private const int StaleRetriesMax = 20;
    private const int RunsKept = 20;

    private readonly PlanStep plan = new(context.Settings, context.Digests);
    private readonly PageComparison pages = new(context.Settings, context.Digests);
    private readonly WriteGate gate = new(context);
    private readonly LandStep land = new(context, new IdPool(context.Store));
    private readonly TargetCalls calls = new(context);
    private readonly IdPool ids = new(context.Store);

    /// <param name="repairs">Land what the hub has not seen, and queue what was not delivered.</param>
    /// <returns>The run as it is stored; null while another worker reconciles the stream.</returns>
    public async Task<Reconciliation?> RunAsync(StreamSettings stream, bool repairs, string actor, CancellationToken cancellationToken)
    {
        if (await AcquireAsync(stream, cancellationToken) is not { } lease)
            return null;
        await ids.EnsureAsync(IdRange.Run, 1, 1, cancellationToken);
        var run = new ReconcileRun(stream, ids.Next(IdRange.Run), context.Clock.GetUtcNow(), actor, repairs);
        try
        {
            await BeginAsync(run, cancellationToken);
            if (await context.IsPausedAsync(stream, cancellationToken))
                throw new ConnectorException(FailureKind.Transient, "connection.paused",
                    $"The connection is paused, so it is not read. Resume it first: hub connection resume {stream.Name.Connection}");
            await CompareShownAsync(run, cancellationToken);
            await CompareAbsentAsync(run, cancellationToken);
            if (run.Repairs)
                await LandMissingAsync(run, cancellationToken);
            await CompareGoldenAsync(run, cancellationToken);
            return await EndAsync(run, null, cancellationToken);
        }
        catch (ConnectorException failure)
        {
            return await EndAsync(run, $"{failure.Code}: {failure.Message}", CancellationToken.None);
        }
        finally
        {
            await context.Store.ReleaseLeaseAsync(lease, CancellationToken.None);
        }
    }

    /// <summary>Reconciles the streams of a connection whose time has come by its schedule.</summary>
    /// <param name="since">When the hub began to look: from there counts what has never been reconciled.</param>
    public async Task<IReadOnlyList<(StreamSettings Stream, Reconciliation Run)>> RunDueAsync(ConnectionRuntime connection,
        DateTimeOffset since, CancellationToken cancellationToken)
    {
        var runs = new List<(StreamSettings, Reconciliation)>();
        if (connection.Reconcile is not { } schedule)
            return runs;
        foreach (var stream in connection.Streams)
        {
            var last = (await queries.ListReconciliationsAsync(stream.Number, 1, cancellationToken)).FirstOrDefault()?.StartedAt ?? since;
            if (DueTime.After(schedule.When, last, last) <= context.Clock.GetUtcNow()
                && !await context.IsPausedAsync(stream, cancellationToken)
                && await RunAsync(stream, schedule.Repairs, "hub", cancellationToken) is { } run)
                runs.Add((stream, run));
        }

        return runs;
    }

    private async Task BeginAsync(ReconcileRun run, CancellationToken cancellationToken)
    {
        var changes = new StepChanges { ForgetReconciliations = new(run.Stream.Number, RunsKept) };
        changes.Reconciliations.Add(run.ToReconciliation(null, null));
        changes.Audit.Add(Entry(run, "reconcile.started", run.Repairs ? "with repair" : "report only", null));
        await CommitAsync(run, changes, cancellationToken);
    }

    private async Task<Reconciliation> EndAsync(ReconcileRun run, string? failure, CancellationToken cancellationToken)
    {
        run.Add(await queries.CountDifferencesAsync(run.Run, cancellationToken));
        var ended = run.ToReconciliation(context.Clock.GetUtcNow(), failure);
        var changes = new StepChanges();
        changes.Reconciliations.Add(ended);
        changes.Audit.Add(Entry(
            run, failure is null ? "reconcile.ended" : "reconcile.failed",
            $"{ended.Count("in system")} in source, {ended.Count("linked")} linked, {ended.Count("in target")} in target, "
                + $"{ended.Count("unexplained")} unexplained, {ended.Count("repaired")} repaired",
            failure?.Split(':')[0]));
        changes.Tallies.Add(new(run.Run, run.Stream.Number, "compared", ended.Count("in system")));
        if (ended.Count("unexplained") > 0)
            changes.Tallies.Add(new(run.Run, run.Stream.Number, "unexplained", ended.Count("unexplained")));
        await CommitAsync(run, changes, cancellationToken);
        return ended;
    }

    private async Task CompareShownAsync(ReconcileRun run, CancellationToken cancellationToken)
    {
        // What is only written is looked up, record by record, below.
        if (!run.Stream.Reads || context.Settings.ConnectionOf(run.Stream).Source is not { } source)
            return;
        await foreach (var page in GuardedPages.ReadAsync(source, run.Stream.Name.Stream, null, context, static _ => { }, cancellationToken))
        {
            await ComparePageAsync(run, page.Records, cancellationToken);
            run.IsComplete = page.End == ReadEnd.Complete;
            if (page.End != ReadEnd.More)
                return;
        }

        throw new ConnectorException(FailureKind.Transient, "read.torn",
            "The read ended without a last page, so nothing is known of what it did not show. Reconcile again.");
    }

    /// <summary>Looks up what the read did not show. A record that is there nevertheless is compared like the others.</summary>
    private async Task CompareAbsentAsync(ReconcileRun run, CancellationToken cancellationToken)
    {
        var lookup = context.Settings.ConnectionOf(run.Stream) is var connection ? connection.Target ?? connection.Source as IRecordLookup
            : null;
        for (long after = 0; ;)
        {
            var live = await context.Store.ListLiveAsync(run.Stream.Number, run.StartedAt - run.Stream.Traits.IndexLag
                + TimeSpan.FromMilliseconds(1), after, PageSize, cancellationToken);
            if (live.Count == 0)
                return;
            after = live[^1].Id;
            var absent = live.Where(record => !run.Seen.Contains(record.Id)).Select(static record => record.Id).ToArray();
            foreach (var some in absent.Chunk(LookupSize))
                await CompareAbsentAsync(run, some, lookup, cancellationToken);
        }
    }

    private async Task CompareAbsentAsync(ReconcileRun run, IReadOnlyCollection<long> absent, IRecordLookup? lookup,
        CancellationToken cancellationToken)
    {
        var held = (await context.Store.LoadRecordsAsync(absent, withRaw: false, cancellationToken))
            .Where(record => !PageComparison.IsOnItsWay(run, record)).ToArray();
        run.Count("landed meanwhile", absent.Count - held.Length);
        if (held.Length == 0)
            return;
        var found = lookup is null ? null
            : await calls.FindAsync(lookup, run.Stream, [.. held.Select(static record => new RecordReference(record.Key, null))],
            cancellationToken);
        var shown = new List<RawRecord>();
        var differences = new List<Difference>();
        foreach (var record in held)
        {
            if (found is not null && found.TryGetValue(new(record.Key, null), out var there))
            {
                if (there is not null)
                    shown.Add(there);
                else
                    differences.Add(run.Differ(DifferenceKind.MissingInSystem, record.KeyDigest, record, record.Key));
            }
            else
            {
                differences.Add(run.Differ(run.IsComplete ? DifferenceKind.MissingInSystem : DifferenceKind.NotShown, record.KeyDigest,
                    record, record.Key));
            }
        }

        await StoreAsync(run, differences, cancellationToken);
        await ComparePageAsync(run, shown, cancellationToken);
    }

    private async Task ComparePageAsync(ReconcileRun run, IReadOnlyList<RawRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return;
        var shown = await LoadAsync(run, records, cancellationToken);
        var differences = new List<Difference>();
        var mended = new List<(ShownRecord Shown, Difference Difference)>();
        // A record that is on two pages (it moved while the read ran) is compared once.
        foreach (var one in shown.Where(one => one.Held is null || run.Seen.Add(one.Held.Id)))
        {
            if (pages.Compare(run, one) is not { } difference)
                continue;
            if (run.Repairs && run.Stream.Reads && IsLanded(one.Raw, difference))
                mended.Add((one, difference with { IsRepaired = true }));
            else
                differences.Add(difference);
        }

        var left = await LandAsync(run, mended, cancellationToken);
        await StoreAsync(run, [.. differences, .. mended.Select(one => one.Difference with { IsRepaired = !left.Contains(one.Difference) })],
            cancellationToken);
    }

    // What is gone is landed when all of it is known: the limit of deletions looks at the whole. What was merged away is no deletion.
    private static bool IsLanded(RawRecord shown, Difference difference) => difference.Kind.IsUnexplained()
        && (difference.Kind != DifferenceKind.MissingInSystem || shown.MergedInto is not null);

    private async Task<List<ShownRecord>> LoadAsync(ReconcileRun run, IReadOnlyList<RawRecord> records, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<Digest, RawRecord>(records.Count);
        foreach (var record in records)
            latest[SyncContext.KeyDigest(context.Digests, run.Stream.Number, record.Key)] = record;
        var known = await context.Store.FindLandedAsync(run.Stream.Number, latest.Keys, cancellationToken);
        var held = (await context.Store.LoadRecordsAsync([.. known.Values.Select(static one => one.Id)], withRaw: false, cancellationToken))
            .ToDictionary(static record => record.KeyDigest);
        var golden = held.Values.Select(static record => record.GoldenId).Where(static id => id != 0).Distinct().ToArray();
        var clusters = await context.Store.LoadClustersAsync(golden, cancellationToken);
        var writing = (await context.Store.FindDeliveriesAsync(golden, cancellationToken))
            .Where(static row => row.State == DeliveryState.Attempting)
            .Select(static row => row.SourceRecordId).ToHashSet();
        return [.. latest.Select(one =>
        {
            var record = held.GetValueOrDefault(one.Key);
            return new ShownRecord(one.Value, one.Key, record, record is null ? null : clusters.GetValueOrDefault(record.GoldenId)?.Golden,
                record is not null && writing.Contains(record.Id));
        })];
    }

    /// <summary>Lands what the hub has not seen. What it has landed already and holds wrongly goes through the steps after LAND once
    /// more.</summary>
    /// <returns>What could not be mended now.</returns>
    private async Task<IReadOnlyList<Difference>> LandAsync(ReconcileRun run, List<(ShownRecord Shown, Difference Difference)> mended,
        CancellationToken cancellationToken)
    {
        var news = mended.Where(one => one.Shown.Held is not { } held || held.Removal != Removal.None
            || context.Digests.Of(one.Shown.Raw.Payload.Span) != held.ContentDigest).ToArray();
        if (news.Length > 0)
            await LandAsync(run, [.. news.Select(static one => one.Shown.Raw)], cancellationToken);
        var again = mended.Except(news).ToArray();
        if (again.Length == 0)
            return [];
        var changes = new StepChanges();
        changes.SourceRecords.AddRange(again.Select(one => one.Shown.Held! with
        {
            Stage = RecordStage.Landed,
            DueAt = context.Clock.GetUtcNow(),
            Run = run.Run,
        }));
        try
        {
            await CommitAsync(run, changes, cancellationToken);
            return [];
        }
        catch (StaleStepException)
        {
            // One of them was changed meanwhile by its own way. All are found again by the next run.
            run.Count("not mended now", again.Length);
            return [.. again.Select(static one => one.Difference)];
        }
    }

    private async Task LandAsync(ReconcileRun run, IReadOnlyList<RawRecord> records, CancellationToken cancellationToken) => await land.LandAsync(
        await RenewAsync(run, cancellationToken), run.Stream, run.Run,
        // The whole stream was compared: an older version than the one at hand is what the system holds.
        new(records, run.StartedAt) { Sure = records.Select(static record => record.Key).ToHashSet(StringComparer.Ordinal) }, null, cancellationToken);

    /// <summary>Lands that records are gone, unless there are so many that a person has to say so.</summary>
    private async Task LandMissingAsync(ReconcileRun run, CancellationToken cancellationToken)
    {
        var gone = (await queries.CountDifferencesAsync(run.Run, cancellationToken))
            .Where(static one => one is { Kind: DifferenceKind.MissingInSystem, IsRepaired: false }).Sum(static one => one.Count);
        if (gone == 0 || !run.Stream.Reads)
            return;
        if (!run.Stream.DeleteLimit.Allows((int)Math.Min(gone, int.MaxValue),
            await context.Store.CountLiveAsync(run.Stream.Number, cancellationToken)))
        {
            run.Count("deletions held", gone);
            return;
        }

        for (long after = 0; ;)
        {
            var page = await queries.ListDifferencesAsync(run.Run, DifferenceKind.MissingInSystem, new(after, PageSize), cancellationToken);
            if (page.Count == 0)
                return;
            after = page[^1].Place;
            var missing = page.Select(static one => one.Difference).Where(static one => !one.IsRepaired).ToArray();
            await LandAsync(run, [.. missing.Select(static one => new RawRecord(one.Key!, default) { IsDeleted = true })], cancellationToken);
            var changes = new StepChanges();
            changes.Differences.AddRange(missing.Select(static one => one with { IsRepaired = true }));
            await CommitAsync(run, changes, cancellationToken);
        }
    }

    private async Task CompareGoldenAsync(ReconcileRun run, CancellationToken cancellationToken)
    {
        var free = await gate.FreeAsync(run.Stream, approvedOnly: false, cancellationToken);
        for (long after = 0; ;)
        {
            var page = await context.Store.ListGoldenIdsAsync(run.Stream.Entity, after, PageSize, cancellationToken);
            if (page.Count == 0)
                return;
            after = page[^1];
            var differences = await CompareGoldenPageAsync(run, page, free, cancellationToken);
            if (run.Repairs && await QueueAsync(run, differences, cancellationToken))
                differences = differences.ConvertAll(static one => one.Kind == DifferenceKind.NotDelivered ? one with { IsRepaired = true }
                    : one);
            await StoreAsync(run, differences, cancellationToken);
        }
    }

    private async Task<List<Difference>> CompareGoldenPageAsync(ReconcileRun run, IReadOnlyList<long> page, Rights free,
        CancellationToken cancellationToken)
    {
        var clusters = await context.Store.LoadClustersAsync([.. page], cancellationToken);
        var deliveries = (await context.Store.FindDeliveriesAsync([.. page], cancellationToken)).ToLookup(static row => row.GoldenId);
        var comparison = new GoldenComparison(plan, context.Digests);
        return [.. page.Where(clusters.ContainsKey).Where(id => clusters[id].Golden.Id == id)
            .SelectMany(id => comparison.Compare(run, clusters[id], deliveries[id], free))];
    }

    /// <summary>Queues what was not delivered, as PLAN does it.</summary>
    private async Task<bool> QueueAsync(ReconcileRun run, List<Difference> differences, CancellationToken cancellationToken)
    {
        var golden = differences.Where(static one => one.Kind == DifferenceKind.NotDelivered).Select(static one => one.GoldenId).Distinct()
            .ToArray();
        if (golden.Length == 0)
            return false;
        for (var attempt = 0; ; attempt++)
        {
            var clusters = await context.Store.LoadClustersAsync(golden, cancellationToken);
            var deliveries = (await context.Store.FindDeliveriesAsync(golden, cancellationToken)).ToLookup(static row => row.GoldenId);
            await ids.EnsureAsync(IdRange.Delivery, (golden.Length * context.Settings.Streams.Count)
                + clusters.Values.Sum(static cluster => cluster.Members.Count), cancellationToken);
            var outcome = new RefineOutcome();
            var queue = new DeliveryPlan(plan, context);
            foreach (var cluster in clusters.Values)
                outcome.Changes.Deliveries.AddRange(queue.Update(new(cluster.Golden, cluster.Members), deliveries[cluster.Golden.Id], ids,
                    outcome));
            outcome.WriteCounts();
            try
            {
                await CommitAsync(run, outcome.Changes, cancellationToken);
                return true;
            }
            catch (StaleStepException) when (attempt < StaleRetriesMax)
            {
                // A delivery was settled meanwhile: queue on what is there now.
            }
        }
    }

    private async Task StoreAsync(ReconcileRun run, IReadOnlyCollection<Difference> differences, CancellationToken cancellationToken)
    {
        if (differences.Count == 0)
            return;
        var changes = new StepChanges();
        changes.Differences.AddRange(differences);
        await CommitAsync(run, changes, cancellationToken);
    }

    private async Task CommitAsync(ReconcileRun run, StepChanges changes, CancellationToken cancellationToken) =>
        await context.Store.CommitAsync(await RenewAsync(run, cancellationToken), changes, cancellationToken);

    private async ValueTask<Lease> RenewAsync(ReconcileRun run, CancellationToken cancellationToken) =>
        await AcquireAsync(run.Stream, cancellationToken)
        ?? throw new ConnectorException(FailureKind.Transient, "reconcile.lease",
            "Another worker took over the reconciliation of this stream, or the hub is being stopped.");

    private ValueTask<Lease?> AcquireAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        context.Store.TryAcquireLeaseAsync($"reconcile:{stream.Name}", context.Owner, context.Options.LeaseDuration, cancellationToken);

    private AuditEntry Entry(ReconcileRun run, string action, string outcome, string? reason) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = run.Actor,
        Action = action,
        Object = $"stream/{run.Stream.Number}",
        System = run.Stream.Name.ToString(),
        Outcome = outcome,
        Reason = reason,
        Correlation = $"run/{run.Run}",
        Configuration = run.Stream.Mapping.Version,
    };
}
