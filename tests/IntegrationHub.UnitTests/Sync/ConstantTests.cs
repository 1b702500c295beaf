using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Admin;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>What a mapping reads as a constant: a statement of the system about its own records, an echo about those that the hub made there.</summary>
public sealed class ConstantTests
{
    private const string Firm = """{ "kind": "organisation", "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheConstantOfARecordThatTheHubMadeIsNoWordOfItsSystem(bool answerIsLost)
    {
        await using var hub = new HubHarness();
        var crm = AddWithKind(hub);
        var shop = hub.Add("shop");
        var lost = answerIsLost;
        shop.AfterWrite = () =>
        {
            if (lost)
                throw new TimeoutException();
        };
        var id = crm.Create(Firm);
        await hub.SyncAsync();
        lost = false;
        await hub.SettleAsync();

        Assert.Single(shop.Live);
        Assert.Equal("organisation", await hub.GoldenTextAsync(1, "kind"));
        Assert.Null((await hub.RecordOfAsync(1, "shop")).Fields.Find("kind").Own);
        Assert.Equal("organisation", crm[id]["kind"]!.GetValue<string>());

        // Nor is another constant, when the mapping is changed.
        hub.Change("shop", static settings => settings with
        {
            Mapping = HubHarness.Compile(HubHarness.MappingText.Replace("\"const\": \"person\"", "\"const\": \"organisation\"", StringComparison.Ordinal)),
        });
        await hub.StartAsync();
        await hub.SettleAsync();
        Assert.Null((await hub.RecordOfAsync(1, "shop")).Fields.Find("kind").Own);
    }

    [Fact]
    public async Task TheConstantOfARecordThatTheSystemMadeIsItsWord()
    {
        await using var hub = new HubHarness();
        var crm = AddWithKind(hub);
        var shop = hub.Add("shop");
        shop.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""");

        await hub.SettleAsync();

        Assert.Equal("person", await hub.GoldenTextAsync(1, "kind"));
        Assert.Equal(FieldValue.Text("person"), (await hub.RecordOfAsync(1, "shop")).Fields.Find("kind").Own!.Value.Value);
        Assert.Equal("person", crm.Live[0]["kind"]!.GetValue<string>());
    }

    private static MemorySystem AddWithKind(HubHarness hub) => hub.Add("crm", static settings => settings with
    {
        Mapping = HubHarness.Compile(HubHarness.MappingText.Replace(
            """{ "canonical": "kind", "const": "person" }""", """{ "source": "kind", "canonical": "kind" }""", StringComparison.Ordinal)),
    });
}
