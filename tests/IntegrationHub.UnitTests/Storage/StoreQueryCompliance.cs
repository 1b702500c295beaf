using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What any store must do: the lists that people look at.</summary>
public sealed class StoreQueryCompliance
{
    public static TheoryData<string> Stores => StoreCompliance.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task QuarantineIsNarrowedByConnectionRuleAndTime(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        await store.CommitAsync(static step =>
        {
            step.Quarantined.Add(new(1, 1, "validate", [Broken("email"), Broken("phone")], Some.Time, 1));
            step.Quarantined.Add(new(2, 1, "map", [Broken("type")], Some.Time.AddHours(1), 1));
            step.Quarantined.Add(new(3, 2, "validate", [Broken("phone")], Some.Time.AddHours(2), 1));
        });

        async Task<IEnumerable<long>> ListAsync(FindingFilter filter, long after = 0, int limit = 10) =>
            (await queries.ListQuarantineAsync(filter, new(after, limit), CancellationToken.None)).Select(static entry => entry.SourceRecordId);
        Assert.Equal([1, 2, 3], await ListAsync(FindingFilter.None));
        Assert.Equal([1, 2], await ListAsync(FindingFilter.None, limit: 2));
        Assert.Equal([3], await ListAsync(FindingFilter.None, after: 2));
        Assert.Equal([1, 2], await ListAsync(new() { Connection = "crm" }));
        Assert.Equal([1, 3], await ListAsync(new() { Code = "phone" }));
        Assert.Equal([3], await ListAsync(new() { Code = "phone", Since = Some.Time.AddHours(1) }));
        Assert.Empty(await ListAsync(new() { Connection = "nobody" }));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task DeadLettersAreNarrowedByConnectionCodeAndTime(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        await store.CommitAsync(static step => step.Deliveries.AddRange(
        [
            Some.Delivery(1, 1) with { State = DeliveryState.Dead, ErrorCode = "a", AttemptedAt = Some.Time },
            Some.Delivery(2, 2, stream: 2) with { State = DeliveryState.Dead, ErrorCode = "b", AttemptedAt = Some.Time.AddHours(1) },
            Some.Delivery(3, 3) with { State = DeliveryState.Planned, ErrorCode = "a", AttemptedAt = Some.Time },
            Some.Delivery(4, 4) with { State = DeliveryState.Dead, ErrorCode = "b", AttemptedAt = Some.Time.AddHours(1) },
        ]));

        async Task<IEnumerable<long>> ListAsync(FindingFilter filter, long after = 0, int limit = 10) =>
            (await queries.ListDeadLettersAsync(filter, new(after, limit), CancellationToken.None)).Select(static row => row.Id);
        Assert.Equal([1, 2, 4], await ListAsync(FindingFilter.None));
        Assert.Equal([2], await ListAsync(FindingFilter.None, after: 1, limit: 1));
        Assert.Equal([1, 4], await ListAsync(new() { Connection = "crm" }));
        Assert.Equal([2, 4], await ListAsync(new() { Code = "b" }));
        Assert.Equal([2, 4], await ListAsync(new() { Since = Some.Time.AddMinutes(1) }));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ConflictsAreNarrowedAndFollowTheirCustomerIntoAnother(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        await store.CommitAsync(static step =>
        {
            step.GoldenRecords.AddRange([Some.Golden(1), Some.Golden(2) with { Status = GoldenStatus.Merged, MergedInto = 1 }, Some.Golden(3) with { Status = GoldenStatus.Merged, MergedInto = 2 }, Some.Golden(4)]);
            step.SourceRecords.AddRange([Some.Record(1) with { GoldenId = 1 }, Some.Record(2, stream: 2) with { GoldenId = 4 }]);
            step.Conflicts.AddRange([Found(1, 1, ConflictState.Open), Found(2, 3, ConflictState.Decided), Found(3, 4, ConflictState.Settled)]);
        });

        async Task<IEnumerable<long>> ListAsync(FindingFilter filter) =>
            (await queries.ListConflictsAsync(filter, new(0, 10), CancellationToken.None)).Select(static one => one.Id);
        Assert.Equal([1, 2, 3], await ListAsync(FindingFilter.None));
        Assert.Equal([1], await ListAsync(new() { State = ConflictState.Open }));
        Assert.Equal([3], await ListAsync(new() { Connection = "shop" }));
        Assert.Equal([2, 3], await ListAsync(new() { Since = Some.Time.AddSeconds(2) }));
        Assert.Empty(await ListAsync(new() { Code = "mostRecent" }));
        Assert.Equal([1, 2], (await queries.ListConflictsOfAsync(1, CancellationToken.None)).Select(static one => one.Id));
        Assert.Equal([1, 4], (await queries.ListGoldenAsync("customer", new(0, 10), CancellationToken.None)).Select(static golden => golden.Id));
        Assert.Equal([4], (await queries.ListGoldenAsync("customer", new(1, 1), CancellationToken.None)).Select(static golden => golden.Id));
        Assert.Empty(await queries.ListGoldenAsync("order", new(0, 10), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task TheAuditLogIsReadFromTheNewestAndNarrowed(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        await store.CommitAsync(static step => step.Audit.AddRange(
        [
            Some.Entry("golden.created") with { Object = "customer/1" },
            Some.Entry("golden.changed") with { Object = "customer/10", System = "crm/people", At = Some.Time.AddHours(1) },
            Some.Entry("customer.shown") with { Actor = "ada", System = "crmx/people", At = Some.Time.AddHours(2) },
        ]));

        async Task<IEnumerable<long>> ListAsync(AuditFilter filter, long? before = null, int limit = 10) =>
            (await queries.ListAuditAsync(filter, before, limit, CancellationToken.None)).Select(static one => one.Sequence);
        Assert.Equal([3, 2, 1], await ListAsync(new()));
        Assert.Equal([3], await ListAsync(new(), limit: 1));
        Assert.Equal([2, 1], await ListAsync(new(), before: 3));
        Assert.Equal([3], await ListAsync(new() { Actor = "ada" }));
        Assert.Equal([2, 1], await ListAsync(new() { Action = "golden." }));
        Assert.Equal([2], await ListAsync(new() { Action = "golden.changed" }));
        Assert.Equal([2], await ListAsync(new() { System = "crm" }));
        Assert.Equal([2], await ListAsync(new() { System = "crm/people" }));
        Assert.Equal([3, 1], await ListAsync(new() { Object = "customer/1" }));
        Assert.Equal([3, 2], await ListAsync(new() { Since = Some.Time.AddHours(1) }));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AStreamsStateCountsWhatWaitsForIt(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        var now = place.Clock.GetUtcNow();
        await store.CommitAsync(step =>
        {
            step.Landed.Add(new(Some.Record(1) with { LandedAt = now.AddMinutes(-3) }));
            step.SourceRecords.Add(Some.Record(2) with { Stage = RecordStage.Linked });
            step.SourceRecords.Add(Some.Record(3) with { Stage = RecordStage.Linked, Removal = Removal.BySystem });
            step.Quarantined.Add(new(4, 1, "map", [], now, 1));
            step.Deliveries.Add(Some.Delivery(1, 1) with { DueAt = now.AddMinutes(-5) });
            step.Deliveries.Add(Some.Delivery(2, 2) with { State = DeliveryState.Attempting, DueAt = now.AddHours(1) });
            step.Deliveries.Add(Some.Delivery(3, 3) with { State = DeliveryState.Dead, DueAt = now.AddDays(-9) });
            step.Deliveries.Add(Some.Delivery(4, 4) with { State = DeliveryState.Settled, DueAt = now.AddDays(-9) });
            step.Pauses.Add(new("shop", true));
            step.Tallies.AddRange([new(1, 1, "read", 9), new(2, 1, "read", 3), new(2, 1, "landed", 1), new(0, 1, "planned", 4)]);
        });

        var states = await queries.ListStreamsAsync(CancellationToken.None);

        Assert.Equal(["crm/people", "shop/people"], states.Select(static state => state.Name.ToString()));
        var crm = states[0];
        Assert.Equal((false, 2, 1, 1, 1, 1, 1), (crm.IsPaused, crm.Live, crm.DueRecords, crm.Quarantined, crm.Planned, crm.Attempting, crm.Dead));
        Assert.Equal(now.AddMinutes(-5), crm.WaitingSince);
        Assert.Equal(2, crm.LastRun);
        Assert.Equal([new(2, 1, "landed", 1), new(2, 1, "read", 3)], crm.LastRunCounts);
        Assert.Equal((true, 0, null, 0L), (states[1].IsPaused, states[1].Live, states[1].WaitingSince, states[1].LastRun));
        Assert.Empty(states[1].LastRunCounts);
    }

    private static async Task<(IStore Store, IStoreQueries Queries)> FilledAsync(StorePlace place)
    {
        var store = place.Open();
        await store.RegisterStreamsAsync([new("crm", "people"), new("shop", "people")], CancellationToken.None);
        return (store, (IStoreQueries)store);
    }

    private static Problem Broken(string rule) => new("field", rule, "text of 1: a", "Mend it.");

    private static Conflict Found(long id, long golden, ConflictState state) => new()
    {
        Id = id, GoldenId = golden, Path = "name.given", State = state, At = Some.Time.AddSeconds(id), Rule = "manual",
        Left = new(1, FieldValue.Text("a"), Some.Time), Right = new(2, FieldValue.Text("b"), Some.Time),
    };
}
