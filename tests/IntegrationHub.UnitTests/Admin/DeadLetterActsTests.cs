using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

public sealed class DeadLetterActsTests
{
    [Fact]
    public async Task AReplaySendsWhatTheCustomerSaysNow()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        shop.Refuse = Reject;
        crm.Edit(key, """{ "city": "Paris" }""");
        await hub.SyncAsync();
        var dead = Assert.Single(await ListAsync(hub));
        Assert.Equal("shop.no", dead.ErrorCode);
        shop.Refuse = static _ => null;

        await hub.Administration().DeadLetters.ReplayAsync(dead.Id, "ada", default);
        await hub.SyncAsync();

        Assert.Empty(await ListAsync(hub));
        Assert.Equal("Paris", shop.Live[0]["city"]!.GetValue<string>());
        Assert.Equal([$"delivery.replayed delivery/{dead.Id} replayed"], await hub.AuditedAsync("ada"));
    }

    [Fact]
    public async Task AReplayAfterNewerDataSendsNothing()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        shop.Refuse = Reject;
        crm.Edit(key, """{ "city": "Paris" }""");
        await hub.SyncAsync();
        var dead = Assert.Single(await ListAsync(hub));
        // The shop itself comes to say what the refused delivery wanted to write.
        shop.Refuse = static _ => null;
        shop.Edit("shop1", """{ "city": "Paris" }""");
        await hub.SyncAsync();
        var effects = shop.Ledger.Count;

        await hub.Administration().DeadLetters.ReplayAsync(dead.Id, "ada", default);
        await hub.SyncAsync();

        Assert.Equal(effects, shop.Ledger.Count);
        Assert.Equal(DeliveryState.Settled, (await hub.Store.FindDeliveryAsync(dead.Id, default))!.State);
    }

    [Fact]
    public async Task AllThatTheFilterLeavesAreReplayedEachWithItsResult()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        hub.Add("erp").Refuse = Reject;
        shop.Refuse = Reject;
        crm.Create(Ada);
        crm.Create(Grace);
        await hub.SettleAsync();
        Assert.Equal(4, (await ListAsync(hub)).Count);

        var results = await hub.Administration().DeadLetters.ReplayAllAsync(new() { Connection = "shop" }, "ada", default).AllAsync();

        Assert.Equal(2, results.Length);
        Assert.All(results, static result => Assert.Null(result.Refusal));
        Assert.Equal(2, (await ListAsync(hub)).Count);
        var again = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().DeadLetters.ReplayAsync(results[0].Id, "ada", default));
        Assert.Equal($"delivery/{results[0].Id} is not a dead letter: it is planned. See 'hub dead-letters list'.", again.Message);
        var unknown = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().DeadLetters.ReplayAsync(9_999, "ada", default));
        Assert.Equal("admin.unknown", unknown.Code);
    }

    private static DeliveryResult Reject(Delivery delivery) => new(delivery.Id, DeliveryOutcome.Rejected) { Code = "shop.no", Message = "The shop takes no such customer." };

    private static ValueTask<IReadOnlyList<PendingDelivery>> ListAsync(HubHarness hub) => hub.Store.ListDeadLettersAsync(FindingFilter.None, new(0, 100), default);
}
