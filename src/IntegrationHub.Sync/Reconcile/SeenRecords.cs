namespace IntegrationHub.Sync.Reconcile;

/// <summary>Which of the hub's records a read has shown: one bit for each id, whatever the number of records.</summary>
internal sealed class SeenRecords
{
    private const int BlockBits = 1 << 16;
    private readonly Dictionary<long, ulong[]> blocks = [];

    /// <returns>False when it had been added before.</returns>
    public bool Add(long id)
    {
        var (block, bit) = Math.DivRem(id, BlockBits);
        if (!blocks.TryGetValue(block, out var words))
            blocks[block] = words = new ulong[BlockBits / 64];
        ref var word = ref words[bit / 64];
        var mask = 1UL << (int)(bit % 64);
        var isNew = (word & mask) == 0;
        word |= mask;
        return isNew;
    }

    public bool Contains(long id)
    {
        var (block, bit) = Math.DivRem(id, BlockBits);
        return blocks.TryGetValue(block, out var words) && (words[bit / 64] & (1UL << (int)(bit % 64))) != 0;
    }
}
