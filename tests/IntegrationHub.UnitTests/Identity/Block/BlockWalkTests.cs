using IntegrationHub.Identity;
using IntegrationHub.Identity.Block;
using IntegrationHub.UnitTests.Identity.Linking;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Block;

public sealed class BlockWalkTests
{
    [Fact]
    public void EachPairThatARuleFindsIsShownOnce()
    {
        var space = new PairSpace(SomeCustomers.Make(400, 1).ToSet(), isLink: false);
        var keys = KeyTable.Make(space.Set);
        var rules = BlockRules.Choose(space, keys, 40, new Random(1));
        var shown = Shown(new BlockWalk(space, keys, rules, InlineWorkers.Run));

        Assert.Equal(shown.Count, shown.Distinct().Count());
        Assert.Equal(Expected(space, keys, rules), shown.ToHashSet());
    }

    [Fact]
    public void ABlockOfManyIsSplitByAFurtherKey()
    {
        // All share a town and nothing else; the rule for the town alone would pair a million.
        var builder = new RecordSetBuilder([new("town", ColumnKind.City), new("number", ColumnKind.Identifier)]);
        for (var i = 0; i < 2_000; i++)
            builder.Add(["London", $"{100_000 + (i / 2)}"], 0);
        var space = new PairSpace(builder.Build(), isLink: false);
        var keys = KeyTable.Make(space.Set);
        var walk = new BlockWalk(space, keys, [1], InlineWorkers.Run);

        var shown = Shown(walk);

        Assert.True(walk.OversizeCount >= 1);
        Assert.True(shown.Count < 100_000, $"{shown.Count} pairs");
        var same = Enumerable.Range(0, 2_000).SelectMany(j => Enumerable.Range(0, j).Where(i => space.Set.Rows[i] / 2 == space.Set.Rows[j] / 2).Select(i => (i, j)));
        Assert.Subset(shown.ToHashSet(), same.ToHashSet());
        Assert.Equal(shown.Count, shown.Distinct().Count());
    }

    [Fact]
    public void RecordsOfOneSideAreNoPair()
    {
        var builder = new RecordSetBuilder([new("number", ColumnKind.Identifier)]);
        foreach (var source in (int[])[0, 0, 1, 1])
            builder.Add(["4711"], source);
        var space = new PairSpace(builder.Build(), isLink: true);
        var shown = Shown(new BlockWalk(space, KeyTable.Make(space.Set), [1], InlineWorkers.Run));

        Assert.Equal(4, shown.Count);
        Assert.All(shown, pair => Assert.NotEqual(space.Set.Sources[pair.First], space.Set.Sources[pair.Second]));
    }

    private static List<(int First, int Second)> Shown(BlockWalk walk)
    {
        var shown = new List<(int, int)>();
        for (var rule = 0; rule < walk.RuleCount; rule++)
            walk.Visit(rule, 1, (first, second) => shown.Add((first, second)));
        return shown;
    }

    private static HashSet<(int First, int Second)> Expected(PairSpace space, KeyTable keys, ulong[] rules)
    {
        var pairs = Enumerable.Range(0, space.Set.Count).SelectMany(j => Enumerable.Range(0, j).Select(i => (i, j)));
        return [.. pairs.Where(pair => Array.Exists(rules, rule => (BlockRules.Agreement(keys, pair.i, pair.j) & rule) == rule))];
    }
}
