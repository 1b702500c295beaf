using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Refine;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Plan;

/// <summary>Turns needs into rows of the delivery table: one row for each link, so that several changes coalesce.</summary>
internal sealed class DeliveryPlan(PlanStep plan, SyncContext context)
{
    /// <summary>Queues what a cluster needs, and settles what it no longer needs.</summary>
    /// <param name="existing">The cluster's delivery rows as stored.</param>
    /// <returns>The rows to write.</returns>
    public List<PendingDelivery> Update(ClusterDraft cluster, IEnumerable<PendingDelivery> existing, IdPool ids, RefineOutcome outcome)
    {
        var golden = cluster.Golden;
        var rows = existing.ToDictionary(static row => (row.Stream, row.SourceRecordId));
        var earlier = rows.Values.ToLookup(static row => row.Stream);
        var written = new List<PendingDelivery>();
        foreach (var stream in plan.StreamsFor(golden.Entity))
        {
            var needs = plan.NeedsOf(golden, cluster.Members.Values, stream, out var filter);
            if (filter is not null)
                outcome.Count(0, stream.Number, $"filtered:{filter.Name}");
            foreach (var need in needs)
            {
                if (rows.Remove((stream.Number, need.Record?.Id ?? 0), out var row))
                    written.AddRange(Requeue(cluster, row, need));
                else
                    written.Add(Queue(cluster, stream, need, ids, earlier[stream.Number].Count()));
                outcome.Count(0, stream.Number, "planned");
            }
        }

        // A call is under way, and what it brings is not wanted any more, or its customer has become part of another: its settlement has to look again.
        written.AddRange(rows.Values.Where(row => row.State == DeliveryState.Attempting && (golden.Status == GoldenStatus.Merged || row.Wanted < golden.Version))
            .Select(row => row with { Wanted = Math.Max(row.Wanted + 1, golden.Version) }));
        written.AddRange(rows.Values.Where(static row => row.State == DeliveryState.Planned).Select(static row => row with { State = DeliveryState.Settled }));
        return written;
    }

    private PendingDelivery Queue(ClusterDraft cluster, StreamSettings stream, Need need, IdPool ids, int earlier) => new()
    {
        Id = ids.Next(IdRange.Delivery),
        Stream = stream.Number,
        GoldenId = cluster.Golden.Id,
        SourceRecordId = need.Record?.Id ?? 0,
        State = DeliveryState.Planned,
        Operation = need.Operation,
        Wanted = cluster.Golden.Version,
        DueAt = DueAt(cluster, need),
        Correlation = plan.CorrelationOf(cluster.Golden, stream, earlier),
    };

    // A customer may be gone from a system because it was merged there: before that is deleted elsewhere, the word of the merge has time to come.
    private DateTimeOffset DueAt(ClusterDraft cluster, Need need)
    {
        var now = context.Clock.GetUtcNow();
        var mayBeMerged = need.Operation == DeliveryOperation.Delete && cluster.Golden.Status == GoldenStatus.Deleted
            && cluster.Members.Values.Any(member => member.Removal == Removal.BySystem && context.Settings.Find(member.Stream) is { Traits.ShowsMerges: true });
        return mayBeMerged ? now + context.Options.MergeWait : now;
    }

    private IEnumerable<PendingDelivery> Requeue(ClusterDraft cluster, PendingDelivery row, Need need)
    {
        var golden = cluster.Golden;
        if (row.Wanted == golden.Version && row.State is not DeliveryState.Settled)
            yield break;
        yield return row.State switch
        {
            // The open attempt is settled first; it then sees that more is wanted.
            DeliveryState.Attempting => row with { Wanted = golden.Version },
            DeliveryState.Planned => row with
            {
                Wanted = golden.Version,
                Operation = need.Operation,
                // A deletion that waited does not hold up what has taken its place, nor the other way round.
                DueAt = (need.Operation == DeliveryOperation.Delete) != (row.Operation == DeliveryOperation.Delete) ? DueAt(cluster, need) : row.DueAt,
            },
            _ => row with
            {
                State = DeliveryState.Planned,
                Operation = need.Operation,
                Wanted = golden.Version,
                DueAt = DueAt(cluster, need),
                Attempts = 0,
                ErrorCode = null,
                ErrorMessage = null,
            },
        };
    }
}
