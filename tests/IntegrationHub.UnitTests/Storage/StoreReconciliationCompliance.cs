using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What any store must do: reconciliations and what they found.</summary>
public sealed class StoreReconciliationCompliance
{
    public static TheoryData<string> Stores => StoreCompliance.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task DifferencesAreKeptOnceAndListedInTheirOrder(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        var first = new Difference(7, Some.Digest("a"), DifferenceKind.ChangedUnseen, 3, 4, "key-ä", [new("name.given", Some.Values[1], FieldValue.Empty)], false);
        var second = new Difference(7, Some.Digest("b"), DifferenceKind.UnknownToHub, 0, 0, "k2", [], false);
        var third = new Difference(7, Some.Digest("c"), DifferenceKind.NotDelivered, 0, 9, null, [], false);
        await store.CommitAsync(step => step.Differences.AddRange([first, second]));
        await store.CommitAsync(step => step.Differences.AddRange([second with { IsRepaired = true }, third, first with { Run = 8 }]));

        var placed = await queries.ListDifferencesAsync(7, null, new(0, 10), CancellationToken.None);
        Assert.Equal(["key-ä", "k2", null], placed.Select(static one => one.Difference.Key));
        Assert.Equal(first.Fields, placed[0].Difference.Fields);
        Assert.Equal((first.Subject, 3L, 4L, false), (placed[0].Difference.Subject, placed[0].Difference.SourceRecordId, placed[0].Difference.GoldenId, placed[0].Difference.IsRepaired));
        Assert.Equal(["k2"], (await queries.ListDifferencesAsync(7, DifferenceKind.UnknownToHub, new(0, 10), CancellationToken.None)).Select(static one => one.Difference.Key));
        Assert.Equal([null], (await queries.ListDifferencesAsync(7, null, new(placed[1].Place, 10), CancellationToken.None)).Select(static one => one.Difference.Key));
        Assert.Equal(
            [new(DifferenceKind.UnknownToHub, true, 1), new(DifferenceKind.ChangedUnseen, false, 1), new(DifferenceKind.NotDelivered, false, 1)],
            await queries.CountDifferencesAsync(7, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task TheNewestRunsOfAStreamAreKept(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        await store.CommitAsync(static step =>
        {
            for (var run = 1; run <= 5; run++)
            {
                step.Reconciliations.Add(Run(run, 1));
                step.Reconciliations.Add(Run(run + 10, 2));
                step.Differences.Add(new(run, Some.Digest("a"), DifferenceKind.NotShown, 1, 1, "k", [], false));
            }
        });
        var ended = Run(5, 1) with { EndedAt = Some.Time.AddMinutes(3), Failure = "x", IsRepair = true, Counts = new Dictionary<string, long> { ["in system"] = 4 } };
        await store.CommitAsync(step =>
        {
            step.Reconciliations.Add(ended);
            step.ForgetReconciliations = new(1, 2);
        });

        var runs = await queries.ListReconciliationsAsync(1, 10, CancellationToken.None);
        Assert.Equal([5, 4], runs.Select(static run => run.Run));
        Assert.Equal(("eve", Some.Time.AddMinutes(3), "x", true, 4L), (runs[0].Actor, runs[0].EndedAt, runs[0].Failure, runs[0].IsRepair, runs[0].Count("in system")));
        Assert.Equal(7, (await queries.ListReconciliationsAsync(null, 10, CancellationToken.None)).Count);
        Assert.Empty(await queries.ListDifferencesAsync(3, null, new(0, 10), CancellationToken.None));
        Assert.Single(await queries.ListDifferencesAsync(4, null, new(0, 10), CancellationToken.None));
        Assert.Equal([5, 15], (await queries.ListStreamsAsync(CancellationToken.None)).Select(static state => state.LastReconciliation!.Run));
    }

    private static Reconciliation Run(long run, int stream) => new() { Run = run, Stream = stream, Actor = "eve", StartedAt = Some.Time };

    private static async Task<(IStore Store, IStoreQueries Queries)> FilledAsync(StorePlace place)
    {
        var store = place.Open();
        await store.RegisterStreamsAsync([new("crm", "people"), new("shop", "people")], CancellationToken.None);
        return (store, (IStoreQueries)store);
    }
}
