using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What any store must do: finding the work that is due, whatever was forgotten outside the store.</summary>
public sealed class StoreWorkCompliance
{
    public static TheoryData<string> Stores => StoreCompliance.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ASweepFindsEveryDueRecordAfterReopening(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var now = place.Clock.GetUtcNow();
        await store.CommitAsync(step =>
        {
            step.Landed.Add(new(Some.Record(1) with { DueAt = now }));
            step.Landed.Add(new(Some.Record(2) with { DueAt = now.AddMilliseconds(1) }));
            step.Landed.Add(new(Some.Record(3) with { DueAt = now.AddHours(-1) }));
            step.SourceRecords.Add(Some.Record(4) with { Stage = RecordStage.Linked });
            step.SourceRecords.Add(Some.Record(5) with { Stage = RecordStage.Quarantined });
        });

        store = await place.ReopenAsync(store);

        Assert.Equal([3, 1], (await store.LoadDueRecordsAsync(10, CancellationToken.None)).Select(static record => record.Id));
        Assert.Equal([3], (await store.LoadDueRecordsAsync(1, CancellationToken.None)).Select(static record => record.Id));
        Assert.All(await store.LoadDueRecordsAsync(10, CancellationToken.None), static record => Assert.NotNull(record.Raw));
        place.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, (await store.LoadDueRecordsAsync(10, CancellationToken.None)).Count);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ASweepFindsEveryDueDeliveryAfterReopening(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var now = place.Clock.GetUtcNow();
        await store.CommitAsync(step =>
        {
            step.GoldenRecords.AddRange(Enumerable.Range(1, 6).Select(static id => Some.Golden(id)));
            step.Deliveries.Add(Some.Delivery(1, 1) with { DueAt = now, SourceRecordId = 11 });
            step.Deliveries.Add(Some.Delivery(2, 2) with { DueAt = now.AddMinutes(-1) });
            step.Deliveries.Add(Some.Delivery(3, 3) with { DueAt = now.AddMinutes(1), SourceRecordId = 13 });
            step.Deliveries.Add(Some.Delivery(4, 4) with { DueAt = now, State = DeliveryState.Attempting, SourceRecordId = 14 });
            step.Deliveries.Add(Some.Delivery(5, 5) with { DueAt = now, State = DeliveryState.Dead, SourceRecordId = 15 });
            step.Deliveries.Add(Some.Delivery(6, 6, stream: 2) with { DueAt = now, SourceRecordId = 16 });
        });

        store = await place.ReopenAsync(store);

        Assert.Equal([2, 1], await DueAsync(store, DeliveryState.Planned));
        Assert.Equal([1], await DueAsync(store, DeliveryState.Planned, OperationRights.Every & ~Rights.Create));
        Assert.Equal([4], await DueAsync(store, DeliveryState.Attempting));
        Assert.Equal(now.AddMinutes(-1), await store.NextDueDeliveryAsync(1, CancellationToken.None));
        Assert.Null(await store.NextDueDeliveryAsync(3, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task TwoDeliveriesToOneRecordAreNeverDueTogether(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step =>
        {
            step.GoldenRecords.AddRange([Some.Golden(1), Some.Golden(2)]);
            step.Deliveries.Add(Some.Delivery(1, 1) with { SourceRecordId = 11 });
            step.Deliveries.Add(Some.Delivery(2, 2) with { SourceRecordId = 11 });
        });

        Assert.Equal([1], await DueAsync(store, DeliveryState.Planned));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task LiveRecordsArePagedWithoutGapOrRepetition(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var later = Some.Time.AddMinutes(1);
        await store.CommitAsync(step =>
        {
            step.Landed.AddRange(Enumerable.Range(1, 25).Select(static id => new LandedRecord(Some.Record(id))));
            step.Landed.Add(new(Some.Record(26) with { LandedAt = later }));
            step.Landed.Add(new(Some.Record(27, stream: 2)));
            step.SourceRecords.Add(Some.Record(28) with { Removal = Removal.BySystem });
            step.SourceRecords.Add(Some.Record(29) with { LandedDeleted = true });
        });

        var seen = new List<long>();
        for (long after = 0; ;)
        {
            var page = await store.ListLiveAsync(1, later, after, 10, CancellationToken.None);
            seen.AddRange(page.Select(static one => one.Id));
            if (page.Count < 10)
                break;
            after = page[^1].Id;
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(static id => (long)id), seen);
        Assert.Equal(26, await store.CountLiveAsync(1, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AStreamIsUnreadUntilEachRecordOfItsFirstReadIsResolved(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.RegisterStreamsAsync([new("crm", "people"), new("shop", "people")], CancellationToken.None);
        Assert.Equal([1, 2], await store.ListUnreadStreamsAsync([1, 2], CancellationToken.None));
        var progress = await store.LoadProgressAsync(1, CancellationToken.None);
        await store.CommitAsync(step =>
        {
            step.Progress = progress with { InitialReadDone = true };
            step.Landed.Add(new(Some.Record(1)));
        });
        Assert.Equal([1, 2], await store.ListUnreadStreamsAsync([1, 2], CancellationToken.None));

        await store.CommitAsync(static step => step.SourceRecords.Add(Some.Record(1) with { Revision = 1, Stage = RecordStage.Linked, GoldenId = 1 }));

        Assert.Equal([2], await store.ListUnreadStreamsAsync([1, 2], CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AMergedGoldenRecordIsFollowedToTheEnd(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step =>
        {
            step.GoldenRecords.Add(Some.Golden(1));
            step.GoldenRecords.Add(Some.Golden(2) with { Status = GoldenStatus.Merged, MergedInto = 1 });
            step.GoldenRecords.Add(Some.Golden(3) with { Status = GoldenStatus.Merged, MergedInto = 2 });
            step.SourceRecords.Add(Some.Record(1) with { GoldenId = 1 });
        });

        var clusters = await store.LoadClustersAsync([3, 2, 1, 4], CancellationToken.None);

        Assert.Equal([1, 2, 3], clusters.Keys.Order());
        Assert.All(clusters.Values, static cluster => Assert.Equal(1, cluster.Golden.Id));
        Assert.Equal(1, Assert.Single(clusters[3].Members).Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AKeysHoldersAreCutOneAfterTheLimit(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var key = Some.Digest("shared");
        await store.CommitAsync(step =>
        {
            for (var id = 1; id <= 5; id++)
            {
                step.SourceRecords.Add(Some.Record(id) with { GoldenId = id, Stage = RecordStage.Linked, JoinedBy = id > 1 ? key : null });
                step.MatchKeys.Add(new(key, id, Added: true));
            }
        });

        Assert.Equal(4, (await store.FindByMatchKeysAsync([key], 3, CancellationToken.None))[key].Count);

        await store.CommitAsync(step =>
        {
            step.MatchKeys.Add(new(key, 5, Added: false));
            step.SharedKeys.Add(key);
        });
        Assert.Equal(new KeyHolder[] { new(1, 1, 1), new(2, 2, 1), new(3, 3, 1), new(4, 4, 1) }, (await store.FindByMatchKeysAsync([key], 9, CancellationToken.None))[key]);
        // Who joined by the shared key is matched anew; who founded its golden record is not.
        Assert.Equal([2, 3, 4], (await store.LoadDueRecordsAsync(10, CancellationToken.None)).Where(static record => record.IsRematchDue).Select(static record => record.Id));
        Assert.False((await store.RecordAsync(1)).IsRematchDue);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AKeyThatTurnsOutToBeSharedReachesRecordsInEveryStage(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var key = Some.Digest("shared");
        RecordStage[] stages = [RecordStage.Landed, RecordStage.Linked, RecordStage.Quarantined, RecordStage.Filtered];
        await store.CommitAsync(step =>
        {
            for (var id = 1; id <= stages.Length; id++)
            {
                step.SourceRecords.Add(Some.Record(id) with { GoldenId = 1, Stage = stages[id - 1], JoinedBy = key });
                step.MatchKeys.Add(new(key, id, Added: true));
            }
        });

        await store.CommitAsync(step => step.SharedKeys.Add(key));

        var records = await store.LoadRecordsAsync([1, 2, 3, 4], withRaw: false, CancellationToken.None);
        Assert.All(records, static record => Assert.True(record.IsRematchDue));
        // What waits for a person goes on waiting for one.
        Assert.Equal([RecordStage.Landed, RecordStage.Landed, RecordStage.Quarantined, RecordStage.Filtered], records.Select(static record => record.Stage));
    }

    private static async Task<IEnumerable<long>> DueAsync(IStore store, DeliveryState state, Rights operations = OperationRights.Every, Rights free = OperationRights.Every) =>
        (await store.LoadDueDeliveriesAsync(1, state, operations, free, 10, CancellationToken.None)).Select(static due => due.Delivery.Id);
}
