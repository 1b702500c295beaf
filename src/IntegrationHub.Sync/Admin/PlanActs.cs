using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>What a plan would do to one stream.</summary>
/// <param name="Linked">Records of the stream that share their customer with another record: they were matched, and are not created
/// again.</param>
/// <param name="Review">Records of the stream that wait for a person before anything can be said of them.</param>
/// <param name="Calls">Calls that the writes cost at least; reading back comes on top where an answer does not show the record.</param>
/// <param name="DailyCalls">The connection's calls in a day; null when nothing limits them.</param>
/// <param name="UnreadStreams">Streams that have to be read once before anything is created here; none when creates may go.</param>
public sealed record PlanTarget(
    StreamSettings Stream, WriteCounts Writes, int Linked, int Review, long Calls, int? DailyCalls, Rights Activated,
    IReadOnlyList<StreamName> UnreadStreams)
{
    /// <summary>Some of the stream's rights wait for a person.</summary>
    public bool AwaitsApproval => Stream.AsksBeforeWriting && (Stream.Rights & ~Activated) != Rights.None;
}

/// <summary>A plan and what has become of it.</summary>
/// <param name="OpenConflicts">Conflicts of the whole hub that wait for a steward; their fields are not written.</param>
public sealed record PlanView(WritePlan Plan, IReadOnlyList<PlanTarget> Targets, IReadOnlyList<EffectCount> Effects, long OpenConflicts)
{
    public long Count(EffectState state) => Effects.Where(effect => effect.State == state).Sum(static effect => effect.Count);
}

/// <summary>What an approval did.</summary>
/// <param name="Approved">Effects that will be sent as shown.</param>
/// <param name="Changed">Effects of which something changed since; they were not approved. At most 1,000 are named.</param>
/// <param name="ChangedCount">All of them.</param>
/// <param name="Activated">Streams that the hub writes to by itself from now on.</param>
/// <param name="Waiting">Streams that still ask, because what waits there is not all in the plan.</param>
public sealed record PlanApproval(
    long Approved, IReadOnlyList<PlannedEffect> Changed, long ChangedCount, IReadOnlyList<StreamName> Activated,
    IReadOnlyList<StreamName> Waiting);

/// <summary>Makes plans of what would be written, shows them, and takes a person's approval.</summary>
/// <remarks>A plan is written page by page and seen once it is whole. Its effects are recognised by a digest of all that they do, when they
/// are approved and again right before they are sent; what does something else by then is not sent by the plan.</remarks>
public sealed class PlanActs(SyncContext context, IStoreQueries queries)
{
    private const int PageSize = 200;
    private const int NamedMax = 1_000;
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    private readonly ActRunner acts = new(context);
    private readonly PlanStep plan = new(context.Settings, context.Digests);

    /// <summary>Writes down what waits to be written, as it would be sent now. Nothing is sent.</summary>
    /// <param name="connection">One target; null for all.</param>
    /// <exception cref="AdminException">There is no such connection, or it is not written to.</exception>
    public async Task<WritePlan> MakeAsync(string? connection, string actor, CancellationToken cancellationToken)
    {
        var streams = TargetsOf(connection);
        var ids = new IdPool(context.Store);
        await ids.EnsureAsync(IdRange.Plan, 1, 1, cancellationToken);
        var made = new WritePlan { Id = ids.Next(IdRange.Plan), MadeAt = context.Clock.GetUtcNow(), Actor = actor,
            Streams = [.. streams.Select(static stream => stream.Number)] };
        await acts.RunAsync(actor, act =>
        {
            act.Changes.ForgetPlansBefore = act.Now - KeepFor;
            act.Changes.Plans.Add(made);
            return Task.FromResult(true);
        }, cancellationToken);
        long effects = 0;
        foreach (var stream in streams)
            effects += await WriteEffectsAsync(made, stream, actor, cancellationToken);
        made = made with { State = WritePlanState.Proposed };
        return await acts.RunAsync(actor, act =>
        {
            act.Changes.Plans.Add(made);
            act.Note("plan.made", made.ToString(), $"{effects} writes", connection);
            return Task.FromResult(made);
        }, cancellationToken);
    }

    /// <summary>Sums a plan up, without a value.</summary>
    /// <exception cref="AdminException">There is no such plan.</exception>
    public async Task<PlanView> ShowAsync(long planId, CancellationToken cancellationToken)
    {
        var shown = await FindAsync(planId, cancellationToken);
        var effects = await queries.CountEffectsAsync(planId, cancellationToken);
        var states = (await queries.ListStreamsAsync(cancellationToken)).ToDictionary(static state => state.Progress.Stream);
        var summary = await queries.SummariseAsync(cancellationToken);
        var targets = new List<PlanTarget>();
        foreach (var stream in shown.Streams.Select(context.Settings.Find).OfType<StreamSettings>())
        {
            var writes = effects.Where(effect => effect.Stream == stream.Number)
                .Aggregate(default(WriteCounts), static (sum, effect) => sum.Plus(effect.Operation, effect.Count));
            var runtime = context.Settings.ConnectionOf(stream);
            targets.Add(new(
                stream, writes, (int)summary.Streams[stream.Number].Merged, states[stream.Number].Quarantined,
                CallsOf(runtime, stream, writes), runtime.DailyCalls,
                states[stream.Number].Activated, writes.Creates > 0 ? await UnreadAsync(stream, cancellationToken) : []));
        }

        return new(shown, targets, effects, summary.ConflictsOpen);
    }

