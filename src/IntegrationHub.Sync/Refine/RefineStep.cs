using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>MAP → VALIDATE → RESOLVE → PLAN for one batch of landed records, in one transaction.</summary>
internal sealed class RefineStep(SyncContext context)
{
    /// <summary>How long a record waits for an open write to itself.</summary>
    private static readonly TimeSpan DeferFor = TimeSpan.FromSeconds(2);

    private readonly IdPool ids = new(context.Store);
    private readonly ExamineStep examine = new(context.Settings);
    private readonly ResolveStep resolve = new(context, new GoldenSynthesis(context.Settings));
    private readonly DeliveryPlan plan = new(new PlanStep(context.Settings, context.Digests), context);
    private ConfigurationSweep? sweep;
    private GoldenSweep? rework;

    /// <summary>Carries a change of configuration through what is stored, once after each start.</summary>
    /// <returns>How much there was to do.</returns>
    public Task<int> SweepAsync(Lease lease, CancellationToken cancellationToken) => (sweep ??= new(context, plan, ids)).RunAsync(lease, cancellationToken);

    /// <summary>Carries a change of policy through the stored golden records, once after each start, when nothing is due.</summary>
    /// <returns>How many golden records there were to work out again.</returns>
    public Task<int> ReworkAsync(Lease lease, CancellationToken cancellationToken) => (rework ??= new(context, this)).RunAsync(lease, cancellationToken);

    /// <summary>Works a page of golden records out again.</summary>
    /// <param name="progress">What is stored with it.</param>
    /// <param name="rematches">The matching policy changed: records whose reason to be here is gone are matched anew.</param>
    /// <param name="entry">An audit entry to go with it.</param>
    public async Task ReworkAsync(
        Lease lease, IReadOnlyList<long> golden, EntityConfiguration progress, bool rematches, AuditEntry? entry, CancellationToken cancellationToken)
    {
        var workspace = new Workspace();
        var outcome = new RefineOutcome();
        if (golden.Count > 0)
        {
            workspace.Add(await context.Store.LoadClustersAsync(golden, cancellationToken));
            workspace.Add(await context.Store.FindDeliveriesAsync(golden, cancellationToken));
            await ids.EnsureAsync(IdRange.Delivery, workspace.Clusters.Sum(cluster => cluster.Members.Count + context.Settings.Streams.Count), cancellationToken);
            await ids.EnsureAsync(IdRange.Conflict, 1 + workspace.Clusters.Sum(static cluster => cluster.Golden.Overrides.Count * cluster.Members.Count), cancellationToken);
            foreach (var cluster in workspace.Clusters)
                resolve.Rework(workspace, cluster, rematches);
        }

        Finish(workspace, outcome);
        outcome.Changes.EntityConfigurations.Add(progress);
        if (entry is not null)
            outcome.Changes.Audit.Add(entry);
        await context.Store.CommitAsync(lease, outcome.Changes, cancellationToken);
    }

    /// <summary>Works on landed records and commits the result.</summary>
    /// <param name="records">Landed records, raw included, each once.</param>
    public async Task RunAsync(Lease lease, IReadOnlyList<SourceRecord> records, CancellationToken cancellationToken)
    {
        var examined = Examine([.. records, .. await FindMergingAsync(records, cancellationToken)], out var orphans);
        var keys = examined.ConvertAll(one => one.Fields is null ? [] : resolve.KeysOf(one.Stream.Entity, one.Fields));
        var created = await FindCreatedAsync(examined, cancellationToken);
        var workspace = await LoadAsync(examined, keys, created, cancellationToken);
        await EnsureIdsAsync(examined, workspace, cancellationToken);
        var waiting = FindWaiting(workspace, examined, created);

        var outcome = new RefineOutcome();
        outcome.Changes.SourceRecords.AddRange(orphans);
        workspace.Expect(examined.Where(one => !waiting.Contains(one.Record.Id)));
        for (var i = 0; i < examined.Count; i++)
        {
            workspace.Begin(examined[i].Record.Id);
            if (waiting.Contains(examined[i].Record.Id))
                workspace.Put(examined[i].Record with { DueAt = context.Clock.GetUtcNow() + DeferFor });
            else if (resolve.WaitUntil(workspace, examined[i], keys[i]) is { } until)
                workspace.Put(workspace.Current(examined[i].Record) with { DueAt = until });
            else
                Decide(workspace, examined[i], keys[i], created, outcome);
        }

        Finish(workspace, outcome);
        await context.Store.CommitAsync(lease, outcome.Changes, cancellationToken);
    }

