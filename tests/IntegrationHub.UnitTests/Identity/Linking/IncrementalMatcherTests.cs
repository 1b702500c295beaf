using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Linking;

public sealed class IncrementalMatcherTests
{
    private static readonly SomeCustomers Customers = SomeCustomers.Make(200, 7);
    private static readonly MatchModel Model = new Matcher(new(), new Random(1), InlineWorkers.Run).Train(Customers.ToSet());

    [Fact]
    public void InWhateverOrderRecordsComeTheClustersAreThoseOfABatch()
    {
        var batch = new Matcher(new(), new Random(1), InlineWorkers.Run).Run(Customers.ToSet(), Model).Clusters;
        var expected = Groups(Enumerable.Range(0, batch.Count).GroupBy(row => batch[row]));
        for (var seed = 1; seed <= 5; seed++)
        {
            var matcher = Fresh();
            foreach (var row in Shuffled(seed))
                matcher.Put(row, Customers.Records[row].Fields);

            Assert.Equal(expected, Clusters(matcher));
        }
    }

    [Fact]
    public void RecordsThatChangeAndGoLeaveNoTrace()
    {
        var plain = Fresh();
        var tried = Fresh();
        var random = new Random(3);
        for (var row = 0; row < Customers.Records.Count; row++)
        {
            if (row % 5 != 0)
                plain.Put(row, Customers.Records[row].Fields);
            // First as somebody else, then as itself; every fifth one leaves again.
            tried.Put(row, Customers.Records[random.Next(Customers.Records.Count)].Fields);
        }

        foreach (var row in Shuffled(4))
        {
            tried.Put(row, Customers.Records[row].Fields);
            if (row % 5 == 0)
                tried.Remove(row);
        }

        Assert.Equal(Clusters(plain, static row => row % 5 != 0), Clusters(tried, static row => row % 5 != 0));
    }

    [Fact]
    public void WhoComesIsToldTheClusterThatItJoins()
    {
        var matcher = Fresh();
        var ada = new string?[] { "Ada", "Lovelace", "1815-12-10", "London", "ada@example.org", "1234567" };
        Assert.Equal([[1]], matcher.Put(1, ada));
        Assert.Equal([[1, 2]], matcher.Put(2, ada));
        Assert.Equal([[2]], matcher.Remove(1));
        Assert.Equal([2], matcher.ClusterOf(2));
    }

    private static IncrementalMatcher Fresh()
    {
        var builder = new RecordSetBuilder(SomeCustomers.Columns);
        foreach (var (fields, _) in Customers.Records)
            builder.Add(fields, 0);
        return new(Model, builder.Build(canGrow: true), new());
    }

    private static int[] Shuffled(int seed)
    {
        var rows = Enumerable.Range(0, Customers.Records.Count).ToArray();
        new Random(seed).Shuffle(rows);
        return rows;
    }

    private static HashSet<string> Clusters(IncrementalMatcher matcher, Func<int, bool>? isIn = null) =>
        Groups(Enumerable.Range(0, Customers.Records.Count)
            .Where(row => isIn?.Invoke(row) ?? true).GroupBy(row => string.Join(' ', matcher.ClusterOf(row))));

    private static HashSet<string> Groups<TKey>(IEnumerable<IGrouping<TKey, int>> groups) =>
        [.. groups.Select(static group => string.Join(' ', group.Order()))];
}
