using System.Text;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>
/// Carries a change of configuration through what is stored. Where a stream's mapping, a filter inward, its entity's schema or the matching policy changed, its
/// landed records go through MAP again, without asking the system. Where the way changed in which golden records are delivered to a stream (a new connection, another mapping, rights, direction or filter),
/// every golden record is planned again, page by page; a stop in between goes on from the last page.
/// </summary>
internal sealed class ConfigurationSweep(SyncContext context, DeliveryPlan plan, IdPool ids)
{
    private bool isDone;

    /// <returns>How many streams went through MAP again and golden records were planned again; 0 when the configuration is carried through.</returns>
    public async Task<int> RunAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (isDone)
            return 0;
        var done = 0;
        foreach (var stream in context.Settings.Streams)
            done += await SweepAsync(lease, stream, cancellationToken);
        isDone = true;
        return done;
    }

    private async Task<int> SweepAsync(Lease lease, StreamSettings stream, CancellationToken cancellationToken)
    {
        var stored = await context.Store.LoadConfigurationAsync(stream.Number, cancellationToken);
        var (mapping, wanted) = (MappingVersion(stream), PlanVersion(stream));
        var isRemapped = stream.Reads && stored.MappingVersion is { } before && before != mapping;
        var after = stored.PlanVersion == wanted ? stored.PlanAfter : 0;
        if (!isRemapped && after is null && stored.MappingVersion == mapping)
            return 0;

        var changes = new StepChanges();
        changes.Configurations.Add(new(stream.Number, mapping, wanted, stream.Writes ? after : null));
        if (isRemapped)
            changes.Remapped.Add(stream.Number);
        changes.Audit.Add(Entry(stream, stored));
        await context.Store.CommitAsync(lease, changes, cancellationToken);
        return (isRemapped ? 1 : 0) + (stream.Writes && after is { } from ? await PlanAgainAsync(lease, stream, wanted, from, cancellationToken) : 0);
    }

    private async Task<int> PlanAgainAsync(Lease lease, StreamSettings stream, string wanted, long after, CancellationToken cancellationToken)
    {
        for (var planned = 0; ;)
        {
            var page = await context.Store.ListGoldenIdsAsync(stream.Entity, after, context.Options.BatchSize, cancellationToken);
            var outcome = new RefineOutcome();
            await PlanPageAsync(page, outcome, cancellationToken);
            long? last = page.Count > 0 ? page[^1] : null;
            outcome.Changes.Configurations.Add(new(stream.Number, MappingVersion(stream), wanted, last));
            outcome.WriteCounts();
            try
            {
                await context.Store.CommitAsync(lease, outcome.Changes, cancellationToken);
            }
            catch (StaleStepException)
            {
                // A delivery was settled meanwhile: the same page is planned again on what is there now.
                continue;
            }

            if (last is null)
                return planned;
            planned += page.Count;
            after = last.Value;
        }
    }

    private async Task PlanPageAsync(IReadOnlyList<long> page, RefineOutcome outcome, CancellationToken cancellationToken)
    {
        if (page.Count == 0)
            return;
        var clusters = await context.Store.LoadClustersAsync([.. page], cancellationToken);
        var records = clusters.Values.Sum(static cluster => cluster.Members.Count);
        await ids.EnsureAsync(IdRange.Delivery, (page.Count * context.Settings.Streams.Count) + records, cancellationToken);
        var deliveries = (await context.Store.FindDeliveriesAsync([.. page], cancellationToken)).ToLookup(static row => row.GoldenId);
        foreach (var id in page)
            outcome.Changes.Deliveries.AddRange(plan.Update(new(clusters[id].Golden, clusters[id].Members), deliveries[id], ids, outcome));
    }

    private string MappingVersion(StreamSettings stream) => context.Digests.Of(
        "mapping", $"{stream.Mapping.Version}/{context.Settings.Validator.VersionOf(stream.Entity)}/{MatchingVersion(stream.Entity)}{Text(stream, Directions.In)}").ToString();

    private string MatchingVersion(string entity) => context.Settings.Matching.Matches(entity) ? context.Settings.Matching.Version : "";

    private string PlanVersion(StreamSettings stream) =>
        context.Digests.Of("plan", $"{stream.Mapping.Version}/{stream.Direction}/{stream.Rights}{Text(stream, Directions.Out)}").ToString();

    private static string Text(StreamSettings stream, Directions direction)
    {
        var text = new StringBuilder();
        foreach (var filter in stream.Filters.Where(filter => filter.Direction.HasFlag(direction)))
        {
            text.Append('/').Append(filter.Name);
            foreach (var condition in filter.Keep)
                text.Append('/').Append(condition.Field).Append(condition.Exists).Append(Sorted(condition.In)).Append('!').Append(Sorted(condition.NotIn));
        }

        return text.ToString();
    }

    private static string Sorted(IReadOnlySet<string>? texts) => texts is null ? "" : string.Join(',', texts.Order(StringComparer.Ordinal));

    private AuditEntry Entry(StreamSettings stream, StreamConfiguration stored) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = "stream.configured",
        Object = $"stream/{stream.Number}",
        System = stream.Name.ToString(),
        Outcome = stored.MappingVersion is null ? "first" : "changed",
        Before = stored.MappingVersion,
        After = MappingVersion(stream),
        Configuration = stream.Mapping.Version,
    };
}
