using IntegrationHub.Identity;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>A change of configuration reaches what is stored, without asking a system.</summary>
public sealed class PolicyChangeTests
{
    private const string City = "addresses[type=mailing].city";

    private static readonly MatchPolicy EmailAlone = MatchPolicy.Parse(
        "matching.json", """{ "entities": ["customer"], "rules": [ { "name": "email", "all": ["emails[*].value"] } ] }""").OrThrow();

    [Theory]
    [InlineData(500)]
    [InlineData(1)]
    public async Task AnotherSurvivorshipPolicyIsAppliedToEveryGoldenRecord(int batchSize)
    {
        await using var hub = new HubHarness { Options = new() { BatchSize = batchSize } };
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        foreach (var n in Enumerable.Range(0, 5))
        {
            crm.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org", "city": "London" }""");
            hub.Clock.Advance(TimeSpan.FromMinutes(1));
            shop.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org", "city": "Leeds" }""");
        }

        await hub.SettleAsync();
        Assert.All(crm.Live, static record => Assert.Equal("Leeds", record["city"]!.GetValue<string>()));

        hub.Survivorship = SurvivorshipPolicy.Parse("survivorship.json", """{ "order": ["crm"], "rules": [ { "path": "*", "rule": "sourcePriority" } ] }""").OrThrow();
        Unreadable(crm, shop);
        await hub.StartAsync();
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);

        Assert.All(crm.Live.Concat(shop.Live), static record => Assert.Equal("London", record["city"]!.GetValue<string>()));
        Assert.Contains(hub.Committed.SelectMany(static step => step.Audit), static entry => entry is { Action: "entity.configured", Outcome: "changed" });
        var written = crm.Ledger.Count + shop.Ledger.Count;
        await hub.StartAsync();
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        Assert.Equal(written, crm.Ledger.Count + shop.Ledger.Count);
    }

    [Fact]
    public async Task AStricterMatchingPolicyPartsWhoShouldNotHaveMet()
    {
        await using var hub = new HubHarness { Matching = EmailAlone };
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "family@example.org" }""");
        shop.Create("""{ "given": "Byron", "family": "Lovelace", "email": "family@example.org" }""");
        crm.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        shop.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        await ReadAndRefineAsync(hub);
        Assert.Equal(2, (await hub.GoldenAsync()).Count);

        hub.Matching = MatchPolicy.Default;
        Unreadable(crm, shop);
        await hub.StartAsync();
        await hub.Way.RefineAsync(CancellationToken.None);

        var golden = await ((IStoreQueries)hub.Store).ListGoldenAsync("customer", new(0, 10), CancellationToken.None);
        Assert.Equal(["Ada", "Byron", "Grace"], golden.Select(static one => one.ToFieldMap().Find("name.given")!.Value.AsText).Order());
        var together = (await hub.Store.LoadClustersAsync([.. golden.Select(static one => one.Id)], CancellationToken.None)).Values.Max(static cluster => cluster.Members.Count);
        Assert.Equal(2, together);
    }

    [Fact]
    public async Task ALooserMatchingPolicyBringsTogetherWhoIsOne()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""");
        shop.Create("""{ "given": "Ada", "family": "King", "email": "ada@example.org", "city": "London" }""");
        crm.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        hub.Matching = MatchPolicy.Parse(
            "matching.json", """{ "entities": ["customer"], "rules": [ { "name": "email+family", "all": ["emails[*].value", "name.family"] } ] }""").OrThrow();
        await ReadAndRefineAsync(hub);
        Assert.Equal(3, (await hub.GoldenAsync()).Count);

        hub.Matching = EmailAlone;
        Unreadable(crm, shop);
        await hub.StartAsync();
        await hub.Way.RefineAsync(CancellationToken.None);

        Assert.Equal(2, (await hub.GoldenAsync()).Count(static golden => golden.Status == GoldenStatus.Live));
    }

    [Fact]
    public async Task AStricterSchemaSendsStoredRecordsToQuarantine()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""");
        crm.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org", "city": "Llanfairpwllgwyngyll" }""");
        await hub.SettleAsync();
        Assert.Empty(await hub.QuarantinedAsync());

        var schema = HubHarness.CustomerSchema.Replace(
            "\"The town.\", \"type\": \"string\", \"maxLength\": 200", "\"The town.\", \"type\": \"string\", \"maxLength\": 12", StringComparison.Ordinal);
        Assert.NotEqual(HubHarness.CustomerSchema, schema);
        hub.Validation = EntityValidator.Parse(new Dictionary<string, string> { ["customer"] = schema }, new ManualClock());
        Unreadable(crm);
        await hub.StartAsync();
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);

        Assert.Equal(City, Assert.Single((await hub.QuarantinedAsync()).Single().Problems).Field);
    }

    [Fact]
    public async Task AnotherDeletePolicyHoldsForCustomersThatAreThere()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var id = crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""");
        await hub.SettleAsync();
        crm.Delete(id);
        await hub.SettleAsync();
        Assert.Single(shop.Live);

        hub.Change("crm", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        await hub.StartAsync();
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);

        Assert.Empty(shop.Live);
    }

    [Fact]
    public async Task WhatAMappingNoLongerReadsIsNoClaimAnyMore()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London", "title": "Countess" }""");
        await hub.SettleAsync();

        var narrow = HubHarness.Compile(HubHarness.MappingText
            .Replace("""{ "source": "city", "canonical": "addresses[type=mailing].city" },""", "", StringComparison.Ordinal)
            .Replace("""{ "source": "title", """, """{ "source": "title", "direction": "out", """, StringComparison.Ordinal));
        hub.Change("crm", settings => settings with { Mapping = narrow });
        await hub.StartAsync();
        await hub.SettleAsync();

        Assert.Equal(("absent", "absent"), (await hub.GoldenTextAsync(1, City), await hub.GoldenTextAsync(1, "organisation.role")));
        // Nobody cleared the fields: the other system keeps what it shows, and says so itself once somebody touches it.
        Assert.Equal("London", shop.Live[0]["city"]!.GetValue<string>());
        shop.Edit("shop1", """{ "title": "Lady" }""");
        await hub.SettleAsync();
        Assert.Equal("Lady", crm.Live[0]["title"]!.GetValue<string>());
    }

    private static async Task ReadAndRefineAsync(HubHarness hub)
    {
        await hub.StartAsync();
        foreach (var stream in hub.Context.Settings.Streams)
            await hub.Way.ReadAsync(stream, false, CancellationToken.None);
        await hub.Way.RefineAsync(CancellationToken.None);
    }

    private static void Unreadable(params ReadOnlySpan<MemorySystem> systems)
    {
        foreach (var system in systems)
            system.BeforePage = static _ => throw new InvalidOperationException("The system is not to be asked.");
    }
}
