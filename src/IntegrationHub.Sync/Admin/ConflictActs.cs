using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>A side of a conflict as it stands now.</summary>
/// <param name="Then">What the side said when the conflict was found.</param>
/// <param name="Now">What the source record itself says now; null when it says nothing (any more), or is no part of the customer.</param>
public sealed record ConflictSideView(ConflictValue Then, StreamName? Source, FieldValue? Now);

/// <summary>A conflict with its values.</summary>
/// <param name="GoldenId">The customer now, followed through merges.</param>
/// <param name="Golden">What the golden record says; null when the field is absent.</param>
public sealed record ConflictView(Conflict Conflict, long GoldenId, FieldValue? Golden, ConflictSideView Left, ConflictSideView Right);

/// <summary>Which side of a conflict is right.</summary>
public enum ConflictChoice
{
    Left,
    Right,
}

/// <summary>Shows conflicts and takes a steward's word on them.</summary>
public sealed class ConflictActs(SyncContext context, IStoreQueries queries)
{
    private readonly ActRunner acts = new(context);

    /// <summary>Shows one conflict, its values included; the access is written to the audit log.</summary>
    /// <exception cref="AdminException">There is no such conflict.</exception>
    public Task<ConflictView> ShowAsync(long conflictId, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var conflict = await FindAsync(conflictId, cancellationToken);
        var clusters = await context.Store.LoadClustersAsync([conflict.GoldenId], cancellationToken);
        var cluster = clusters.GetValueOrDefault(conflict.GoldenId);
        act.Note("conflict.shown", $"conflict/{conflictId}", "shown", reason: conflict.Path);
        return new ConflictView(
            conflict, cluster?.Golden.Id ?? conflict.GoldenId, cluster?.Golden.ToFieldMap().Find(conflict.Path), Side(conflict, conflict.Left, cluster),
            Side(conflict, conflict.Right, cluster));
    }, cancellationToken);

    /// <summary>The source record of one side is right: what it says now stands, and what others say otherwise about the field is withdrawn. Their systems are
    /// then brought up to it; a later edit in any of them counts again.</summary>
    /// <exception cref="AdminException">There is no such conflict, it is settled, or that side says nothing any more.</exception>
    public Task SettleAsync(long conflictId, ConflictChoice choice, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var (conflict, cluster) = await LoadAsync(conflictId, cancellationToken);
        if (conflict.Path == Conflict.DeletePath)
        {
            var isDeleted = choice == ConflictChoice.Left;
            var word = new Override(Conflict.DeletePath, FieldValue.Boolean(isDeleted), act.Now);
            await SettleAsync(act, cluster, conflict.Path, (isDeleted ? conflict.Left : conflict.Right).SourceRecordId, word, isDeleted ? "deleted" : "kept", cancellationToken);
            return true;
        }

        var side = choice == ConflictChoice.Left ? conflict.Left : conflict.Right;
        var winner = cluster.Members.FirstOrDefault(member => member.Id == side.SourceRecordId);
        if (winner?.Fields.Find(conflict.Path).Own is not { } chosen)
        {
            throw AdminException.Refused(
                $"The {choice.ToString().ToLowerInvariant()} side of conflict/{conflictId} says nothing about '{conflict.Path}' any more. "
                + $"Give the value itself: hub conflicts settle {conflictId} --value VALUE");
        }

        var paths = TogetherWith(cluster.Golden, conflict.Path);
        foreach (var member in cluster.Members.Where(member => member.Id != winner.Id && paths.Any(path => Contradicts(member, path, winner.Fields.Find(path).Own?.Value))))
        {
            var without = member with { Fields = Without(member.Fields, paths) };
            // A record that is gone from its system claims still, but must not be taken for one that has come back.
            if (member.Removal == Removal.None)
                act.Revisit(without, "recomputed");
            else
                act.Changes.SourceRecords.Add(without);
        }

        await SettleAsync(act, cluster, conflict.Path, winner.Id, null, choice.ToString().ToLowerInvariant(), cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>Neither side is right: the field is set to a value, which stands until somebody unpins it.</summary>
    /// <param name="value">As text; empty clears the field. Its kind is what the canonical schema asks for.</param>
    /// <exception cref="AdminException">There is no such conflict, it is settled, or the value is not valid for the field.</exception>
    public Task SettleWithAsync(long conflictId, string value, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var (conflict, cluster) = await LoadAsync(conflictId, cancellationToken);
        if (conflict.Path == Conflict.DeletePath)
            throw AdminException.Refused($"conflict/{conflictId} is about a deletion: choose left (delete the customer) or right (keep it).");
        var typed = CanonicalValues.Parse(context.Settings.Validator, cluster.Golden.Entity, conflict.Path, value);
        await SettleAsync(act, cluster, conflict.Path, 0, new Override(conflict.Path, typed, act.Now) { Records = Names.RecordsOf(cluster) }, "value", cancellationToken);
        return true;
    }, cancellationToken);

    private async Task SettleAsync(
        Act act, Cluster cluster, string path, long winner, Override? pinned, string outcome, CancellationToken cancellationToken)
    {
        var golden = cluster.Golden;
        // The row is written even when nothing else changes on it: of two stewards at once, the second is refused by its revision.
        act.Changes.GoldenRecords.Add(golden with
        {
            Held = [.. golden.Held.Where(held => !TogetherWith(golden, path).Contains(held.Path))],
            Turns = [.. golden.Turns.Where(turn => turn.Path != path)],
            Overrides = pinned is { } set ? [.. golden.Overrides.Where(other => other.Path != path), set] : [.. golden.Overrides.Where(other => other.Path != path)],
        });
        // Both edits of one field may have been found from either side: whatever is open on it is settled together.
        foreach (var open in await queries.ListConflictsOfAsync(golden.Id, cancellationToken))
        {
            if (open.Path != path || open.State == ConflictState.Settled || (path == Conflict.DeletePath && open.State != ConflictState.Open))
                continue;
            act.Changes.Conflicts.Add(open with { GoldenId = golden.Id, State = ConflictState.Settled, Winner = winner, Rule = "steward" });
            act.Note("conflict.settled", $"conflict/{open.Id}", outcome, reason: path);
        }

        act.Recompute(cluster);
    }

    // The field, and those that survive together with it.
    private HashSet<string> TogetherWith(GoldenRecord golden, string path)
    {
        var policy = context.Settings.Survivorship;
        var paths = new HashSet<string>(StringComparer.Ordinal) { path };
        if (policy.GroupOf(golden.Entity, path) is { } group)
            paths.UnionWith(golden.Fields.Select(static field => field.Path).Where(other => policy.GroupOf(golden.Entity, other) == group));
        return paths;
    }

    private static bool Contradicts(SourceRecord member, string path, FieldValue? chosen) => member.Fields.Find(path).Own is { } own && own.Value != chosen;

    private static FieldStates Without(FieldStates fields, HashSet<string> paths) =>
        FieldStates.From(fields.AsSpan().ToArray().Select(state => paths.Contains(state.Path) ? state with { Own = null } : state));

    private ConflictSideView Side(Conflict conflict, ConflictValue side, Cluster? cluster)
    {
        var record = cluster?.Members.FirstOrDefault(member => member.Id == side.SourceRecordId);
        return new(side, record is null ? null : context.Settings.Find(record.Stream)?.Name, record?.Fields.Find(conflict.Path).Own?.Value);
    }

    private async Task<Conflict> FindAsync(long id, CancellationToken cancellationToken) => await queries.FindConflictAsync(id, cancellationToken)
        ?? throw AdminException.Unknown($"There is no conflict/{id}. See 'hub conflicts list'.");

    private async Task<(Conflict Conflict, Cluster Cluster)> LoadAsync(long id, CancellationToken cancellationToken)
    {
        var conflict = await FindAsync(id, cancellationToken);
        if (conflict.State == ConflictState.Settled)
            throw AdminException.Refused($"conflict/{id} is settled already. See 'hub conflicts show {id}'.");
        if (conflict is { Path: Conflict.DeletePath, State: not ConflictState.Open })
        {
            throw AdminException.Refused(
                $"conflict/{id} is about a deletion, which the connection's onDelete policy decided. Create the record again in its system to keep the customer.");
        }

        var clusters = await context.Store.LoadClustersAsync([conflict.GoldenId], cancellationToken);
        return clusters.TryGetValue(conflict.GoldenId, out var cluster)
            ? (conflict, cluster)
            : throw AdminException.Unknown($"The customer of conflict/{id} is not stored any more.");
    }
}