    /// <summary>A plan's effects as they were shown, by the ids of their deliveries.</summary>
    /// <param name="withValues">The caller shows the values, which are personal: that is written to the audit log before they are
    /// given.</param>
    /// <exception cref="AdminException">There is no such plan.</exception>
    public async Task<IReadOnlyList<PlannedEffect>> ListEffectsAsync(long planId, ListPage page, bool withValues, string actor,
        CancellationToken cancellationToken)
    {
        var shown = await FindAsync(planId, cancellationToken);
        if (withValues)
        {
            await acts.RunAsync(actor, act =>
            {
                act.Note("plan.shown", shown.ToString(), "shown");
                return Task.FromResult(true);
            }, cancellationToken);
        }

        return await queries.ListEffectsAsync(planId, page, cancellationToken);
    }

    /// <summary>Approves what a plan shows, as far as it would still do the same: a running hub, or the next round, sends it. Where all
    /// that waits for a stream is in the plan and unchanged, the stream is activated: from then on the hub writes to it by
    /// itself.</summary>
    /// <exception cref="AdminException">There is no such plan, or it is approved already.</exception>
    public async Task<PlanApproval> ApproveAsync(long planId, string actor, CancellationToken cancellationToken)
    {
        var found = await FindAsync(planId, cancellationToken);
        if (found.State == WritePlanState.Approved)
            throw AdminException.Refused($"{found} was approved by {found.ApprovedBy}. To see what has become of it: hub plan show "
                + $"{planId}. For what waits since: hub sync --plan");
        long approved = 0, changedCount = 0;
        var changed = new List<PlannedEffect>();
        var unsettled = new HashSet<int>();
        for (long after = 0; ;)
        {
            var page = await queries.ListEffectsAsync(planId, new(after, PageSize), cancellationToken);
            if (page.Count == 0)
                break;
            after = page[^1].DeliveryId;
            var same = await ApprovePageAsync(page, actor, cancellationToken);
            foreach (var effect in page.Where(effect => effect.State == EffectState.Proposed && !same.Contains(effect.DeliveryId)))
            {
                changedCount++;
                unsettled.Add(effect.Stream);
                if (changed.Count < NamedMax)
                    changed.Add(effect);
            }

            approved += page.Count(effect => effect.State == EffectState.Approved || same.Contains(effect.DeliveryId));
        }

        var (activated, waiting) = await CloseAsync(found, approved, changedCount, unsettled, actor, cancellationToken);
        return new(approved, changed, changedCount, activated, waiting);
    }

    /// <exception cref="AdminException">There is no such plan.</exception>
    private async Task<WritePlan> FindAsync(long planId, CancellationToken cancellationToken) =>
        await queries.FindPlanAsync(planId, cancellationToken)
        ?? throw AdminException.Unknown($"There is no plan/{planId}. See 'hub plan list'; plans are kept for {KeepFor.TotalDays:0} days. "
            + $"To make one: hub sync --plan");

    private List<StreamSettings> TargetsOf(string? connection)
    {
        var known = context.Settings.Connections.FirstOrDefault(one => one.Name == connection);
        if (connection is not null && known is null)
            throw AdminException.Unknown($"There is no connection '{connection}'. There are: "
                + $"{string.Join(", ", context.Settings.Connections.Select(static one => one.Name))}.");
        return [.. context.Settings.Streams.Where(stream => stream.Writes && context.Settings.ConnectionOf(stream).Target is not null
            && (known is null || stream.Name.Connection == connection))];
    }

    private async Task<long> WriteEffectsAsync(WritePlan made, StreamSettings stream, string actor, CancellationToken cancellationToken)
    {
        long written = 0;
        for (long after = 0; ;)
        {
            var page = await queries.ListPlannedAsync(stream.Number, new(after, PageSize), cancellationToken);
            if (page.Count == 0)
                return written;
            after = page[^1].Delivery.Id;
            var effects = page.Select(due => EffectOf(made.Id, stream, due)).OfType<PlannedEffect>().ToArray();
            await acts.RunAsync(actor, act =>
            {
                act.Changes.Effects.AddRange(effects);
                return Task.FromResult(true);
            }, cancellationToken);
            written += effects.Length;
        }
    }

    // As the attempt works it out; null where nothing would be sent.
    private PlannedEffect? EffectOf(long planId, StreamSettings stream, DueDelivery due)
    {
        var (row, cluster) = (due.Delivery, due.Cluster);
        var need = cluster.Golden.Id != row.GoldenId ? null : plan.NeedsOf(cluster.Golden, cluster.Members, stream, out _)
            .FirstOrDefault(need => (need.Record?.Id ?? 0) == row.SourceRecordId);
        if (need is null)
            return null;
        var sent = EffectText.AsSent(need, row);
        var changes = EffectText.ChangesOf(sent, stream);
        return new(
            planId, row.Id, stream.Number, row.GoldenId, row.SourceRecordId, sent.Operation,
            EffectText.DigestOf(context.Digests, row.GoldenId, sent, changes), changes, EffectState.Proposed);
    }

