using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Refine;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Plan;

/// <summary>Turns needs into rows of the delivery table: one row for each link, so that several changes coalesce.</summary>
internal sealed class DeliveryPlan(PlanStep plan, TimeProvider clock)
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
                    written.AddRange(Requeue(row, need, golden));
                else
                    written.Add(Queue(cluster, stream, need, ids, earlier[stream.Number].Count()));
                outcome.Count(0, stream.Number, "planned");
            }
        }

        // A call is under way for a customer that has become part of another: its settlement has to look again where the record belongs.
        if (golden.Status == GoldenStatus.Merged)
            written.AddRange(rows.Values.Where(static row => row.State == DeliveryState.Attempting).Select(static row => row with { Wanted = row.Wanted + 1 }));
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
        DueAt = clock.GetUtcNow(),
        Correlation = plan.CorrelationOf(cluster.Golden, stream, earlier),
    };

    private IEnumerable<PendingDelivery> Requeue(PendingDelivery row, Need need, GoldenRecord golden)
    {
        if (row.Wanted == golden.Version && row.State is not DeliveryState.Settled)
            yield break;
        yield return row.State switch
        {
            // The open attempt is settled first; it then sees that more is wanted.
            DeliveryState.Attempting => row with { Wanted = golden.Version },
            // What only waits for a suspended field may have another one to send now.
            DeliveryState.Planned when row.ErrorCode == SuspendedField.DeliveryCode =>
                row with { Wanted = golden.Version, Operation = need.Operation, DueAt = clock.GetUtcNow() },
            DeliveryState.Planned => row with { Wanted = golden.Version, Operation = need.Operation },
            _ when row.MayBeApplied => row.Revived(clock.GetUtcNow()) with { Wanted = golden.Version },
            _ => row.Revived(clock.GetUtcNow()) with { Operation = need.Operation, Wanted = golden.Version },
        };
    }
}
