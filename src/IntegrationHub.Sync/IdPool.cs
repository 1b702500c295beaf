using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync;

/// <summary>Hands out ids from blocks that the store has reserved, so that a step knows the ids of what it creates before it commits.</summary>
/// <remarks><see cref="TakeAsync"/> serves any number of workers; <see cref="EnsureAsync(IdRange, int, CancellationToken)"/> and <see cref="Next"/> are for a pool
/// that one worker uses alone.</remarks>
internal sealed class IdPool(IStore store)
{
    private readonly Lock gate = new();
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

    /// <returns>The first of <paramref name="count"/> consecutive ids that nobody else is given.</returns>
    public async ValueTask<long> TakeAsync(IdRange range, int count, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (blocks.TryGetValue(range, out var block) && block.End - block.Next >= count)
            {
                blocks[range] = (block.Next + count, block.End);
                return block.Next;
            }
        }

        var size = Math.Max(count, BlockSize);
        var first = await store.ReserveIdsAsync(range, size, cancellationToken);
        // Of two blocks that were reserved at once the rest of one is left unused.
        lock (gate)
            blocks[range] = (first + count, first + size);
        return first;
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
