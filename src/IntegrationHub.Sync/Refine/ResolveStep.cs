using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>Matches examined records to clusters and works out what the golden records say now. Decides on a <see cref="Workspace"/>; commits nothing.</summary>
internal sealed class ResolveStep(SyncContext context, GoldenSynthesis synthesis)
{
    private readonly HubSettings settings = context.Settings;
    private readonly Oscillation oscillation = new(context);
    private readonly MergedAway mergedAway = new(context);
    private readonly KeyReuse reuse = new(context);
    private KeySwap? swap;

    private KeySwap Swap => swap ??= new(settings, context.Clock, synthesis, KeysOf);

    /// <summary>When to look again at a record that cannot be decided on yet; null to decide now.</summary>
    public DateTimeOffset? WaitUntil(Workspace workspace, Examination examined, IReadOnlyList<Digest> keys) =>
        examined.Fields is null ? null : Swap.WaitUntil(workspace, workspace.Current(examined.Record), keys);

    /// <summary>The digests of a record's match keys, in the policy's order.</summary>
    public IReadOnlyList<Digest> KeysOf(string entity, FieldMap fields) => settings.Matching.Matches(entity)
        ? [.. settings.Matching.KeysOf(entity, fields).Select(key => context.Digests.Of($"match/{entity}/{key.Rule}", key.Material))]
        : [];

    /// <summary>Takes one valid record into its cluster.</summary>
    /// <param name="keys">Its match keys.</param>
    public void Resolve(Workspace workspace, Examination examined, IReadOnlyList<Digest> keys, IdPool ids, RefineOutcome outcome)
    {
        var record = workspace.Current(examined.Record);
        if (reuse.Reason(record, examined, keys, KeysOf) is { } reason)
        {
            var cluster = workspace.Find(record.GoldenId);
            record = reuse.Part(workspace, record, examined.Record, reason, ids, outcome);
            if (cluster is not null)
                Recompute(cluster);
        }

        Take(workspace, Detach(workspace, record), examined, keys, ids, outcome);
    }

    private void Take(Workspace workspace, SourceRecord record, Examination examined, IReadOnlyList<Digest> keys, IdPool ids, RefineOutcome outcome)
    {
        var before = record;
        var edits = new List<string>();
        var at = record.Modified ?? record.LandedAt;
        record = record with
        {
            Fields = FieldEdits.Apply(
                FieldEdits.EchoConstants(record.Fields, examined.Fields!, examined.Stream.Mapping.ConstantPaths, FieldMap.Empty, isNew: false), examined.Fields!, at, edits),
            Stage = RecordStage.Linked,
            Removal = Removal.None,
            RemovedAt = null,
            Created = record.LandedCreated ?? record.Created,
            MatchKeys = keys,
        };
        if (record.GoldenId != 0)
            record = record with { Fields = FieldEdits.SayWhole(record.Fields, edits, path => settings.Survivorship.GroupOf(examined.Stream.Entity, path), at) };
        Exchange(workspace, before, record, outcome);
        var (cluster, joinedBy) = Place(workspace, record, examined.Fields!, keys, ids, outcome);
        record = record with { GoldenId = cluster.Golden.Id, JoinedBy = joinedBy };
        workspace.Put(record);
        foreach (var key in keys)
            workspace.Hold(key, record);

        var goldenBefore = cluster.Golden;
        Recompute(cluster);
        if (edits.Count > 0 && goldenBefore.Version > 0)
        {
            oscillation.Note(cluster, goldenBefore, record, edits, ids, outcome);
            Conflicts.Find(settings, cluster, goldenBefore, before, record, edits, ids, outcome, context.Clock.GetUtcNow());
        }

        if (cluster.Golden.Held.Count != goldenBefore.Held.Count)
            Recompute(cluster);
        outcome.Count(record, edits.Count == 0 && before.GoldenId != 0 ? "echo" : "linked");
    }

