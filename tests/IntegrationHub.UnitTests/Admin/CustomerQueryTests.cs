using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

public sealed class CustomerQueryTests
{
    [Theory]
    [InlineData("C-1", null, "id")]
    [InlineData("customer/1", null, "id")]
    [InlineData("1", null, "id")]
    [InlineData("record/1", null, "record")]
    [InlineData(" ADA@Example.org", "Ada Lovelace", "key")]
    [InlineData("ada@example.org", "Lovelace", "key")]
    [InlineData("+442079460000", "Ada Lovelace", "key")]
    public async Task ACustomerIsFoundByWhatNamesIt(string text, string? name, string by)
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        crm.Create(Ada);
        crm.Create(Grace);
        await hub.SyncAsync();

        var result = await hub.Administration().Customers.FindAsync(new(text, name), default);

        Assert.Equal(new FoundCustomer(1, GoldenStatus.Live, 1, by), Assert.Single(result));
    }

    [Fact]
    public async Task AnAddressAloneHasNoKeyAndIsFoundInTheFields()
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(Ada);
        await hub.SyncAsync();
        var customers = hub.Administration().Customers;

        Assert.Equal("scan", Assert.Single(await customers.FindAsync(new("ADA@example.org"), default)).By);
        Assert.Equal(1, Assert.Single(await customers.FindAsync(new("london", Scan: true), default)).GoldenId);
        Assert.Empty(await customers.FindAsync(new("bob@example.org"), default));
        Assert.Empty(await customers.FindAsync(new("", Scan: true), default));
    }

    [Fact]
    public async Task AShownCustomerSaysWhereEachValueComesFrom()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        await hub.SettleAsync();
        shop.Edit("shop1", """{ "title": "Countess" }""");
        await hub.SyncAsync();
        await hub.Administration().CustomerActs.PinAsync(1, "name.full", "Ada King", "bob", default);
        await hub.SettleAsync();

        var view = await hub.Administration().Customers.ShowAsync(1, "ada", default);

        CustomerField Field(string path) => view.Fields.Single(field => field.Path == path);
        Assert.Equal(("Ada", "crm/people", "mostRecent"), (Field("name.given").Value.AsText, Field("name.given").Source.ToString(), Field("name.given").Rule));
        Assert.Equal(("Countess", "shop/people"), (Field("organisation.role").Value.AsText, Field("organisation.role").Source.ToString()));
        Assert.Equal(("override", 0L, null), (Field("name.full").Rule, Field("name.full").RecordId, Field("name.full").Source));
        Assert.Equal(["crm/people", "shop/people"], view.Records.Select(static one => one.Stream.ToString()));
        Assert.Empty(view.Deliveries);
        Assert.Equal(["customer.shown customer/1 shown"], await hub.AuditedAsync("ada"));
    }

    [Fact]
    public async Task AMergedCustomerLeadsToTheOneThatItBecamePartOf()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        shop.Create(Grace);
        await hub.SyncAsync();
        var ids = (await hub.GoldenAsync()).Select(static golden => golden.Id).Order().ToArray();
        await hub.Administration().CustomerActs.MergeAsync(ids[0], ids[1], "ada", default);
        await hub.SettleAsync();

        Assert.Equal(ids[0], (await hub.Administration().Customers.ShowAsync(ids[1], "ada", default)).Golden.Id);
        Assert.Equal(ids[0], Assert.Single((await hub.Administration().Customers.FindAsync(new($"C-{ids[1]}"), default))).GoldenId);
    }
}
