using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of loops and concurrent edits, named after their numbers.</summary>
public sealed class ConcurrencyScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "city": "London" }""";

    [Fact]
    public async Task S01_AnEchoIsWrittenOnceAndAnEditBehindItFlows()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        a.Ledger.Clear();
        b.Ledger.Clear();

        a.Edit(id, """{ "phone": "+442079460001" }""");
        await hub.SyncAsync();
        // The next read shows the hub's own write and a user's edit of the same record together.
        b.Edit("b1", """{ "title": "Countess" }""");
        await hub.SettleAsync();

        Assert.Single(b.Ledger);
        Assert.Equal("""{"title":"Countess"}""", Assert.Single(a.Ledger).Fields);
        // What B merely shows again is not B's word: the phone number stays A's, though B showed it later.
        var own = hub.Committed.SelectMany(static step => step.SourceRecords).First(record => record.Key == id).Id;
        var phone = (await hub.GoldenAsync()).Single().Fields.Single(static field => field.Path == "phones[type=work].value");
        Assert.Equal(own, phone.RecordId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S02_AnEchoThatCarriesARealEditIsToldApartFieldByField(bool isShownByTheReadBack)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        a.Ledger.Clear();
        b.Ledger.Clear();

        a.Edit(id, """{ "phone": "+442079460001" }""");
        var wrote = false;
        b.AfterWrite = () =>
        {
            // Between the hub's write and its answer a user changes another field of the record.
            if (!wrote)
                b.Edit("b1", """{ "title": "Countess" }""");
            wrote = true;
        };
        // An answer without the record makes the hub read it back, and so see both changes; the other one was made before the user's.
        if (isShownByTheReadBack)
            b.Answer = static results => [.. results.Select(static result => result with { Record = null })];
        await hub.SettleAsync();

        Assert.Equal("Countess", a[id]["title"]!.GetValue<string>());
        Assert.Equal("+442079460001", b["b1"]["phone"]!.GetValue<string>());
        Assert.Single(b.Ledger);
        Assert.Single(a.Ledger);
    }

    [Fact]
    public async Task S03_AValueThatTheTargetRewritesBecomesTheBaseAndIsNotWrittenAgain()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.Normalise = static fields =>
        {
            if (fields["city"] is { } city)
                fields["city"] = city.GetValue<string>().ToUpperInvariant();
        };
        var id = a.Create(Ada);
        await hub.SettleAsync();
        a.Edit(id, """{ "city": "Lyon" }""");

        await hub.SettleAsync();

        Assert.Equal("LYON", b["b1"]["city"]!.GetValue<string>());
        Assert.Equal("Lyon", a[id]["city"]!.GetValue<string>());
        Assert.Equal(2, b.Ledger.Count);
        Assert.Empty(a.Ledger);
    }

    [Fact]
    public async Task S05_ConcurrentEditsOfDifferentFieldsBothSurviveAndEachWriteSendsItsFieldAlone()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        a.Ledger.Clear();
        b.Ledger.Clear();

        // The later edit must not carry the other fields of its record with it.
        var now = hub.Clock.GetUtcNow();
        a.Edit(id, """{ "phone": "+442079460001" }""", now.AddSeconds(1));
        b.Edit("b1", """{ "title": "Countess" }""", now.AddSeconds(2));
        await hub.SettleAsync();

        Assert.Equal("""{"title":"Countess"}""", Assert.Single(a.Ledger).Fields);
        Assert.Equal("""{"phone":"\u002B442079460001"}""", Assert.Single(b.Ledger).Fields);
        Assert.DoesNotContain(await hub.TalliesAsync(), static tally => tally.Name.StartsWith("conflict", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S06_OfConcurrentEditsOfOneFieldThePolicyPicksTheSameWinnerInEitherOrderOfArrival(bool firstEditArrivesFirst)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var now = hub.Clock.GetUtcNow();

        a.Edit(id, """{ "city": "Lyon" }""", now.AddSeconds(1));
        b.Edit("b1", """{ "city": "Nice" }""", now.AddSeconds(2));
        await hub.ReadAndRefineAsync(firstEditArrivesFirst ? "a" : "b");
        await hub.ReadAndRefineAsync(firstEditArrivesFirst ? "b" : "a");
        await hub.SettleAsync();

        Assert.Equal("Nice", a[id]["city"]!.GetValue<string>());
        Assert.Equal("Nice", b["b1"]["city"]!.GetValue<string>());
        var conflict = Assert.Single(await hub.ConflictsAsync());
        Assert.Equal((ConflictState.Decided, "addresses[type=mailing].city", "mostRecent"), (conflict.State, conflict.Path, conflict.Rule));
        Assert.Equal(["Lyon", "Nice"], new[] { conflict.Left.Value!.Value.AsText, conflict.Right.Value!.Value.AsText }.Order());
        Assert.Equal("London", conflict.Base!.Value.AsText);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S06_UnderManualNeitherSideIsOverwritten(bool firstEditArrivesFirst)
    {
        await using var hub = new HubHarness
        {
            Survivorship = SurvivorshipPolicy.Parse("survivorship.json", """{ "rules": [ { "path": "addresses[*].city", "rule": "manual" }, { "path": "*", "rule": "mostRecent" } ] }""").OrThrow(),
        };
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "city": "Lyon" }""");
        b.Edit("b1", """{ "city": "Nice" }""");
        await hub.ReadAndRefineAsync(firstEditArrivesFirst ? "a" : "b");
        await hub.ReadAndRefineAsync(firstEditArrivesFirst ? "b" : "a");
        await hub.SettleAsync();

        Assert.Equal("Lyon", a[id]["city"]!.GetValue<string>());
        Assert.Equal("Nice", b["b1"]["city"]!.GetValue<string>());
        Assert.Equal(ConflictState.Open, Assert.Single(await hub.ConflictsAsync()).State);
        Assert.Equal("London", (await hub.GoldenAsync()).Single().ToFieldMap().Find("addresses[type=mailing].city")!.Value.AsText);
    }
}
