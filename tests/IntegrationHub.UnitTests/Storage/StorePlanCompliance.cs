using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What any store must do: plans, their effects, and what streams are activated for.</summary>
public sealed class StorePlanCompliance
{
    public static TheoryData<string> Stores => StoreCompliance.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task OnlyWhatIsFreeOrApprovedIsDue(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, _) = await FilledAsync(place);
        await store.CommitAsync(static step =>
        {
            step.GoldenRecords.AddRange([Some.Golden(1), Some.Golden(2), Some.Golden(3), Some.Golden(4)]);
            step.Deliveries.Add(Some.Delivery(1, 1));
            step.Deliveries.Add(Some.Delivery(2, 2));
            step.Deliveries.Add(Some.Delivery(3, 3) with { SourceRecordId = 7, Operation = DeliveryOperation.Update });
            step.Deliveries.Add(Some.Delivery(4, 4) with { SourceRecordId = 8, Operation = DeliveryOperation.Delete });
            step.Effects.AddRange([Effect(1, 2, EffectState.Approved), Effect(1, 4, EffectState.Approved), Effect(1, 1, EffectState.Proposed)]);
        });

        async Task<IEnumerable<long>> DueAsync(Rights operations, Rights free) =>
            (await store.LoadDueDeliveriesAsync(1, DeliveryState.Planned, operations, free, 10, CancellationToken.None)).Select(static due => due.Delivery.Id);
        Assert.Equal([1, 2, 3, 4], await DueAsync(OperationRights.Every, OperationRights.Every));
        Assert.Equal([2, 4], await DueAsync(OperationRights.Every, Rights.None));
        Assert.Equal([2, 3, 4], await DueAsync(OperationRights.Every, Rights.Update));
        Assert.Equal([4], await DueAsync(Rights.Update | Rights.Delete, Rights.Create));
        Assert.Equal([2, 4], (await store.FindApprovedEffectsAsync([1, 2, 3, 4], CancellationToken.None)).Select(static effect => effect.DeliveryId));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task APlanIsSeenOnceItIsWholeAndForgottenWithItsEffects(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        var plan = new WritePlan { Id = 1, MadeAt = Some.Time, Actor = "eve", Streams = [1, 2] };
        await store.CommitAsync(step =>
        {
            step.Plans.Add(plan);
            step.Effects.Add(Effect(1, 5, EffectState.Proposed));
        });
        Assert.Empty(await queries.ListPlansAsync(10, CancellationToken.None));
        Assert.Null(await queries.FindPlanAsync(1, CancellationToken.None));

        await store.CommitAsync(step => step.Plans.Add(plan with { State = WritePlanState.Approved, ApprovedBy = "bea", ApprovedAt = Some.Time.AddHours(1) }));
        var stored = Assert.Single(await queries.ListPlansAsync(10, CancellationToken.None));
        Assert.Equal(("eve", "bea", Some.Time.AddHours(1), WritePlanState.Approved), (stored.Actor, stored.ApprovedBy, stored.ApprovedAt, stored.State));
        Assert.Equal([1, 2], stored.Streams);
        var effect = Assert.Single(await queries.ListEffectsAsync(1, new(0, 10), CancellationToken.None));
        Assert.Equal(Effect(1, 5, EffectState.Proposed).Fields, effect.Fields);
        Assert.Equal(Some.Digest("effect"), effect.Digest);
        Assert.Empty(await queries.ListEffectsAsync(1, new(5, 10), CancellationToken.None));

        await store.CommitAsync(static step => step.EffectChanges.Add(new(0, 5, EffectState.Approved, EffectState.Settled)));
        Assert.Equal([new(1, DeliveryOperation.Update, EffectState.Proposed, 1)], await queries.CountEffectsAsync(1, CancellationToken.None));
        await store.CommitAsync(static step => step.EffectChanges.Add(new(1, 5, EffectState.Proposed, EffectState.Changed)));
        Assert.Equal([new(1, DeliveryOperation.Update, EffectState.Changed, 1)], await queries.CountEffectsAsync(1, CancellationToken.None));

        await store.CommitAsync(static step => step.ForgetPlansBefore = Some.Time);
        Assert.NotNull(await queries.FindPlanAsync(1, CancellationToken.None));
        await store.CommitAsync(static step => step.ForgetPlansBefore = Some.Time.AddSeconds(1));
        Assert.Null(await queries.FindPlanAsync(1, CancellationToken.None));
        Assert.Empty(await queries.CountEffectsAsync(1, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AnActivationStandsUntilItIsReplaced(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        Assert.Empty(await store.ListActivationsAsync(CancellationToken.None));

        await store.CommitAsync(static step => step.Activations.Add(new(2, Rights.Create)));
        await store.CommitAsync(static step => step.Activations.Add(new(2, Rights.Create | Rights.Update)));

        Assert.Equal(Rights.Create | Rights.Update, Assert.Single(await store.ListActivationsAsync(CancellationToken.None)).Value);
        Assert.Equal([Rights.None, Rights.Create | Rights.Update], (await queries.ListStreamsAsync(CancellationToken.None)).Select(static state => state.Activated));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task PlannedDeliveriesAreListedWhetherTheyAreDueOrNot(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var (store, queries) = await FilledAsync(place);
        await store.CommitAsync(static step =>
        {
            step.GoldenRecords.AddRange([Some.Golden(1), Some.Golden(2), Some.Golden(3)]);
            step.Deliveries.Add(Some.Delivery(1, 1) with { DueAt = Some.Time.AddYears(50) });
            step.Deliveries.Add(Some.Delivery(2, 2) with { State = DeliveryState.Settled });
            // Its create is settled; the row goes round again for an update.
            step.Deliveries.Add(Some.Delivery(3, 3) with { SourceRecordId = 9, Operation = DeliveryOperation.Create });
            step.Deliveries.Add(Some.Delivery(4, 1, stream: 2));
        });

        Assert.Equal([1, 3], (await queries.ListPlannedAsync(1, new(0, 10), CancellationToken.None)).Select(static due => due.Delivery.Id));
        Assert.Equal([3], (await queries.ListPlannedAsync(1, new(1, 10), CancellationToken.None)).Select(static due => due.Delivery.Id));
        Assert.Equal([new(1, 1, 0), new(1, 0, 0)], (await queries.ListStreamsAsync(CancellationToken.None)).Select(static state => state.PlannedWrites));
    }

    private static PlannedEffect Effect(long plan, long delivery, EffectState state) => new(
        plan, delivery, 1, 1, 7, DeliveryOperation.Update, Some.Digest("effect"),
        [new("name.given", null, Some.Values[1]), new("status", FieldValue.Empty, FieldValue.Empty), new("tags", Some.Values[^1], Some.Values[4])], state);

    private static async Task<(IStore Store, IStoreQueries Queries)> FilledAsync(StorePlace place)
    {
        var store = place.Open();
        await store.RegisterStreamsAsync([new("crm", "people"), new("shop", "people")], CancellationToken.None);
        return (store, (IStoreQueries)store);
    }
}