    /// <summary>Takes in that a system has removed a record.</summary>
    public void Remove(Workspace workspace, SourceRecord landed, IdPool ids, RefineOutcome outcome)
    {
        var record = workspace.Current(landed);
        if (record is { MergedInto: not null, GoldenId: not 0 })
        {
            mergedAway.Take(workspace, record, Recompute, outcome);
            return;
        }

        if (record.GoldenId == 0)
        {
            workspace.Put(record with { Stage = RecordStage.Gone, Removal = Removal.BySystem, RemovedAt = record.Modified ?? record.LandedAt });
            outcome.Count(record, "gone");
            return;
        }

        workspace.Put(record with
        {
            Stage = RecordStage.Linked,
            // What the hub removed itself stays the hub's doing, when the system shows it later.
            Removal = record.Removal == Removal.ByHub ? Removal.ByHub : Removal.BySystem,
            RemovedAt = record.RemovedAt ?? record.Modified ?? record.LandedAt,
        });
        outcome.Count(record, "deleted");
        if (workspace.Find(record.GoldenId) is not { } cluster)
            return;
        Recompute(cluster);
        if (record.Removal != Removal.None)
            return;
        if (settings.Find(record.Stream)?.OnDelete == DeletePolicy.Steward)
            Conflicts.AskOnRemoval(cluster, cluster.Members[record.Id], ids, outcome, context.Clock.GetUtcNow());
        else
            Conflicts.FindOnRemoval(cluster, cluster.Members[record.Id], ids, outcome, context.Clock.GetUtcNow());
    }

    /// <summary>Takes a cluster through a change of configuration.</summary>
    /// <param name="rematches">Whether the matching policy changed.</param>
    public void Rework(Workspace workspace, ClusterDraft cluster, bool rematches)
    {
        foreach (var member in cluster.Members.Values.ToArray())
        {
            var after = settings.Find(member.Stream) is { } stream ? member with { Fields = FieldEdits.WithoutDropped(member, stream.Mapping) } : member;
            if (rematches)
                after = Rejoined(after, cluster);
            if (!ReferenceEquals(after.Fields, member.Fields) || after.IsRematchDue != member.IsRematchDue || after.JoinedBy != member.JoinedBy)
                workspace.Put(after);
        }

        Recompute(cluster);
    }

    // It joined by a key. Where it has none in common with the others any more, or contradicts one of them, it is matched anew; who founded the customer, or was
    // put there by a steward or by the hub, stays.
    private SourceRecord Rejoined(SourceRecord record, ClusterDraft cluster)
    {
        if (record.JoinedBy is not { } joined || record.Removal != Removal.None || record.LandedDeleted)
            return record;
        var others = cluster.Members.Values.Where(member => member.Id != record.Id).ToArray();
        var fields = record.Fields.Seen();
        var common = others.SelectMany(static other => other.MatchKeys).Intersect(record.MatchKeys).ToArray();
        var isRefused = others.Any(other => settings.Matching.Contradict(cluster.Golden.Entity, fields, other.Fields.Seen(), out _));
        if (common.Length > 0 && !isRefused)
            return common.Contains(joined) ? record : record with { JoinedBy = common.Min() };
        return record with
        {
            IsRematchDue = true,
            Stage = record.Stage == RecordStage.Linked ? RecordStage.Landed : record.Stage,
            DueAt = context.Clock.GetUtcNow(),
        };
    }

    /// <summary>Works out what a cluster says now; the version grows when that changed.</summary>
    public void Recompute(ClusterDraft cluster)
    {
        if (cluster.Golden.Status == GoldenStatus.Merged)
            return;
        var golden = cluster.Golden;
        var fields = synthesis.Merge(golden, cluster.Members.Values);
        var status = synthesis.StatusOf(golden, cluster.Members.Values);
        var says = golden.Version == 0 || status != golden.Status || !fields.Select(Said).SequenceEqual(golden.Fields.Select(Said));
        if (says || !fields.SequenceEqual(golden.Fields))
            cluster.Golden = golden with { Fields = fields, Status = status, Version = says ? golden.Version + 1 : golden.Version };
        cluster.IsTouched = true;
    }

    private static Field Said(Identity.GoldenField field) => new(field.Path, field.Value);

    private SourceRecord Detach(Workspace workspace, SourceRecord record)
    {
        // One that the system had merged into another and has parted again is matched anew too.
        if (!record.IsRematchDue && record.Removal != Removal.Merged)
            return record;
        if (workspace.Find(record.GoldenId) is { } cluster)
        {
            cluster.Members.Remove(record.Id);
            Recompute(cluster);
        }

        foreach (var key in record.MatchKeys)
            workspace.Withdraw(key, record.Id);
        return record with { GoldenId = 0, JoinedBy = null, IsRematchDue = false };
    }

