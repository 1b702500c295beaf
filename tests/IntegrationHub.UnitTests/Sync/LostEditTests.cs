using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>Ways in which an edit could get lost between two steps. Random histories found them; here each stands alone.</summary>
public sealed class LostEditTests
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Fact]
    public async Task AValueThatSomebodyPutIntoAnEmptyFieldMeanwhileIsNotWrittenOver()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "title": "Countess" }""");
        await hub.ReadAndRefineAsync("a");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Edit("b1", """{ "title": "Lady" }""");
        await DeliverAsync(hub, "b");
        await hub.SettleAsync();

        Assert.Equal(("Lady", "Lady"), (Text(a, id, "title"), Text(b, "b1", "title")));
    }

    [Fact]
    public async Task AnEditThatHasLandedAndWasNotLookedAtIsNotWrittenOver()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "city": "Lyon" }""");
        await hub.ReadAndRefineAsync("a");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Edit("b1", """{ "city": "Nice" }""");
        await hub.Way.ReadAsync(hub.Stream("b"), false, CancellationToken.None);
        await DeliverAsync(hub, "b");
        Assert.Equal("Nice", Text(b, "b1", "city"));
        await hub.SettleAsync();

        Assert.Equal(("Nice", "Nice"), (Text(a, id, "city"), Text(b, "b1", "city")));
    }

    [Fact]
    public async Task ARecordInQuarantineIsNotWrittenOver()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "title": "Countess" }""");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Edit("b1", """{ "email": "nonsense", "title": "Lady" }""");
        await hub.SettleAsync();
        Assert.Equal("Lady", Text(b, "b1", "title"));
        b.Edit("b1", """{ "email": "ada@example.org" }""");
        await hub.SettleAsync();

        Assert.Equal(("Lady", "Lady"), (Text(a, id, "title"), Text(b, "b1", "title")));
    }

    [Fact]
    public async Task AnEditOfANewRecordWhoseAnswerWasLostIsAnEditAndNotTheSystemsFormOfTheValue()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        LoseAnswerAfter(b, () => b.Edit("b1", """{ "city": "Nice" }"""));

        await hub.SettleAsync();

        Assert.Equal(("Nice", "Nice"), (Text(a, id, "city"), Text(b, "b1", "city")));
    }

    [Fact]
    public async Task WhatTheHubWroteIsNoEditWhenTheAnswerWasLostAndAnotherFieldWasEdited()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "city": "Lyon", "title": "Countess" }""");
        LoseAnswerAfter(b, () =>
        {
            a.Edit(id, """{ "city": "Paris" }""");
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            b.Edit("b1", """{ "title": "Lady" }""");
        });
        await hub.SettleAsync();

        Assert.Equal(("Paris", "Paris"), (Text(a, id, "city"), Text(b, "b1", "city")));
        Assert.Equal(("Lady", "Lady"), (Text(a, id, "title"), Text(b, "b1", "title")));
    }

    [Fact]
    public async Task APageThatIsOlderThanAWriteTakesNothingBack()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        a.Ledger.Clear();

        a.Edit(id, """{ "city": "Lyon" }""");
        await hub.ReadAndRefineAsync("a");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Edit("b1", """{ "title": "Lady" }""");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Meanwhile = async isApplied =>
        {
            if (!isApplied)
                await hub.Way.ReadAsync(hub.Stream("b"), false, CancellationToken.None);
            b.Meanwhile = static _ => Task.CompletedTask;
        };
        await DeliverAsync(hub, "b");
        await hub.SettleAsync();

        Assert.Equal("""{"title":"Lady"}""", Assert.Single(a.Ledger).Fields);
        Assert.Equal(("Lyon", "Lyon"), (Text(a, id, "city"), Text(b, "b1", "city")));
    }

    [Fact]
    public async Task OfTwoValuesThatFillAnEmptyFieldTheOneThatLosesIsNamedInAConflict()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "title": "Countess" }""");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Edit("b1", """{ "title": "Lady" }""");
        await hub.SettleAsync();

        var conflict = Assert.Single(await hub.ConflictsAsync());
        Assert.Equal(("organisation.role", "Countess", "Lady"), (conflict.Path, conflict.Left.Value!.Value.AsText, conflict.Right.Value!.Value.AsText));
        Assert.Null(conflict.Base);
    }

    [Fact]
    public async Task ARecordInQuarantineIsNotDeletedBeforeItIsMended()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a", static settings => settings with { OnDelete = IntegrationHub.Sync.Settings.DeletePolicy.DeleteWins }), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        b.Edit("b1", """{ "email": "nonsense" }""");
        await hub.SettleAsync();

        a.Delete(id);
        await hub.SettleAsync();
        Assert.Single(b.Live);
        b.Edit("b1", """{ "email": "ada@example.org" }""");
        await hub.SettleAsync();

        Assert.Empty(b.Live);
        Assert.Empty(await hub.Store.ListQuarantineAsync(FindingFilter.None, new(0, 10), CancellationToken.None));
        Assert.All(await hub.GoldenAsync(), static golden => Assert.Equal(GoldenStatus.Deleted, golden.Status));
    }

    private static Task<int> DeliverAsync(HubHarness hub, string connection) =>
        hub.Way.DeliverAsync(hub.Context.Settings.Connections.Single(one => one.Name == connection), CancellationToken.None);

    private static string Text(MemorySystem system, string key, string field) => system[key][field]?.GetValue<string>() ?? "";

    private static void LoseAnswerAfter(MemorySystem system, Action act) => system.AfterWrite = () =>
    {
        system.AfterWrite = static () => { };
        act();
        throw new IOException("The answer was lost.");
    };
}
