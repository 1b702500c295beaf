using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>
/// What stewards said about a customer, and what waits for their word, when the customer is split: it goes with the source records that it was said of. What was
/// said of both sides together stays where it is, and a steward is asked about the other side.
/// </summary>
internal static class WordsOfStewards
{
    /// <summary>The rule of the conflict by which a steward is asked.</summary>
    public const string Rule = "split";

    /// <summary>Gives overrides and holds of all clusters of a batch to those whom they are about.</summary>
    /// <param name="recompute">Works a cluster out again.</param>
    public static void Assign(Workspace workspace, Action<ClusterDraft> recompute, IdPool ids, RefineOutcome outcome, DateTimeOffset now)
    {
        foreach (var cluster in workspace.Clusters.Where(static cluster => cluster is { IsTouched: true, Golden.Status: not GoldenStatus.Merged }).ToArray())
        {
            foreach (var pinned in cluster.Golden.Overrides)
            {
                if (Parting.Of(workspace, cluster, pinned.Records) is { } parting)
                    Part(cluster, pinned, parting, recompute, ids, outcome, now);
            }

            foreach (var held in cluster.Golden.Held)
            {
                if (Parting.Of(workspace, cluster, held.Records) is { } parting)
                    Part(cluster, held, parting, recompute, outcome);
            }
        }
    }

    private static void Part(
        ClusterDraft cluster, Override pinned, Parting parting, Action<ClusterDraft> recompute, IdPool ids, RefineOutcome outcome, DateTimeOffset now)
    {
        var others = cluster.Golden.Overrides.Where(other => other != pinned);
        if (parting.Heir is { } heir)
        {
            cluster.Golden = cluster.Golden with { Overrides = [.. others] };
            heir.Golden = heir.Golden with { Overrides = [.. heir.Golden.Overrides, pinned] };
            recompute(cluster);
            recompute(heir);
            return;
        }

        cluster.Golden = cluster.Golden with { Overrides = [.. others, pinned with { Records = parting.Here }] };
        foreach (var (side, record) in parting.Elsewhere)
        {
            if (pinned.Path == Conflict.DeletePath)
                continue;
            outcome.Changes.Conflicts.Add(new Conflict
            {
                Id = ids.Next(IdRange.Conflict),
                GoldenId = side.Golden.Id,
                Path = pinned.Path,
                State = ConflictState.Open,
                At = now,
                Left = new(parting.Here.Count > 0 ? parting.Here[0] : 0, pinned.Value, pinned.At),
                Right = new(record.Id, record.Fields.Find(pinned.Path).Own?.Value, record.Fields.Find(pinned.Path).Own?.At ?? now),
                Rule = Rule,
            });
            outcome.Count(record, "conflict open");
        }
    }

    private static void Part(ClusterDraft cluster, HeldField held, Parting parting, Action<ClusterDraft> recompute, RefineOutcome outcome)
    {
        cluster.Golden = cluster.Golden with { Held = [.. cluster.Golden.Held.Where(other => other != held)] };
        if (parting.Heir is { } heir)
        {
            heir.Golden = heir.Golden with { Held = [.. heir.Golden.Held, held] };
            recompute(heir);
        }

        // The two sides are two customers now: there is nothing left to decide between them.
        outcome.Changes.ConflictMoves.Add(new(cluster.Golden.Id, held.Path, parting.Heir?.Golden.Id ?? 0));
        recompute(cluster);
    }

    /// <summary>Where the source records are now that something was said of.</summary>
    /// <param name="Here">Those that are still part of the customer.</param>
    /// <param name="Elsewhere">The other customers, and a record of each.</param>
    private sealed record Parting(IReadOnlyList<long> Here, IReadOnlyList<(ClusterDraft Cluster, SourceRecord Record)> Elsewhere)
    {
        /// <summary>The one customer that all of them belong to now; null when they belong to several.</summary>
        public ClusterDraft? Heir => Here.Count == 0 && Elsewhere.Count == 1 ? Elsewhere[0].Cluster : null;

        /// <returns>Null while all are where they were, or while it is still being decided.</returns>
        public static Parting? Of(Workspace workspace, ClusterDraft cluster, IReadOnlyList<long> records)
        {
            var here = records.Where(cluster.Members.ContainsKey).ToArray();
            if (here.Length == records.Count || here.Any(id => cluster.Members[id].IsRematchDue))
                return null;
            var elsewhere = records.Select(workspace.Known).OfType<SourceRecord>()
                .Select(record => (Cluster: workspace.Find(record.GoldenId), Record: record))
                .Where(one => one.Cluster is not null && one.Cluster != cluster).DistinctBy(static one => one.Cluster!.Golden.Id)
                .Select(static one => (one.Cluster!, one.Record)).ToArray();
            return elsewhere.Length == 0 ? null : new(here, elsewhere);
        }
    }
}
