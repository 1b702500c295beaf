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
