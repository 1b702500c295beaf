using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Refine;

/// <summary>Takes in that a system has merged one of its records into another (S15): the links of both come together, and nobody was deleted.</summary>
internal sealed class MergedAway(SyncContext context)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    /// <summary>Settles a record that was merged away.</summary>
    /// <param name="recompute">Works a cluster out again.</param>
    public void Take(Workspace workspace, SourceRecord record, Action<ClusterDraft> recompute, RefineOutcome outcome)
    {
        var survivor = workspace.FindByKey(record.Stream, record.MergedInto!.Value);
        var now = context.Clock.GetUtcNow();
        if (survivor is not { GoldenId: not 0 } && now - record.LandedAt < context.Options.MergeWait)
        {
            // The survivor may be a record that has only just been made: it is read soon.
            workspace.Put(record with { DueAt = now + LookAgain });
            outcome.Count(record, "merge waits");
            return;
        }

        var away = record with
        {
            Stage = RecordStage.Linked,
            Removal = Removal.Merged,
            RemovedAt = record.RemovedAt ?? record.Modified ?? record.LandedAt,
        };
        workspace.Put(away);
        outcome.Count(away, "merged away");
        var (own, other) = (workspace.Find(away.GoldenId)!, survivor is null ? null : workspace.Find(survivor.GoldenId));
        if (other is not null && other != own && !IsKeptApart(workspace, own, other) && own.Golden.Entity == other.Golden.Entity)
            own = Unite(workspace, own, other);
        recompute(own);
        outcome.Changes.Audit.Add(new AuditEntry
        {
            At = now,
            Actor = "hub",
            Action = "record.merged",
            Object = away.ToString(),
            System = context.Settings.Find(away.Stream)?.Name.ToString(),
            Outcome = survivor is null ? "into a record that is not known" : $"into {survivor} of {own.Golden}",
            Correlation = $"run/{away.Run}",
        });
    }

    private static ClusterDraft Unite(Workspace workspace, ClusterDraft own, ClusterDraft other)
    {
        var there = other.Members.Values.Where(static member => member.IsLive).Select(static member => member.Stream).ToHashSet();
        foreach (var surplus in own.Members.Values.Where(member => member.IsLive && there.Contains(member.Stream)).ToArray())
            workspace.Put(surplus with { IsSurplus = true });
        var (winner, loser) = own.Golden.Id < other.Golden.Id ? (own, other) : (other, own);
        workspace.Merge(winner, loser);
        return winner;
    }

    // Only a steward's word stands against that of the people who merged the records in their system; what their fields say does not.
    private static bool IsKeptApart(Workspace workspace, ClusterDraft left, ClusterDraft right) =>
        left.Members.Keys.Any(member => workspace.IsKeptApart(member, right));
}
