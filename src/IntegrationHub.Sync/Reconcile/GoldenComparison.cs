using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Reconcile;

/// <summary>Compares a golden record with what one stream holds of it: everything that is not there has to have a reason.</summary>
internal sealed class GoldenComparison(PlanStep plan, KeyedDigests digests)
{
    /// <param name="rows">The golden record's deliveries to any stream.</param>
    /// <param name="free">What may be written to the stream without a plan.</param>
    public IEnumerable<Difference> Compare(ReconcileRun run, Cluster cluster, IEnumerable<PendingDelivery> rows, Rights free)
    {
        var (stream, golden) = (run.Stream, cluster.Golden);
        var records = cluster.Members.Where(member => member.Stream == stream.Number).ToArray();
        var live = Array.FindAll(records, static record => record.IsLive);
        if (golden.Status == GoldenStatus.Live)
        {
            var there = Array.FindAll(live, record => !run.Absent.Contains(record.Id));
            run.Count("customers");
            if (there.Length > 0)
                run.Count("in target");
            foreach (var duplicate in there.Skip(1))
                yield return new(run.Run, duplicate.KeyDigest, DifferenceKind.DuplicateInSystem, duplicate.Id, golden.Id, duplicate.Key, [], IsRepaired: false);
        }

        if (!stream.Writes)
            yield break;
        var needs = plan.NeedsOf(golden, cluster.Members, stream, out var filter);
        if (golden.Status == GoldenStatus.Live && live.Length == 0 && needs.Count == 0)
            run.Count($"not in target: {WhyNot(stream, records, filter)}");
        var open = rows.Where(row => row.Stream == stream.Number && row.State != DeliveryState.Settled).ToDictionary(static row => row.SourceRecordId);
        foreach (var need in needs.Where(need => need.Record is null || !run.Differing.Contains(need.Record.Id)))
        {
            var changes = EffectText.ChangesOf(need, stream);
            if (Explain(cluster, need, changes, open.GetValueOrDefault(need.Record?.Id ?? 0), free) is { } reason)
                run.Count(need.Record is null ? $"not in target: {reason}" : $"to be written: {reason}");
            else
                yield return run.Differ(DifferenceKind.NotDelivered, SubjectOf(golden, need), need.Record, need.Record?.Key, changes, golden.Id);
        }
    }

    private static string? Explain(Cluster cluster, Need need, IReadOnlyList<FieldChange> changes, PendingDelivery? row, Rights free)
    {
        if (row is not null)
        {
            return row.State switch
            {
                DeliveryState.Dead => "dead letter",
                DeliveryState.Planned when !free.HasFlag(need.Operation.Needs()) => "awaits approval",
                _ => "in flight",
            };
        }

        if (changes.Count == 0 && need.Operation != DeliveryOperation.Delete)
            return "no form in the system";
        return cluster.Members.Any(static member => member.Stage == RecordStage.Landed) ? "in flight" : null;
    }

    private static string WhyNot(StreamSettings stream, SourceRecord[] records, Filter? filter) =>
        filter is not null ? $"filtered:{filter.Name}"
        : records.Any(static record => record.Removal == Removal.BySystem) ? "removed there"
        : stream.Rights.HasFlag(Rights.Create) ? "nothing to write"
        : "no right to create";

    private Digest SubjectOf(GoldenRecord golden, Need need) => need.Record?.KeyDigest ?? digests.Of("golden", golden.ToString());
}