    /// <summary>Sets a record aside that stopped the process each time it was worked on.</summary>
    public async Task QuarantinePoisonAsync(Lease lease, SourceRecord record, int begun, CancellationToken cancellationToken)
    {
        var outcome = new RefineOutcome();
        Quarantine(outcome, record, "map", [new(
            "$", "poison", $"{record.Raw?.Length ?? 0} bytes",
            $"The process stopped {begun} times while this record was worked on. Look at the record and its mapping, then replay it.")]);
        outcome.Changes.SourceRecords.Add(record with { Stage = RecordStage.Quarantined });
        outcome.WriteCounts();
        await context.Store.CommitAsync(lease, outcome.Changes, cancellationToken);
    }

    private List<Examination> Examine(IReadOnlyList<SourceRecord> records, out List<SourceRecord> orphans)
    {
        var examined = new List<Examination>(records.Count);
        orphans = [];
        foreach (var record in records)
        {
            if (context.Settings.Find(record.Stream) is { } stream)
                examined.Add(examine.Examine(record, stream));
            else
                // The stream is not configured (any more): the record stays landed and is looked at again in an hour.
                orphans.Add(record with { DueAt = context.Clock.GetUtcNow() + TimeSpan.FromHours(1) });
        }

        return examined;
    }

    private async Task<Workspace> LoadAsync(
        List<Examination> examined, List<IReadOnlyList<Digest>> keys, Dictionary<long, PendingDelivery> created, CancellationToken cancellationToken)
    {
        var store = context.Store;
        var workspace = new Workspace();
        var holders = await store.FindByMatchKeysAsync(
            [.. keys.SelectMany(static list => list).Distinct()], context.Settings.Matching.SharedLimit, cancellationToken);
        workspace.Add(holders);
        var decided = await store.FindDecisionsAsync([.. examined.Select(static one => one.Record.Id)], cancellationToken);
        var survivors = await FindSurvivorsAsync(examined, cancellationToken);
        var golden = examined.Select(static one => one.Record.GoldenId).Concat(survivors.Select(static one => one.GoldenId))
            .Concat(created.Values.Select(static row => row.GoldenId)).Concat(holders.Values.SelectMany(static list => list).Select(static holder => holder.GoldenId))
            .Concat(await SaidSameAsync(decided, cancellationToken)).Where(static id => id != 0).Distinct().ToArray();
        if (golden.Length == 0)
            return workspace;
        var clusters = await store.LoadClustersAsync(golden, cancellationToken);
        workspace.Add(clusters);
        workspace.AddSurvivors(survivors);
        workspace.Add(await store.FindDeliveriesAsync([.. clusters.Values.Select(static cluster => cluster.Golden.Id).Distinct()], cancellationToken));
        workspace.Add(decided);
        // A record that has a key in common with two clusters must not join what a steward has parted: their members' decisions count too.
        workspace.Add(await store.FindDecisionsAsync([.. clusters.Values.SelectMany(static cluster => cluster.Members).Select(static member => member.Id).Distinct()], cancellationToken));
        return workspace;
    }

