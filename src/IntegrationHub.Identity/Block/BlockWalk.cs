using System.Numerics;

namespace IntegrationHub.Identity.Block;

/// <summary>Takes a pair of candidates.</summary>
internal delegate void PairVisit(int first, int second);

/// <summary>
/// Goes through the blocks of records that agree on a rule's keys, and shows each pair of candidates once: to the first rule that finds it.
/// A block beyond <see cref="BlockMax"/> is not paired; a further key splits it.
/// </summary>
internal sealed class BlockWalk
{
    /// <summary>Records of a block that are paired with each other.</summary>
    public const int BlockMax = 300;

    private const int SplitSlots = 4;

    private readonly PairSpace space;
    private readonly KeyTable keys;
    private readonly List<Rule> rules = [];

    public BlockWalk(PairSpace space, KeyTable keys, IReadOnlyList<ulong> rules, Workers workers)
    {
        this.space = space;
        this.keys = keys;
        foreach (var slots in rules)
            this.rules.Add(new(slots, null));
        // Rules appended here split blocks that came out too large, and may come out too large themselves.
        for (var from = 0; from < this.rules.Count && from < rules.Count * 4;)
        {
            var end = this.rules.Count;
            var found = new HashSet<ulong>[end - from];
            workers(end - from, i => found[i] = OversizeOf(this.rules[from + i]));
            for (var i = from; i < end; i++)
                Split(this.rules[i], found[i - from]);
            from = end;
        }
    }

    public int RuleCount => rules.Count;

    /// <summary>Blocks that were too large to pair.</summary>
    public int OversizeCount => rules.Sum(static rule => rule.Oversize.Count);

    /// <summary>Shows the pairs that one rule finds first.</summary>
    /// <param name="every">Take one block of so many, chosen by its key: 1 takes all.</param>
    public void Visit(int rule, int every, PairVisit visit)
    {
        var (codes, records) = Grouped(rules[rule], every);
        for (var start = 0; start < codes.Length;)
        {
            var end = start + 1;
            while (end < codes.Length && codes[end] == codes[start])
                end++;
            if (end - start is > 1 and <= BlockMax)
                VisitBlock(rule, records.AsSpan(start, end - start), visit);
            start = end;
        }
    }

    private void VisitBlock(int rule, Span<int> block, PairVisit visit)
    {
        block.Sort();
        for (var j = 1; j < block.Length; j++)
        {
            for (var i = 0; i < j; i++)
            {
                if (space.Has(block[i], block[j]) && IsFirst(rule, block[i], block[j]))
                    visit(block[i], block[j]);
            }
        }
    }

    private bool IsFirst(int rule, int first, int second)
    {
        if (rule == 0)
            return true;
        var agreement = BlockRules.Agreement(keys, first, second);
        for (var i = 0; i < rule; i++)
        {
            var earlier = rules[i];
            if ((agreement & earlier.Slots) == earlier.Slots && IsPaired(earlier, keys.Of(first)))
                return false;
        }

        return true;
    }

    private static bool IsPaired(Rule rule, ReadOnlySpan<int> record)
    {
        if (rule.Splits is { } splits && !splits.Contains(CodeOf(rule.SplitSlots, record)))
            return false;
        return rule.Oversize.Count == 0 || !rule.Oversize.Contains(CodeOf(rule.Slots, record));
    }

    /// <summary>The block of a record by a rule; 0 when a key is missing.</summary>
    public static ulong CodeOf(ulong slots, ReadOnlySpan<int> record)
    {
        ulong code = slots;
        for (var rest = slots; rest != 0; rest &= rest - 1)
        {
            var key = record[BitOperations.TrailingZeroCount(rest)];
            if (key == 0)
                return 0;
            code = (code ^ (uint)key) * 0x9E3779B97F4A7C15;
            code ^= code >> 32;
        }

        return code == 0 ? 1 : code;
    }

    // Records whose code another one shares, sorted by code.
    private (ulong[] Codes, int[] Records) Grouped(Rule rule, int every)
    {
        var codes = new ulong[space.Set.Count];
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, space.Set.Count * 4));
        var once = new ulong[size / 64];
        var twice = new ulong[size / 64];
        for (var record = 0; record < codes.Length; record++)
        {
            var code = CodeOf(rule.Slots, keys.Of(record));
            if (code == 0 || (every > 1 && (code >> 40) % (ulong)every != 0) || !IsAsked(rule, record))
                continue;
            codes[record] = code;
            var place = (int)((code * 0xD6E8FEB86659FD93) >> 32) & (size - 1);
            var bit = 1UL << (place & 63);
            twice[place >> 6] |= once[place >> 6] & bit;
            once[place >> 6] |= bit;
        }

        var count = 0;
        var records = new int[codes.Length];
        for (var record = 0; record < codes.Length; record++)
        {
            var code = codes[record];
            var place = (int)((code * 0xD6E8FEB86659FD93) >> 32) & (size - 1);
            if (code == 0 || (twice[place >> 6] & (1UL << (place & 63))) == 0)
                continue;
            codes[count] = code;
            records[count++] = record;
        }

        Array.Resize(ref codes, count);
        Array.Resize(ref records, count);
        Array.Sort(codes, records);
        return (codes, records);
    }

    private bool IsAsked(Rule rule, int record) =>
        rule.Splits is not { } splits || splits.Contains(CodeOf(rule.SplitSlots, keys.Of(record)));

    private HashSet<ulong> OversizeOf(Rule rule)
    {
        var (codes, _) = Grouped(rule, 1);
        var oversize = new HashSet<ulong>();
        for (var i = 0; i + BlockMax < codes.Length; i++)
        {
            if (codes[i] == codes[i + BlockMax])
                oversize.Add(codes[i]);
        }

        return oversize;
    }

    private void Split(Rule rule, HashSet<ulong> oversize)
    {
        rule.Oversize = oversize;
        if (oversize.Count == 0)
            return;
        uint columns = 0;
        for (var rest = rule.Slots; rest != 0; rest &= rest - 1)
            columns |= keys.Slots[BitOperations.TrailingZeroCount(rest)].Columns;
        var further = Enumerable.Range(0, Math.Min(64, keys.Slots.Length)).Where(slot => (keys.Slots[slot].Columns & columns) == 0)
            .OrderByDescending(DistinctOf).Take(SplitSlots);
        foreach (var slot in further)
            rules.Add(new(rule.Slots | (1UL << slot), oversize) { SplitSlots = rule.Slots });
    }

    // Of the first records: they are in no order that means anything.
    private int DistinctOf(int slot)
    {
        var distinct = new HashSet<int>();
        for (var record = 0; record < Math.Min(2000, space.Set.Count); record++)
        {
            if (keys.Of(record)[slot] is var key && key != 0)
                distinct.Add(key);
        }

        return distinct.Count;
    }

    private sealed record Rule(ulong Slots, HashSet<ulong>? Splits)
    {
        /// <summary>With <see cref="Splits"/>: the slots of the rule whose blocks were too large. Only records of those blocks are
        /// asked.</summary>
        public ulong SplitSlots { get; init; }

        public HashSet<ulong> Oversize { get; set; } = [];
    }
}
