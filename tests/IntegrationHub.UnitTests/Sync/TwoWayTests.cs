using Xunit;

namespace IntegrationHub.UnitTests.Sync;

public sealed class TwoWayTests
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000" }""";

    [Fact]
    public async Task ACustomerOfOneSystemIsCreatedOnceInTheOther()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);

        await hub.SettleAsync();

        Assert.Single(shop.Ledger);
        Assert.Empty(crm.Ledger);
        Assert.Equal("ada@example.org", shop.Live[0]["email"]!.GetValue<string>());
    }

    [Fact]
    public async Task ACustomerWhomBothSystemsHoldIsLinkedAndNotCreated()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        shop.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ADA@example.org", "city": "London" }""");

        await hub.SettleAsync();

        Assert.Single(crm.Live);
        Assert.Single(shop.Live);
        Assert.Equal("London", crm.Live[0]["city"]!.GetValue<string>());
        Assert.Equal("+442079460000", shop.Live[0]["phone"]!.GetValue<string>());
    }

    [Fact]
    public async Task AnEditReachesTheOtherSystemWithItsFieldAlone()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var id = crm.Create(Ada);
        await hub.SettleAsync();

        crm.Edit(id, """{ "phone": "+442079460001" }""");
        await hub.SettleAsync();

        Assert.Equal("""{"phone":"\u002B442079460001"}""", shop.Ledger[^1].Fields);
        Assert.Empty(crm.Ledger);
    }

    [Fact]
    public async Task AClearedFieldIsClearedAndAnAbsentOneIsNot()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var id = crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "title": "Countess" }""");
        await hub.SettleAsync();

        crm.Edit(id, """{ "title": "" }""");
        crm[id].Remove("phone");
        await hub.SettleAsync();

        Assert.Null(shop.Live[0]["title"]);
        Assert.Equal("+442079460000", shop.Live[0]["phone"]!.GetValue<string>());
    }
}