    /// <returns>The deliveries of the page that would still do the same.</returns>
    private Task<HashSet<long>> ApprovePageAsync(IReadOnlyList<PlannedEffect> page, string actor, CancellationToken cancellationToken) =>
        acts.RunAsync(actor, async act =>
    {
        var clusters = await context.Store.LoadClustersAsync([.. page.Select(static effect => effect.GoldenId).Distinct()],
            cancellationToken);
        var rows = (await context.Store.FindDeliveriesAsync([.. clusters.Keys], cancellationToken)).ToDictionary(static row => row.Id);
        var same = new HashSet<long>();
        foreach (var effect in page.Where(static effect => effect.State == EffectState.Proposed))
        {
            var isSame = context.Settings.Find(effect.Stream) is { } stream && rows.TryGetValue(effect.DeliveryId, out var row)
                && row.State == DeliveryState.Planned
                && EffectOf(effect.Plan, stream, new(row, clusters[effect.GoldenId]))?.Digest == effect.Digest;
            if (isSame)
                same.Add(effect.DeliveryId);
            act.Changes.EffectChanges.Add(new(effect.Plan, effect.DeliveryId, EffectState.Proposed, isSame ? EffectState.Approved
                : EffectState.Changed));
        }

        return same;
    }, cancellationToken);

    private Task<(IReadOnlyList<StreamName> Activated, IReadOnlyList<StreamName> Waiting)> CloseAsync(
        WritePlan found, long approved, long changed, HashSet<int> unsettled, string actor, CancellationToken cancellationToken) =>
            acts.RunAsync(actor, async act =>
    {
        var states = (await queries.ListStreamsAsync(cancellationToken)).ToDictionary(static state => state.Progress.Stream);
        var activated = new List<StreamName>();
        var waiting = new List<StreamName>();
        foreach (var stream in found.Streams.Select(context.Settings.Find).OfType<StreamSettings>())
        {
            if (!stream.AsksBeforeWriting || (stream.Rights & ~states[stream.Number].Activated) == Rights.None)
                continue;
            // What came up since nobody has seen: the stream goes on asking.
            if (unsettled.Contains(stream.Number)
                || (states[stream.Number].Planned > 0 && await HasUnplannedAsync(found, stream, cancellationToken)))
            {
                waiting.Add(stream.Name);
                continue;
            }

            act.Changes.Activations.Add(new(stream.Number, stream.Rights));
            act.Note("stream.activated", $"stream/{stream.Number}", stream.Rights.ToString(), stream.Name.ToString(), found.ToString());
            activated.Add(stream.Name);
        }

        act.Changes.Plans.Add(found with { State = WritePlanState.Approved, ApprovedBy = act.Actor, ApprovedAt = act.Now });
        act.Note("plan.approved", found.ToString(), $"approved {approved}, changed {changed}");
        return ((IReadOnlyList<StreamName>)activated, (IReadOnlyList<StreamName>)waiting);
    }, cancellationToken);

    private async Task<bool> HasUnplannedAsync(WritePlan found, StreamSettings stream, CancellationToken cancellationToken)
    {
        for (long after = 0; ;)
        {
            var page = await queries.ListPlannedAsync(stream.Number, new(after, PageSize), cancellationToken);
            if (page.Count == 0)
                return false;
            after = page[^1].Delivery.Id;
            var approved =
                (await context.Store.FindApprovedEffectsAsync([.. page.Select(static due => due.Delivery.Id)], cancellationToken))
                .Where(effect => effect.Plan == found.Id).Select(static effect => effect.DeliveryId).ToHashSet();
            if (page.Any(due => !approved.Contains(due.Delivery.Id) && EffectOf(found.Id, stream, due) is not null))
                return true;
        }
    }

    private static long CallsOf(ConnectionRuntime connection, StreamSettings stream, WriteCounts writes)
    {
        var cost = connection.Target as IWriteCost;
        return Enum.GetValues<DeliveryOperation>().Sum(operation => cost?.CallsFor(stream.Name.Stream, operation, writes.Of(operation))
            ?? (writes.Of(operation) + stream.Traits.WriteBatchMax - 1) / stream.Traits.WriteBatchMax);
    }

    private async ValueTask<IReadOnlyList<StreamName>> UnreadAsync(StreamSettings target, CancellationToken cancellationToken)
    {
        var readable = context.Settings.Streams.Where(stream => stream.Reads && stream.Entity == target.Entity)
            .Select(static stream => stream.Number).ToArray();
        var unread = await context.Store.ListUnreadStreamsAsync(readable, cancellationToken);
        return [.. unread.Select(number => context.Settings.Find(number)!.Name)];
    }
}
