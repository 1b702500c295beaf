using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Linking;

public sealed class MatcherTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CustomersAreFoundWithoutLabels(int seed)
    {
        var customers = SomeCustomers.Make(600, seed);
        var outcome = Run(customers.ToSet());
        var (precision, recall) = Score(customers, outcome.Clusters);

        Assert.True(precision >= 0.96, $"precision {precision}");
        Assert.True(recall >= 0.97, $"recall {recall}");
    }

    [Fact]
    public void TheOrderOfRecordsDoesNotMatter()
    {
        var customers = SomeCustomers.Make(400, 4);
        var count = customers.Records.Count;
        var first = Run(customers.ToSet());
        var reversed = Run(customers.ToSet(i => count - 1 - i));

        Assert.Equal(Groups(first.Clusters, static row => row), Groups(reversed.Clusters, row => count - 1 - row));
    }

    [Fact]
    public void TheNumberOfThreadsDoesNotMatter()
    {
        var set = SomeCustomers.Make(400, 5).ToSet();
        var alone = Run(set);
        var together = Run(set, static (pieces, piece) => Parallel.For(0, pieces, piece));

        Assert.Equal(alone.Clusters, together.Clusters);
    }

    private static MatchOutcome Run(RecordSet set, Workers? workers = null)
    {
        var matcher = new Matcher(new(), new Random(1), workers ?? InlineWorkers.Run);
        return matcher.Run(set, matcher.Train(set));
    }

    private static HashSet<string> Groups(IReadOnlyList<int> clusters, Func<int, int> rowOf) =>
        [.. Enumerable.Range(0, clusters.Count).GroupBy(row => clusters[row])
            .Select(group => string.Join(' ', group.Select(rowOf).Order()))];

    private static (double Precision, double Recall) Score(SomeCustomers customers, IReadOnlyList<int> clusters)
    {
        double both = 0, found = 0, real = 0;
        for (var j = 0; j < clusters.Count; j++)
        {
            for (var i = 0; i < j; i++)
            {
                var isFound = clusters[i] == clusters[j];
                var isReal = customers.Records[i].Customer == customers.Records[j].Customer;
                found += isFound ? 1 : 0;
                real += isReal ? 1 : 0;
                both += isFound && isReal ? 1 : 0;
            }
        }

        return (both / found, both / real);
    }
}
