using IntegrationHub.Audit;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>
/// Works the stored golden records out again, page by page, where what decides about them changed: survivorship, matching, a mapping (a field that it no longer
/// reads is no claim any more) or a delete policy. Runs once after each start, when no landed record is due: by then every record has its new match keys. A stop
/// in between goes on from the last page.
/// </summary>
internal sealed class GoldenSweep(SyncContext context, RefineStep step)
{
    private const char Rematching = '!';
    private bool isDone;

    /// <returns>How many golden records were worked out again; 0 when the configuration is carried through.</returns>
    public async Task<int> RunAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (isDone)
            return 0;
        var done = 0;
        foreach (var entity in context.Settings.Streams.Select(static stream => stream.Entity).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            done += await SweepAsync(lease, entity, cancellationToken);
        isDone = true;
        return done;
    }

    private async Task<int> SweepAsync(Lease lease, string entity, CancellationToken cancellationToken)
    {
        var stored = await context.Store.LoadEntityConfigurationAsync(entity, cancellationToken);
        var (matching, wanted) = VersionOf(entity);
        var isBegun = stored.Version?.TrimEnd(Rematching) == wanted;
        if (isBegun && stored.After is null)
            return 0;
        var rematches = isBegun ? stored.Version!.EndsWith(Rematching) : stored.Version is { } old && !old.StartsWith(matching, StringComparison.Ordinal);
        var after = isBegun ? stored.After!.Value : 0;
        for (var done = 0; ;)
        {
            var page = await context.Store.ListGoldenIdsAsync(entity, after, context.Options.BatchSize, cancellationToken);
            var isLast = page.Count == 0;
            var progress = new EntityConfiguration(entity, !isLast && rematches ? wanted + Rematching : wanted, isLast ? null : page[^1]);
            try
            {
                await step.ReworkAsync(lease, page, progress, rematches, after == 0 ? Entry(entity, stored.Version, wanted) : null, cancellationToken);
            }
            catch (StaleStepException)
            {
                // A delivery was settled or a page landed meanwhile: the same page is worked out on what is there now.
                continue;
            }

            if (isLast)
                return done;
            done += page.Count;
            after = page[^1];
        }
    }

    private (string Matching, string Whole) VersionOf(string entity)
    {
        var settings = context.Settings;
        var matching = context.Digests.Of("matching", settings.Matching.Matches(entity) ? settings.Matching.Version : "").ToString();
        var streams = settings.Streams.Where(stream => stream.Entity == entity).OrderBy(static stream => stream.Number)
            .Select(static stream => $"{stream.Number}/{stream.Mapping.Version}/{stream.OnDelete}");
        return (matching, $"{matching}.{context.Digests.Of("golden", $"{settings.Survivorship.Version}/{string.Join('/', streams)}")}");
    }

    private AuditEntry Entry(string entity, string? before, string after) => new()
    {
        At = context.Clock.GetUtcNow(),
        Actor = "hub",
        Action = "entity.configured",
        Object = $"entity/{entity}",
        Outcome = before is null ? "first" : "changed",
        Before = before,
        After = after,
        Configuration = context.Settings.Survivorship.Version,
    };
}
