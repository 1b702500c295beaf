using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>Systems in which a value may occur only once, and customers that are kept apart but share it.</summary>
public sealed class UniqueValueTests
{
    [Fact]
    public async Task TwoCreatesThatMeetTheSameRecordDoNotHoldUpTheBatch()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        var shop = hub.Add("shop");
        var taken = shop.Create("""{ "given": "Cleo", "family": "Third", "email": "third@example.org" }""");
        shop.Refuse = delivery => delivery.Operation == DeliveryOperation.Create
            ? new DeliveryResult(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = taken, Code = "taken" }
            : null;
        crm.Create("""{ "given": "Ada", "family": "First", "email": "first@example.org" }""");
        crm.Create("""{ "given": "Bob", "family": "Second", "email": "second@example.org" }""");

        await hub.SettleAsync();

        var dead = await DeadAsync(hub, "shop");
        Assert.Equal(2, dead.Count);
        Assert.All(dead, delivery => Assert.Contains("merge the two", delivery.ErrorMessage, StringComparison.Ordinal));
        Assert.Single(shop.Live);
    }

    [Fact]
    public async Task AnUpdateThatMeetsAnotherRecordLeavesItsOwnRecordAlone()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        var shop = hub.Add("shop");
        var other = shop.Create("""{ "given": "Cleo", "family": "Third", "email": "third@example.org" }""");
        var contact = crm.Create("""{ "given": "Ada", "family": "First", "email": "first@example.org" }""");
        await hub.SettleAsync();
        shop.Refuse = delivery => delivery.Operation == DeliveryOperation.Update
            ? new DeliveryResult(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = other, Code = "taken" }
            : null;
        crm.Edit(contact, """{ "city": "London" }""");

        await hub.SettleAsync();

        Assert.Single(await DeadAsync(hub, "shop"));
        var own = Assert.Single(await hub.RecordsOfAsync("shop"), record => record.Key != other);
        Assert.Equal("first@example.org", own.Fields.Seen().Find("emails[type=work].value")!.Value.AsText);
    }

    private static async Task<List<PendingDelivery>> DeadAsync(HubHarness hub, string connection)
    {
        var deliveries = await hub.Store.FindDeliveriesAsync([.. Enumerable.Range(1, 20).Select(static id => (long)id)], CancellationToken.None);
        return [.. deliveries.Where(delivery => delivery.Stream == hub.Stream(connection).Number && delivery.State == DeliveryState.Dead)];
    }
}
