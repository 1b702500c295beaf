using Xunit;

namespace IntegrationHub.UnitTests.Sync;

public sealed class ConfigurationChangeTests
{
    [Fact]
    public async Task ASystemThatIsConnectedLaterReceivesTheCustomersThatAreThere()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        foreach (var n in Enumerable.Range(0, 30))
            crm.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        await hub.SettleAsync();

        var erp = hub.Add("erp");
        await hub.StartAsync();
        await hub.SettleAsync();

        Assert.Equal(30, erp.Live.Count);
        Assert.Equal(30, shop.Ledger.Count);
        Assert.Empty(crm.Ledger);
    }

    [Fact]
    public async Task AFieldThatTheMappingTakesInLaterFlowsWithoutReadingTheSystemAgain()
    {
        await using var hub = new HubHarness();
        var narrow = HubHarness.Compile(HubHarness.MappingText.Replace("""{ "source": "city", "canonical": "addresses[type=mailing].city" },""", "", StringComparison.Ordinal));
        var crm = hub.Add("crm", settings => settings with { Mapping = narrow });
        var shop = hub.Add("shop");
        crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""");
        await hub.SettleAsync();
        Assert.Null(shop.Live[0]["city"]);

        hub.Change("crm", static settings => settings with { Mapping = HubHarness.Mapping });
        crm.BeforePage = static _ => throw new InvalidOperationException("The system is not to be asked.");
        await hub.StartAsync();
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);

        Assert.Equal("London", shop.Live[0]["city"]!.GetValue<string>());
    }
}