    private void Exchange(Workspace workspace, SourceRecord before, SourceRecord after, RefineOutcome outcome)
    {
        foreach (var key in before.MatchKeys.Except(after.MatchKeys))
        {
            workspace.Withdraw(key, after.Id);
            outcome.Changes.MatchKeys.Add(new(key, after.Id, Added: false));
        }

        foreach (var key in after.MatchKeys.Except(before.MatchKeys))
        {
            outcome.Changes.MatchKeys.Add(new(key, after.Id, Added: true));
            // One more holder than the limit: from here on the key decides nothing, and what it decided before is looked at again.
            if (workspace.HoldersOf(key).Count(holder => holder.SourceRecordId != after.Id) == settings.Matching.SharedLimit)
                outcome.Changes.SharedKeys.Add(key);
        }
    }

    private (ClusterDraft Cluster, Digest? JoinedBy) Place(
        Workspace workspace, SourceRecord record, FieldMap fields, IReadOnlyList<Digest> keys, IdPool ids, RefineOutcome outcome)
    {
        var own = record.GoldenId == 0 ? null : workspace.Find(record.GoldenId);
        var joinedBy = record.JoinedBy;
        foreach (var (candidate, key) in Candidates(workspace, record, fields, keys, outcome))
        {
            if (own is null)
            {
                own = candidate;
                joinedBy = key;
            }
            else if (candidate != own && !AreKeptApart(workspace, own, candidate) && !(record.GoldenId != 0 && Swap.IsGivenUp(workspace, candidate, key)))
            {
                var (survivor, loser) = own.Golden.Id < candidate.Golden.Id ? (own, candidate) : (candidate, own);
                workspace.Merge(survivor, loser);
                Recompute(survivor);
                outcome.Count(record, "merged");
                own = survivor;
            }
        }

        if (own is not null)
            return (own, joinedBy);
        var entity = settings.Find(record.Stream)!.Entity;
        return (workspace.Found(new GoldenRecord { Id = ids.Next(IdRange.GoldenRecord), Entity = entity }), null);
    }

    private List<(ClusterDraft Cluster, Digest? Key)> Candidates(
        Workspace workspace, SourceRecord record, FieldMap fields, IReadOnlyList<Digest> keys, RefineOutcome outcome)
    {
        var candidates = new List<(ClusterDraft Cluster, Digest? Key)>();
        var entity = settings.Find(record.Stream)!.Entity;
        foreach (var key in keys)
        {
            var holders = workspace.HoldersOf(key);
            if (holders.Count(holder => holder.SourceRecordId != record.Id) >= settings.Matching.SharedLimit)
            {
                outcome.Count(record, "shared key ignored");
                continue;
            }

            foreach (var holder in holders)
            {
                if (holder.SourceRecordId == record.Id || workspace.Find(holder.GoldenId) is not { } cluster || candidates.Exists(known => known.Cluster == cluster))
                    continue;
                if (cluster.Golden.Id != record.GoldenId && !IsRefused(workspace, record, fields, entity, cluster))
                    candidates.Add((cluster, key));
            }
        }

        // A steward's word needs no key, and no field contradicts it.
        foreach (var cluster in workspace.SaidSame(record.Id))
        {
            if (cluster.Golden.Id != record.GoldenId && !workspace.IsKeptApart(record.Id, cluster) && !candidates.Exists(known => known.Cluster == cluster))
                candidates.Add((cluster, null));
        }

        candidates.Sort(static (a, b) => a.Cluster.Golden.Id.CompareTo(b.Cluster.Golden.Id));
        return candidates;
    }

    private bool IsRefused(Workspace workspace, SourceRecord record, FieldMap fields, string entity, ClusterDraft cluster) =>
        cluster.Golden.Entity != entity
        || workspace.IsKeptApart(record.Id, cluster)
        || cluster.Members.Values.Any(member => settings.Matching.Contradict(entity, fields, member.Fields.Seen(), out _));

    private bool AreKeptApart(Workspace workspace, ClusterDraft left, ClusterDraft right) =>
        left.Members.Keys.Any(member => workspace.IsKeptApart(member, right))
        || (!workspace.AreSaidSame(left, right) && left.Members.Values.Any(member => IsContradicted(member, right)));

    private bool IsContradicted(SourceRecord record, ClusterDraft cluster)
    {
        var fields = record.Fields.Seen();
        return cluster.Members.Values.Any(member => settings.Matching.Contradict(cluster.Golden.Entity, fields, member.Fields.Seen(), out _));
    }
}
