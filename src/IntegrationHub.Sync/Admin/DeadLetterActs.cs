using System.Runtime.CompilerServices;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>Shows and replays dead letters.</summary>
/// <remarks>What a replay sends is worked out when it is sent, from what the golden record says then: after newer data there may be nothing left to send. A
/// dead letter is never dropped; it goes when the system holds what the golden record says.</remarks>
public sealed class DeadLetterActs(SyncContext context, IStoreQueries queries)
{
    private const int PageSize = 200;
    private readonly ActRunner acts = new(context);

    /// <exception cref="AdminException">It is not a dead letter.</exception>
    public async Task<PendingDelivery> FindAsync(long deliveryId, CancellationToken cancellationToken)
    {
        var row = await queries.FindDeliveryAsync(deliveryId, cancellationToken)
            ?? throw AdminException.Unknown($"There is no delivery/{deliveryId}. See 'hub dead-letters list'.");
        return row.State == DeliveryState.Dead
            ? row
            : throw AdminException.Refused($"{row} is not a dead letter: it is {row.State.ToString().ToLowerInvariant()}. See 'hub dead-letters list'.");
    }

    /// <summary>Makes one due again, with all its attempts.</summary>
    /// <exception cref="AdminException">It is not a dead letter.</exception>
    public Task ReplayAsync(long deliveryId, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var row = await FindAsync(deliveryId, cancellationToken);
        act.Changes.Deliveries.Add(row.Revived(act.Now));
        act.Changes.Tallies.Add(new(0, row.Stream, "replayed", 1));
        act.Note("delivery.replayed", row.ToString(), "replayed", context.Settings.Find(row.Stream)?.Name.ToString(), row.ErrorCode);
        return true;
    }, cancellationToken);

    /// <summary>What the system misses or refuses in a dead letter, for a form: the fields that the refusal named, or, when it named none, every field that the
    /// stream takes and the golden record leaves empty. Canonical paths in ordinal order.</summary>
    /// <exception cref="AdminException">It is not a dead letter.</exception>
    public async Task<IReadOnlyList<string>> FormAsync(long deliveryId, CancellationToken cancellationToken)
    {
        var row = await FindAsync(deliveryId, cancellationToken);
        if (row.ErrorFields.Count > 0 || context.Settings.Find(row.Stream) is not { } stream)
            return row.ErrorFields;
        var golden = (await ClusterAsync(row, cancellationToken)).Golden.ToFieldMap();
        return [.. stream.Mapping.WritablePaths.Where(path => golden.Find(path) is null or { IsEmpty: true })];
    }

    /// <summary>Supplies a value that the system asks for and nobody has given. It counts as said by one of the customer's other systems, and stands as long as
    /// that one shows what it shows now: a later edit there wins. What the golden record says then is sent, to this system again and to no other that has it.</summary>
    /// <param name="path">A canonical path, such as <c>name.family</c>.</param>
    /// <param name="value">As text, in the kind that the canonical schema asks for.</param>
    /// <exception cref="AdminException">It is not a dead letter, the value is not valid, or no other system's record can carry it.</exception>
    public Task FixAsync(long deliveryId, string path, string value, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var row = await FindAsync(deliveryId, cancellationToken);
        var cluster = await ClusterAsync(row, cancellationToken);
        var canonical = CanonicalValues.Path(path);
        var typed = CanonicalValues.Parse(context.Settings.Validator, cluster.Golden.Entity, canonical, value);
        var carrier = cluster.Members.FirstOrDefault(member => member is { Removal: Removal.None, LandedDeleted: false, Stage: RecordStage.Linked } && member.Stream != row.Stream)
            ?? throw AdminException.Refused($"{Names.Of(cluster.Golden)} has no linked record in another system that could carry the value. Pin it instead: hub customer pin");
        var fix = new Fix(canonical, typed, carrier.Fields.Find(canonical).Seen);
        act.Revisit(carrier with { Fixes = [.. carrier.Fixes.Where(other => other.Path != canonical), fix] }, "recomputed");
        act.Note("delivery.fixed", row.ToString(), carrier.ToString(), context.Settings.Find(row.Stream)?.Name.ToString(), canonical);
        return true;
    }, cancellationToken);

    /// <summary>Replays every dead letter that the filter leaves, one transaction each, in order of their ids. Whoever stops reading stops it; what was yielded
    /// is done.</summary>
    public async IAsyncEnumerable<ReplayResult> ReplayAllAsync(
        FindingFilter filter, string actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long after = 0; ;)
        {
            var page = await queries.ListDeadLettersAsync(filter, new(after, PageSize), cancellationToken);
            foreach (var row in page)
                yield return await TryReplayAsync(row.Id, actor, cancellationToken);
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Id;
        }
    }

    private async Task<Cluster> ClusterAsync(PendingDelivery row, CancellationToken cancellationToken) =>
        (await context.Store.LoadClustersAsync([row.GoldenId], cancellationToken)).TryGetValue(row.GoldenId, out var cluster) ? cluster
            : throw AdminException.Unknown($"The golden record of {row} is not there any more.");

    private async Task<ReplayResult> TryReplayAsync(long id, string actor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await ReplayAsync(id, actor, cancellationToken);
            return new(id, null);
        }
        catch (AdminException refusal)
        {
            // The golden record changed meanwhile and took the delivery up again.
            return new(id, refusal.Message);
        }
    }
}
