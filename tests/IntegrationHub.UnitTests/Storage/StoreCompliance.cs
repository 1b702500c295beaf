using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What any store must do: commits and leases. Another store takes part by a kind of its own in <see cref="StorePlace"/>.</summary>
public sealed class StoreCompliance
{
    public static TheoryData<string> Stores => ["sqlite file", "sqlite memory"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AStepThatFailsInTheMiddleLeavesNothing(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.RegisterStreamsAsync([new("crm", "people")], CancellationToken.None);
        await store.CommitAsync(step => step.SourceRecords.Add(Some.Record(1)));

        await Assert.ThrowsAsync<StaleStepException>(() => store.CommitAsync(step =>
        {
            step.SourceRecords.Add(Some.Record(2));
            step.GoldenRecords.Add(Some.Golden(1));
            step.Deliveries.Add(Some.Delivery(1, 1) with { Revision = 9 });
            step.Tallies.Add(new(1, 1, "landed", 5));
            step.Audit.Add(Some.Entry("test"));
            step.MatchKeys.Add(new(Some.Digest("k"), 1, Added: true));
            step.Decisions.Add(new(1, 2, true, "ada", Some.Time));
            step.Quarantined.Add(new(1, 1, "map", [], Some.Time, 1));
        }));

        Assert.Empty(await store.LoadRecordsAsync([2], false, CancellationToken.None));
        Assert.Empty(await store.LoadClustersAsync([1], CancellationToken.None));
        Assert.Empty(await store.FindByMatchKeysAsync([Some.Digest("k")], 5, CancellationToken.None));
        Assert.Empty(await store.FindDecisionsAsync([1, 2], CancellationToken.None));
        var queries = (IStoreQueries)store;
        Assert.Empty(await queries.ListTalliesAsync(null, CancellationToken.None));
        Assert.Empty(await queries.ListAuditAsync(new(), null, 10, CancellationToken.None));
        Assert.Empty(await queries.ListQuarantineAsync(FindingFilter.None, new(0, 10), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ASecondRecordWithTheSameKeyRefusesTheStep(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(step => step.Landed.Add(new(Some.Record(1, key: "one"))));

        await Assert.ThrowsAsync<StaleStepException>(() => store.CommitAsync(step =>
        {
            step.Tallies.Add(new(1, 1, "landed", 1));
            step.Landed.Add(new(Some.Record(2, key: "one")));
        }));

        Assert.Empty(await ((IStoreQueries)store).ListTalliesAsync(null, CancellationToken.None));
    }

    public static TheoryData<string, string> StaleRows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var kind in new[] { "sqlite file", "sqlite memory" })
            {
                foreach (var row in new[] { "landed", "record", "golden", "delivery", "progress", "other progress" })
                    rows.Add(kind, row);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(StaleRows))]
    public async Task ARowThatChangedMeanwhileRefusesTheStep(string kind, string row)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.RegisterStreamsAsync([new("crm", "people")], CancellationToken.None);
        await store.CommitAsync(step =>
        {
            step.Landed.Add(new(Some.Record(1)));
            step.GoldenRecords.Add(Some.Golden(1));
            step.Deliveries.Add(Some.Delivery(1, 1));
        });
        var progress = await store.LoadProgressAsync(1, CancellationToken.None);
        void Write(StepChanges step)
        {
            switch (row)
            {
                case "landed": step.Landed.Add(new(Some.Record(1) with { Revision = 1 })); break;
                case "record": step.SourceRecords.Add(Some.Record(1) with { Revision = 1 }); break;
                case "golden": step.GoldenRecords.Add(Some.Golden(1) with { Revision = 1 }); break;
                case "delivery": step.Deliveries.Add(Some.Delivery(1, 1) with { Revision = 1 }); break;
                case "progress": step.Progress = progress; break;
                default: step.OtherProgress.Add(progress); break;
            }
        }

        await store.CommitAsync(Write);

        await Assert.ThrowsAsync<StaleStepException>(() => store.CommitAsync(Write));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ALeaseHasOneHolderWhoseRenewalKeepsTheEpoch(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var first = await store.TryAcquireLeaseAsync("refine", "one", TimeSpan.FromMinutes(1), CancellationToken.None);

        Assert.Null(await store.TryAcquireLeaseAsync("refine", "two", TimeSpan.FromMinutes(1), CancellationToken.None));
        place.Clock.Advance(TimeSpan.FromSeconds(30));
        var renewed = await store.TryAcquireLeaseAsync("refine", "one", TimeSpan.FromMinutes(1), CancellationToken.None);

        Assert.Equal(first!.Epoch, renewed!.Epoch);
        Assert.Equal(first.ExpiresAt + TimeSpan.FromSeconds(30), renewed.ExpiresAt);
        Assert.NotNull(await store.TryAcquireLeaseAsync("deliver:crm", "two", TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task WhoeverWasTakenOverIsRefusedAndWritesNothing(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var late = (await store.TryAcquireLeaseAsync("refine", "one", TimeSpan.FromMinutes(1), CancellationToken.None))!;
        place.Clock.Advance(TimeSpan.FromMinutes(1));
        var current = (await store.TryAcquireLeaseAsync("refine", "two", TimeSpan.FromMinutes(1), CancellationToken.None))!;

        Assert.Equal(late.Epoch + 1, current.Epoch);
        var changes = Some.Step(static step => step.GoldenRecords.Add(Some.Golden(1)));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.CommitAsync(late, changes, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<LeaseLostException>(() => store.MarkWorkAsync(late, new([1], 1), CancellationToken.None).AsTask());
        Assert.Empty(await store.LoadClustersAsync([1], CancellationToken.None));
        Assert.Null(await store.LoadWorkMarkAsync("refine", CancellationToken.None));

        // The late one's own release must not end the lease of the one who took over.
        await store.ReleaseLeaseAsync(late, CancellationToken.None);
        Assert.Null(await store.TryAcquireLeaseAsync("refine", "three", TimeSpan.FromMinutes(1), CancellationToken.None));
        await store.CommitAsync(current, changes, CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AnOwnerWhoComesBackAfterExpiryGetsANewEpoch(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var first = (await store.TryAcquireLeaseAsync("refine", "one", TimeSpan.FromMinutes(1), CancellationToken.None))!;
        place.Clock.Advance(TimeSpan.FromMinutes(2));

        var second = (await store.TryAcquireLeaseAsync("refine", "one", TimeSpan.FromMinutes(1), CancellationToken.None))!;

        Assert.Equal(first.Epoch + 1, second.Epoch);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AReleasedLeaseIsFreeAtOnce(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var lease = (await store.TryAcquireLeaseAsync("refine", "one", TimeSpan.FromHours(1), CancellationToken.None))!;

        await store.ReleaseLeaseAsync(lease, CancellationToken.None);

        var next = await store.TryAcquireLeaseAsync("refine", "two", TimeSpan.FromHours(1), CancellationToken.None);
        Assert.Equal(lease.Epoch + 1, next!.Epoch);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task LeasesOutliveTheirStore(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.TryAcquireLeaseAsync("refine", "one", TimeSpan.FromHours(1), CancellationToken.None);

        store = await place.ReopenAsync(store);

        Assert.Null(await store.TryAcquireLeaseAsync("refine", "two", TimeSpan.FromHours(1), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AnIdIsGivenOnceAlsoAfterReopening(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var given = new HashSet<long>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 1; i <= 5; i++)
            {
                var first = await store.ReserveIdsAsync(IdRange.Delivery, i, CancellationToken.None);
                for (var id = first; id < first + i; id++)
                    Assert.True(given.Add(id), $"The id {id} was given twice.");
            }

            store = await place.ReopenAsync(store);
        }

        Assert.Equal(1, given.Min());
        Assert.Equal(1, await store.ReserveIdsAsync(IdRange.Conflict, 1, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task EightCallersAtOnceAllCommitAndEachFailsAlone(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var lease = await store.LeaseAsync();
        await store.CommitAsync(static step => step.GoldenRecords.Add(Some.Golden(9_999)));
        using var start = new Barrier(8);

        var failed = await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return CommitManyAsync(caller).GetAwaiter().GetResult();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.All(failed, static count => Assert.Equal(5, count));
        var stored = await store.LoadClustersAsync([.. Enumerable.Range(0, 400).Select(static id => (long)id)], CancellationToken.None);
        Assert.Equal(8 * 20, stored.Count);
        Assert.Equal(8 * 20, await store.CountLiveAsync(1, CancellationToken.None));
        var tally = Assert.Single(await ((IStoreQueries)store).ListTalliesAsync(0, CancellationToken.None));
        Assert.Equal(8 * 20, tally.Count);

        async Task<int> CommitManyAsync(int caller)
        {
            var stale = 0;
            for (var i = 0; i < 25; i++)
            {
                var id = (caller * 25) + i;
                var changes = Some.Step(step =>
                {
                    step.Tallies.Add(new(0, 1, "made", 1));
                    // Written before the row that refuses the step: it has to be undone, and nobody else's with it.
                    step.Landed.Add(new(Some.Record(id + 100)));
                    step.GoldenRecords.Add(i % 5 == 4 ? Some.Golden(9_999) with { Revision = 77 } : Some.Golden(id + 100));
                });
                try
                {
                    await store.CommitAsync(lease, changes, CancellationToken.None);
                }
                catch (StaleStepException)
                {
                    stale++;
                }
            }

            return stale;
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task WhatWasBegunIsKnownAfterACrashAndForgottenByTheCommit(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.MarkWorkAsync(await store.LeaseAsync("refine"), new([3, 1, 2], 2), CancellationToken.None);
        await store.MarkWorkAsync(await store.LeaseAsync("other"), new([9], 1), CancellationToken.None);

        store = await place.ReopenAsync(store);

        var mark = await store.LoadWorkMarkAsync("refine", CancellationToken.None);
        Assert.Equal([3, 1, 2], mark!.SourceRecordIds);
        Assert.Equal(2, mark.Begun);
        await store.CommitAsync(await store.LeaseAsync("refine"), Some.Step(static step => step.Tallies.Add(new(0, 1, "done", 1))), CancellationToken.None);
        Assert.Null(await store.LoadWorkMarkAsync("refine", CancellationToken.None));
        Assert.NotNull(await store.LoadWorkMarkAsync("other", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task CountsAddUp(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step => step.Tallies.AddRange([new(1, 1, "read", 5), new(1, 1, "read", 2), new(1, 2, "read", 1)]));
        store = await place.ReopenAsync(store);
        await store.CommitAsync(static step => step.Tallies.AddRange([new(1, 1, "read", 3), new(2, 1, "read", 4)]));

        var queries = (IStoreQueries)store;
        Assert.Equal([new(1, 1, "read", 10), new(1, 2, "read", 1)], await queries.ListTalliesAsync(1, CancellationToken.None));
        Assert.Equal([new(0, 1, "read", 14), new(0, 2, "read", 1)], await queries.ListTalliesAsync(null, CancellationToken.None));
    }
}
