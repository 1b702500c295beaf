using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>Finds the fields that two systems changed since they last agreed. The survivorship policy has decided already; here it is written down,
/// or, under <see cref="SurvivorshipKind.Manual"/>, held for a steward.</summary>
internal static class Conflicts
{
    /// <param name="goldenBefore">What the golden record said before this record's edits.</param>
    /// <param name="before">The record before its edits: its bases are the last agreements.</param>
    /// <param name="after">The record with its edits.</param>
    public static void Find(
        HubSettings settings, ClusterDraft cluster, GoldenRecord goldenBefore, SourceRecord before, SourceRecord after, List<string> edits, IdPool ids,
        RefineOutcome outcome, DateTimeOffset now)
    {
        foreach (var (path, other) in Contested(settings.Survivorship, cluster.Golden, goldenBefore, before, after, edits))
        {
            var agreed = before.Fields.Find(path).Base?.Ours;
            var own = after.Fields.Find(path).Own!.Value;
            var rule = settings.Survivorship.RuleFor(goldenBefore.Entity, path);
            // What is paused has its conflict already.
            if (rule.Kind != SurvivorshipKind.Manual && cluster.Golden.Held.Any(held => held.Path == path))
                continue;
            var isOpen = rule.Kind == SurvivorshipKind.Manual && cluster.Golden.Overrides.All(pinned => pinned.Path != path);
            if (isOpen && cluster.Golden.Held.All(held => held.Path != path))
                cluster.Golden = cluster.Golden with { Held = [.. cluster.Golden.Held, new HeldField(path, agreed) { Records = [other.RecordId, after.Id] }] };
            outcome.Changes.Conflicts.Add(new Conflict
            {
                Id = ids.Next(IdRange.Conflict),
                GoldenId = cluster.Golden.Id,
                Path = path,
                State = isOpen ? ConflictState.Open : ConflictState.Decided,
                At = now,
                Base = agreed,
                Left = new(other.RecordId, other.Value, other.At),
                Right = new(after.Id, own.Value, own.At),
                Winner = isOpen ? 0 : WinnerOf(cluster, path),
                Rule = rule.Name,
            });
            outcome.Count(after, isOpen ? "conflict open" : "conflict decided");
        }

        if (cluster.Golden.Status == GoldenStatus.Deleted)
            NoteEditOfDeleted(cluster, after, edits, ids, outcome, now);
    }

    /// <summary>Leaves a deletion to a steward, while another system still has the customer: the left side says delete, the right side keep.</summary>
    public static void AskOnRemoval(ClusterDraft cluster, SourceRecord removed, IdPool ids, RefineOutcome outcome, DateTimeOffset now)
    {
        if (cluster.Members.Values.FirstOrDefault(static member => member.IsLive) is not { } kept)
            return;
        outcome.Changes.Conflicts.Add(Deletion(cluster, removed, kept.Id, kept.LandedAt, ids, now) with { State = ConflictState.Open, Winner = 0, Rule = "steward" });
        outcome.Count(removed, "conflict open");
    }

    /// <summary>Notes that a deletion met an edit of another system which the removed record never got to see.</summary>
    public static void FindOnRemoval(ClusterDraft cluster, SourceRecord removed, IdPool ids, RefineOutcome outcome, DateTimeOffset now)
    {
        foreach (var field in cluster.Golden.Fields)
        {
            var state = removed.Fields.Find(field.Path);
            if (field.RecordId == removed.Id || field.RecordId == 0 || state.Base is not { } agreed || agreed.Ours == field.Value)
                continue;
            outcome.Changes.Conflicts.Add(Deletion(cluster, removed, field.RecordId, field.At, ids, now));
            outcome.Count(removed, "conflict decided");
            return;
        }
    }

    // Of fields that survive together it is enough that the other side changed one of them: then the groups are at odds wherever they differ.
    private static IEnumerable<(string Path, GoldenField Other)> Contested(
        SurvivorshipPolicy policy, GoldenRecord golden, GoldenRecord goldenBefore, SourceRecord before, SourceRecord after, List<string> edits)
    {
        var groups = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in edits)
        {
            if (policy.GroupOf(goldenBefore.Entity, path) is { } group)
                groups.Add(group);
            else if (Contender(goldenBefore, before, after, path, HasLost(policy, golden, after, path)) is { } other)
                yield return (path, other);
        }

        foreach (var group in groups)
        {
            var fields = goldenBefore.Fields.Where(field => policy.GroupOf(goldenBefore.Entity, field.Path) == group).ToArray();
            if (!fields.Any(field => Contender(goldenBefore, before, after, field.Path, HasLost(policy, golden, after, field.Path)) is not null))
                continue;
            foreach (var field in fields.Where(field => field.RecordId != after.Id && after.Fields.Find(field.Path).Own is { } own && own.Value != field.Value))
                yield return (field.Path, field);
        }
    }

    // The golden record moved away from the agreement by somebody else's doing, and not to the same value. A record that was linked and has no base in a field
    // agreed with the others that it is absent; one that is linked only now never agreed on anything.
    private static GoldenField? Contender(GoldenRecord goldenBefore, SourceRecord before, SourceRecord after, string path, bool hasLost)
    {
        if (before.GoldenId == 0)
            return null;
        var agreed = before.Fields.Find(path).Base?.Ours;
        foreach (var field in goldenBefore.Fields)
        {
            if (field.Path == path)
            {
                var isOther = field.RecordId != after.Id && field.Value != after.Fields.Find(path).Own?.Value;
                return isOther && (hasLost || field.Value != agreed) ? field : null;
            }
        }

        return null;
    }

    // Where the most recent is to win, an edit loses against a younger one only: also when that came back to the value that both had agreed on.
    private static bool HasLost(SurvivorshipPolicy policy, GoldenRecord golden, SourceRecord after, string path) =>
        policy.RuleFor(golden.Entity, path).Kind == SurvivorshipKind.MostRecent && after.Fields.Find(path).Own is { } own
        && golden.Fields.Any(field => field.Path == path && field.Value != own.Value);

    private static long WinnerOf(ClusterDraft cluster, string path) =>
        cluster.Golden.Fields.FirstOrDefault(field => field.Path == path).RecordId;

    // The edit loses against a deletion; it stays visible here and in the record's own fields.
    private static void NoteEditOfDeleted(
        ClusterDraft cluster, SourceRecord after, List<string> edits, IdPool ids, RefineOutcome outcome, DateTimeOffset now)
    {
        if (cluster.Members.Values.FirstOrDefault(static member => member.Removal == Removal.BySystem) is not { } removed)
            return;
        outcome.Changes.Conflicts.Add(Deletion(cluster, removed, after.Id, after.Fields.Find(edits[0]).Own!.Value.At, ids, now));
        outcome.Count(after, "conflict decided");
    }

    private static Conflict Deletion(ClusterDraft cluster, SourceRecord removed, long editor, DateTimeOffset editedAt, IdPool ids, DateTimeOffset now) => new()
    {
        Id = ids.Next(IdRange.Conflict),
        GoldenId = cluster.Golden.Id,
        Path = Conflict.DeletePath,
        State = ConflictState.Decided,
        At = now,
        Left = new(removed.Id, FieldValue.Boolean(true), removed.RemovedAt ?? now),
        Right = new(editor, FieldValue.Boolean(false), editedAt),
        Winner = cluster.Golden.Status == GoldenStatus.Deleted ? removed.Id : editor,
        Rule = "onDelete",
    };
}
