using System.Numerics;
using System.Runtime.InteropServices;

namespace IntegrationHub.Identity.Block;

/// <summary>
/// Chooses the rules that bring candidates together. A rule is a set of key slots, and two records are candidates when they agree on all of
/// one rule's keys. Rules are taken one by one: the one that finds most of the matches that few rules find so far, for its cost.
/// </summary>
internal sealed class BlockRules
{
    private const int SlotMax = 64, RuleMax = 48, SampleMax = 2_000_000, PatternCount = 1_500;
    private const double SameShare = 0.80, NearShare = 0.12, KeyKept = 0.5;

    // A pair that one rule finds already counts this much less for the next: blocks may be too large, and then another has to find it.
    private const double FoundAlready = 0.5;

    // What a rule costs a record even when it finds nothing, in candidates.
    private const double OwnCost = 0.3;
    private const double GainMin = 0.00002;

    private readonly KeySlot[] slots;
    private readonly Dictionary<ulong, int> agreements = [];
    private readonly double scale;

    private BlockRules(PairSpace space, KeyTable keys, Random random)
    {
        slots = keys.Slots;
        var pairs = space.Sample(SampleMax, random);
        foreach (var (first, second) in pairs)
            CollectionsMarshal.GetValueRefOrAddDefault(agreements, Agreement(keys, first, second), out _)++;
        agreements.Remove(0);
        scale = space.Opposite / Math.Max(1, pairs.Length);
    }

    /// <summary>The slots on which two records agree, as bits.</summary>
    public static ulong Agreement(KeyTable keys, int first, int second)
    {
        var a = keys.Of(first);
        var b = keys.Of(second);
        ulong agreement = 0;
        for (var i = 0; i < a.Length && i < SlotMax; i++)
        {
            if (a[i] == b[i] && a[i] != 0)
                agreement |= 1UL << i;
        }

        return agreement;
    }

    /// <param name="budget">Candidates a record may have on average.</param>
    /// <returns>Rules as bits of slots, in the order in which they are asked.</returns>
    public static ulong[] Choose(PairSpace space, KeyTable keys, double budget, Random random)
    {
        var rules = new BlockRules(space, keys, random);
        return rules.Take(rules.Candidates(budget), rules.Patterns(space.Set, keys, random), budget);
    }

    private double CostOf(ulong rule)
    {
        long count = 0;
        foreach (var (agreement, times) in agreements)
        {
            if ((agreement & rule) == rule)
                count += times;
        }

        return (count + 0.25) * scale;
    }

    private List<(ulong Rule, double Cost)> Candidates(double budget)
    {
        var narrow = new List<(ulong Rule, double Cost)>();
        var broad = new List<ulong> { 0 };
        for (var depth = 1; depth <= 3; depth++)
        {
            var next = new List<ulong>();
            foreach (var rule in broad)
            {
                for (var slot = 64 - BitOperations.LeadingZeroCount(rule); slot < slots.Length && slot < SlotMax; slot++)
                {
                    if ((ColumnsOf(rule) & slots[slot].Columns) != 0)
                        continue;
                    var longer = rule | (1UL << slot);
                    var cost = CostOf(longer);
                    if (cost <= budget / 4)
                        narrow.Add((longer, cost));
                    if (cost > budget / 40)
                        next.Add(longer);
                }
            }

            broad = next;
        }

        return narrow;
    }

    private uint ColumnsOf(ulong rule)
    {
        uint columns = 0;
        for (; rule != 0; rule &= rule - 1)
            columns |= slots[BitOperations.TrailingZeroCount(rule)].Columns;
        return columns;
    }

    // What a match of a record is likely to agree on, before any is known: most columns are the same, some nearly, the rest is missing or
    // different.
    private ulong[] Patterns(RecordSet set, KeyTable keys, Random random)
    {
        var present = Array.ConvertAll(set.Columns, column => (double)column.Present / Math.Max(1, set.Count));
        return [.. Enumerable.Range(0, PatternCount).Select(_ => Pattern(present, keys.Of(random.Next(set.Count)), random))];
    }

    private ulong Pattern(double[] present, ReadOnlySpan<int> record, Random random)
    {
        uint same = 0, near = 0;
        for (var i = 0; i < present.Length; i++)
        {
            var chance = random.NextDouble() / Math.Max(1e-9, present[i]);
            if (chance < SameShare)
                same |= 1U << i;
            else if (chance < SameShare + NearShare)
                near |= 1U << i;
        }

        ulong pattern = 0;
        for (var i = 0; i < record.Length && i < SlotMax; i++)
        {
            var isKept = random.NextDouble() < KeyKept;
            if (record[i] != 0 && ((slots[i].Columns & ~same) == 0 || (isKept && (slots[i].Columns & ~(same | near)) == 0)))
                pattern |= 1UL << i;
        }

        return pattern;
    }

    private ulong[] Take(List<(ulong Rule, double Cost)> candidates, ulong[] patterns, double budget)
    {
        var weights = Array.ConvertAll(patterns, static _ => 1.0 / PatternCount);
        var taken = new List<ulong>();
        while (taken.Count < RuleMax)
        {
            var (best, bestValue) = (-1, 0.0);
            for (var i = 0; i < candidates.Count; i++)
            {
                if (candidates[i].Cost > budget)
                    continue;
                var gain = GainOf(candidates[i].Rule, patterns, weights);
                if (gain >= GainMin && gain / (candidates[i].Cost + OwnCost) > bestValue)
                    (best, bestValue) = (i, gain / (candidates[i].Cost + OwnCost));
            }

            if (best < 0)
                break;
            var (rule, cost) = candidates[best];
            // A rule that asks for more finds nothing that this one does not.
            taken.RemoveAll(one => (one & rule) == rule);
            candidates.RemoveAll(one => (one.Rule & rule) == rule);
            taken.Add(rule);
            budget -= cost;
            Pay(rule, candidates);
            for (var i = 0; i < patterns.Length; i++)
            {
                if ((patterns[i] & rule) == rule)
                    weights[i] *= FoundAlready;
            }
        }

        return [.. taken];
    }

    // A pair is scored once: what a rule has found costs the others nothing any more.
    private void Pay(ulong rule, List<(ulong Rule, double Cost)> candidates)
    {
        foreach (var (agreement, times) in agreements.Where(one => (one.Key & rule) == rule).ToList())
        {
            agreements.Remove(agreement);
            for (var i = 0; i < candidates.Count; i++)
            {
                if ((agreement & candidates[i].Rule) == candidates[i].Rule)
                    candidates[i] = (candidates[i].Rule, candidates[i].Cost - (times * scale));
            }
        }
    }

    private static double GainOf(ulong rule, ulong[] patterns, double[] weights)
    {
        double gain = 0;
        for (var i = 0; i < patterns.Length; i++)
        {
            if ((patterns[i] & rule) == rule)
                gain += weights[i];
        }

        return gain;
    }
}
