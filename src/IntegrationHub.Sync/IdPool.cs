using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync;

/// <summary>Hands out ids from blocks that the store has reserved, so that a step knows the ids of what it creates before it commits.</summary>
/// <remarks>Used by one worker at a time; each worker has its own pool.</remarks>
internal sealed class IdPool(IStore store)
{
    private const int BlockSize = 2_000;
    private readonly Dictionary<IdRange, (long Next, long End)> blocks = [];

    /// <summary>Makes sure that <see cref="Next"/> can be called so many times.</summary>
    public ValueTask EnsureAsync(IdRange range, int count, CancellationToken cancellationToken) => EnsureAsync(range, count, BlockSize, cancellationToken);

    /// <param name="blockSize">How many to reserve at least when there are not enough; small for what is used once.</param>
    public async ValueTask EnsureAsync(IdRange range, int count, int blockSize, CancellationToken cancellationToken)
    {
        if (blocks.TryGetValue(range, out var block) && block.End - block.Next >= count)
            return;
        var size = Math.Max(count, blockSize);
        var first = await store.ReserveIdsAsync(range, size, cancellationToken);
        blocks[range] = (first, first + size);
    }

    public long Next(IdRange range)
    {
        var (next, end) = blocks[range];
        if (next >= end)
            throw new InvalidOperationException($"More ids of {range} were taken than were ensured.");
        blocks[range] = (next + 1, end);
        return next;
    }
}
