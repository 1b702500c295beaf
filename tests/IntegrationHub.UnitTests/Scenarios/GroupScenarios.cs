using System.Text.Json.Nodes;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of policies on fields and groups of fields, named after their numbers.</summary>
public sealed class GroupScenarios
{
    private const string Ada =
        """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "street": "12 St James", "postcode": "SW1", "city": "London", "country": "GB" }""";

    private static readonly string[] Address = ["street", "postcode", "city", "country"];

    private static readonly StreamMapping Addresses = HubHarness.Compile(HubHarness.MappingText.Replace(
        """{ "source": "city", "canonical": "addresses[type=mailing].city" },""",
        """
        { "source": "city", "canonical": "addresses[type=mailing].city" },
        { "source": "street", "canonical": "addresses[type=mailing].line1" },
        { "source": "postcode", "canonical": "addresses[type=mailing].postcode" },
        { "source": "country", "canonical": "addresses[type=mailing].country" },
        { "source": "marketing", "canonical": "consents[channel=email,purpose=marketing].status" },
        """,
        StringComparison.Ordinal));

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task S07_OfTwoAddressesOneSurvivesWholeAndTheLossIsVisible(bool firstEditArrivesFirst, bool cityIsLater)
    {
        await using var hub = new HubHarness();
        var (a, b) = (Add(hub, "a"), Add(hub, "b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var now = hub.Clock.GetUtcNow();

        a.Edit(id, """{ "street": "1 Rue X", "postcode": "69001" }""", now.AddSeconds(cityIsLater ? 1 : 2));
        b.Edit("b1", """{ "city": "Nice" }""", now.AddSeconds(cityIsLater ? 2 : 1));
        await hub.ReadAndRefineAsync(firstEditArrivesFirst ? "a" : "b");
        await hub.ReadAndRefineAsync(firstEditArrivesFirst ? "b" : "a");
        await hub.SettleAsync();

        var wins = cityIsLater ? "12 St James|SW1|Nice|GB" : "1 Rue X|69001|London|GB";
        Assert.Equal((wins, wins), (Shown(a, id), Shown(b, "b1")));
        var lost = (await hub.ConflictsAsync()).Select(static conflict => conflict.Path).ToHashSet();
        Assert.Superset(new HashSet<string> { "addresses[type=mailing].line1", "addresses[type=mailing].postcode", "addresses[type=mailing].city" }, lost);
    }

    [Fact]
    public async Task S07_AnEditOfOnePartWhileAnotherIsBeingWrittenMakesNoMixedAddress()
    {
        await using var hub = new HubHarness();
        var (a, b) = (Add(hub, "a"), Add(hub, "b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var seen = new HashSet<string>();
        var edited = false;
        b.BeforeWrite = () =>
        {
            if (!edited)
                b.Edit("b1", """{ "city": "Nice" }""");
            edited = true;
        };
        b.AfterWrite = () => seen.Add(Shown(b, "b1"));

        a.Edit(id, """{ "street": "1 Rue X", "postcode": "69001" }""");
        await hub.SettleAsync();

        // Only what a person has put together, at no moment a mixture.
        Assert.Subset(new HashSet<string> { "12 St James|SW1|Nice|GB", "1 Rue X|69001|London|GB" }, seen);
        Assert.Equal(Shown(a, id), Shown(b, "b1"));
    }

    [Fact]
    public async Task S07_ANewAndEmptierAddressDoesNotWipeAFullerOne()
    {
        await using var hub = new HubHarness();
        var (a, b) = (Add(hub, "a"), Add(hub, "b"));
        var id = a.Create(Ada);
        hub.Clock.Advance(TimeSpan.FromDays(1));
        b.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "Nice", "street": null }""");

        await hub.SettleAsync();

        Assert.Equal(("12 St James|SW1|London|GB", "12 St James|SW1|London|GB"), (Shown(a, id), Shown(b, "b1")));
    }

    [Fact]
    public async Task S11_EachFieldHasItsSystemOfRecordAndTheRestrictiveConsentWins()
    {
        await using var hub = new HubHarness
        {
            Survivorship = SurvivorshipPolicy.Parse("survivorship.json", """
                {
                  "rules": [
                    { "path": "organisation.role", "rule": "sourcePriority", "order": ["a"] },
                    { "path": "phones[*].value", "rule": "mostRecent", "blanksWin": false },
                    { "path": "consents[*].status", "rule": "mostRestrictive" }
                  ]
                }
                """).OrThrow(),
        };
        var (a, b) = (Add(hub, "a"), Add(hub, "b"));
        var id = a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "title": "Countess", "marketing": "unknown" }""");
        await hub.SettleAsync();
        var now = hub.Clock.GetUtcNow();

        b.Edit("b1", """{ "phone": null, "marketing": "denied" }""", now.AddSeconds(1));
        a.Edit(id, """{ "title": null, "marketing": "granted" }""", now.AddSeconds(2));
        await hub.SettleAsync();

        foreach (var record in new[] { a[id], b["b1"] })
        {
            Assert.Null(record["title"]);
            Assert.Equal(("+442079460000", "denied"), (record["phone"]!.GetValue<string>(), record["marketing"]!.GetValue<string>()));
        }

        var consent = Assert.Single(hub.Committed.SelectMany(static step => step.Audit), static entry => entry.Action == "conflict.found" && entry.Reason == "consents[channel=email,purpose=marketing].status");
        Assert.Equal("Decided by mostRestrictive", consent.Outcome);
    }

    private static MemorySystem Add(HubHarness hub, string name) => hub.Add(name, static settings => settings with { Mapping = Addresses });

    private static string Shown(MemorySystem system, string key) =>
        string.Join('|', Address.Select(field => system[key][field] is JsonValue value ? value.GetValue<string>() : ""));
}