    /// <summary>Records that were merged into a new record of the batch and have waited for it: taken in with it, before anything is planned for it alone.</summary>
    private async ValueTask<IReadOnlyList<SourceRecord>> FindMergingAsync(IReadOnlyList<SourceRecord> records, CancellationToken cancellationToken)
    {
        var merging = new HashSet<long>();
        foreach (var stream in records.Where(record => record.GoldenId == 0 && context.Settings.Find(record.Stream) is { Traits.ShowsMerges: true }).GroupBy(static record => record.Stream))
            merging.UnionWith(await context.Store.FindMergingAsync(stream.Key, [.. stream.Select(static record => record.KeyDigest)], cancellationToken));
        merging.ExceptWith(records.Select(static record => record.Id));
        return merging.Count == 0 ? [] : await context.Store.LoadRecordsAsync([.. merging.Order()], withRaw: true, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<SourceRecord>> FindSurvivorsAsync(List<Examination> examined, CancellationToken cancellationToken)
    {
        var survivors = new List<SourceRecord>();
        foreach (var stream in examined.Where(static one => one.Record.MergedInto is not null).GroupBy(static one => one.Record.Stream))
        {
            var landed = await context.Store.FindLandedAsync(stream.Key, [.. stream.Select(static one => one.Record.MergedInto!.Value).Distinct()], cancellationToken);
            survivors.AddRange(await context.Store.LoadRecordsAsync([.. landed.Values.Select(static one => one.Id)], withRaw: false, cancellationToken));
        }

        return survivors;
    }

    private async ValueTask<IEnumerable<long>> SaidSameAsync(IReadOnlyList<MatchDecision> decided, CancellationToken cancellationToken)
    {
        var said = decided.Where(static decision => decision.Same).SelectMany(static decision => new[] { decision.LeftRecordId, decision.RightRecordId })
            .Distinct().ToArray();
        return said.Length == 0 ? [] : (await context.Store.LoadRecordsAsync(said, withRaw: false, cancellationToken)).Select(static record => record.GoldenId);
    }

    private async Task EnsureIdsAsync(List<Examination> examined, Workspace workspace, CancellationToken cancellationToken)
    {
        var streams = context.Settings.Streams.Count;
        await ids.EnsureAsync(IdRange.GoldenRecord, examined.Count, cancellationToken);
        if (examined.Exists(static one => one.Record.GoldenId != 0))
            await ids.EnsureAsync(IdRange.SourceRecord, examined.Count, cancellationToken);
        // Every record can touch its own cluster and those it merges, and a merge rewires every record of the loser.
        await ids.EnsureAsync(IdRange.Delivery, examined.Count * (streams + 1) * 8, cancellationToken);
        await ids.EnsureAsync(IdRange.Conflict, examined.Sum(static one => 1 + (3 * (one.Fields?.Count ?? 0)))
            + workspace.Clusters.Sum(static cluster => cluster.Golden.Overrides.Count * cluster.Members.Count), cancellationToken);
    }

    /// <summary>New records that carry the hub's own id, and the delivery whose create made them; its answer has not been settled yet.</summary>
    private async Task<Dictionary<long, PendingDelivery>> FindCreatedAsync(List<Examination> examined, CancellationToken cancellationToken)
    {
        var created = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var one in examined)
        {
            if (one.Record.GoldenId == 0 && Correlation.Find(one.Record, one.Stream.Mapping.Correlation) is { } correlation)
                created[correlation] = one.Record.Id;
        }

        if (created.Count == 0)
            return [];
        var rows = await context.Store.FindByCorrelationAsync(created.Keys, cancellationToken);
        return rows.Where(static row => row.State != DeliveryState.Settled).ToDictionary(row => created[row.Correlation]);
    }

    /// <summary>Records to which the hub itself is just writing: whether what they show is an echo can only be told once that is settled.</summary>
    private static HashSet<long> FindWaiting(Workspace workspace, List<Examination> examined, Dictionary<long, PendingDelivery> created) => examined
        .Where(one => created.TryGetValue(one.Record.Id, out var row)
            ? row.State == DeliveryState.Attempting
            : workspace.Deliveries[one.Record.GoldenId].Any(row => row.SourceRecordId == one.Record.Id && row.State == DeliveryState.Attempting))
        .Select(static one => one.Record.Id).ToHashSet();

    private void Decide(Workspace workspace, Examination one, IReadOnlyList<Digest> keys, Dictionary<long, PendingDelivery> created, RefineOutcome outcome)
    {
        var record = one.Record;
        // The hub made it after all, though it had to take the create for not done: it belongs where it was made for and is not made again.
        if (created.TryGetValue(record.Id, out var made) && workspace.Find(made.GoldenId) is { } maker)
        {
            var adopted = workspace.Current(record);
            workspace.Put(adopted with
            {
                GoldenId = maker.Golden.Id,
                Fields = FieldEdits.EchoConstants(adopted.Fields, one.Fields ?? FieldMap.Empty, one.Stream.Mapping.ConstantPaths, maker.Golden.ToFieldMap(), isNew: true),
            });
        }

        if (one.IsRefused)
        {
            Quarantine(outcome, record, one.Step!, one.Problems);
            workspace.Put(workspace.Current(record) with { Stage = RecordStage.Quarantined });
            return;
        }

        outcome.Changes.Released.Add(record.Id);
        if (one.KeptOutBy is { } filter)
        {
            outcome.Count(record, $"filtered:{filter.Name}");
            outcome.Changes.Audit.Add(new AuditEntry
            {
                At = context.Clock.GetUtcNow(),
                Actor = "hub",
                Action = "record.filtered",
                Object = record.ToString(),
                System = one.Stream.Name.ToString(),
                Outcome = filter.Name,
                After = record.ContentDigest.ToString(),
                Correlation = $"run/{record.Run}",
            });
            workspace.Put(workspace.Current(record) with { Stage = RecordStage.Filtered });
        }
        else if (one.Fields is null)
        {
            resolve.Remove(workspace, record, ids, outcome);
        }
        else
        {
            resolve.Resolve(workspace, one, keys, ids, outcome);
        }
    }

    private void Quarantine(RefineOutcome outcome, SourceRecord record, string step, IReadOnlyList<Abstractions.Problem> problems)
    {
        var now = context.Clock.GetUtcNow();
        outcome.Changes.Quarantined.Add(new(record.Id, record.Stream, step, problems, now, 1));
        outcome.Count(record, "quarantined");
        outcome.Changes.Audit.Add(new AuditEntry
        {
            At = now,
            Actor = "hub",
            Action = "record.quarantined",
            Object = record.ToString(),
            System = context.Settings.Find(record.Stream)?.Name.ToString(),
            Outcome = step,
            Reason = string.Join(' ', problems.Take(5).Select(static problem => $"{problem.Field}:{problem.Rule}")),
            After = record.ContentDigest.ToString(),
            Correlation = $"run/{record.Run}",
        });
    }

    private void Finish(Workspace workspace, RefineOutcome outcome)
    {
        WordsOfStewards.Assign(workspace, resolve.Recompute, ids, outcome, context.Clock.GetUtcNow());
        foreach (var cluster in workspace.Clusters.Where(static cluster => cluster.IsTouched))
            Finish(workspace, cluster, outcome);
        outcome.Changes.Audit.AddRange(outcome.Changes.Conflicts.Select(Entry));
        outcome.Changes.SourceRecords.AddRange(workspace.ChangedRecords.Order().Select(id => workspace.Changed(id)).Select(WithPayload));
        outcome.WriteCounts();
    }

    // The payload stays as it was landed: null keeps it. A record that came about here has none yet, and one whose key another has now loses its own.
    private static SourceRecord WithPayload(SourceRecord record) =>
        record.Revision == 0 || record.Raw is { Length: 0 } ? record : record with { Raw = null };

    private void Finish(Workspace workspace, ClusterDraft cluster, RefineOutcome outcome)
    {
        resolve.Recompute(cluster);
        foreach (var member in cluster.Members.Values.ToArray())
        {
            var agreed = FieldEdits.Agree(member.Fields, cluster.Golden.Fields);
            if (!ReferenceEquals(agreed, member.Fields))
                workspace.Put(member with { Fields = agreed });
        }

        outcome.Changes.Deliveries.AddRange(plan.Update(cluster, workspace.Deliveries[cluster.Golden.Id], ids, outcome));
        if (ReferenceEquals(cluster.Golden, cluster.Stored) && cluster.Golden.Revision != 0)
            return;
        outcome.Changes.GoldenRecords.Add(cluster.Golden);
        if (cluster.Golden.Version != cluster.Stored.Version)
            outcome.Changes.Audit.Add(Entry(cluster));
    }

    private AuditEntry Entry(ClusterDraft cluster) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = cluster.Stored.Version == 0 ? "golden.created" : "golden.changed",
        Object = cluster.Golden.ToString(),
        Outcome = $"version {cluster.Golden.Version} {cluster.Golden.Status}",
        Before = cluster.Stored.Version == 0 ? null : DigestOf(cluster.Stored.Fields).ToString(),
        After = DigestOf(cluster.Golden.Fields).ToString(),
        Reason = cluster.Golden.MergedInto == 0 ? null : $"merged into {cluster.Golden.Entity}/{cluster.Golden.MergedInto}",
        Configuration = context.Settings.Survivorship.Version,
    };

    private AuditEntry Entry(Conflict conflict) => new()
    {
        At = conflict.At,
        Actor = "hub",
        Action = "conflict.found",
        Object = $"conflict/{conflict.Id}",
        Outcome = $"{conflict.State} by {conflict.Rule}",
        Reason = conflict.Path,
        Correlation = $"record/{conflict.Left.SourceRecordId} record/{conflict.Right.SourceRecordId}",
        Configuration = context.Settings.Survivorship.Version,
    };

    private Digest DigestOf(IReadOnlyList<GoldenField> fields)
    {
        var text = new StringBuilder();
        foreach (var field in fields)
            text.Append(field.Path).Append('\u001f').Append((int)field.Value.Kind).Append('\u001f').Append(field.Value.AsText).Append('\u001e');
        return context.Digests.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
