using IntegrationHub.Sync.Admin;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>Bugs that the simulation found, each alone.</summary>
public sealed class SimulationFindings
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Fact]
    public async Task AFieldThatIsClearedWhileItsFirstWriteIsUnderWayIsClearedThereToo()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "title": "Countess" }""");
        DuringWrite(b, async () =>
        {
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            a.Edit(id, """{ "title": null }""");
            await hub.ReadAndRefineAsync("a");
        });
        await hub.SettleAsync();

        Assert.Equal("", Text(b, "b1", "title"));
    }

    [Fact]
    public async Task AnEditThatLosesAgainstAYoungerClearIsNamedInAConflict()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();

        b.Edit("b1", """{ "title": null }""");
        await hub.SettleAsync();
        b.Edit("b1", """{ "title": "Lady" }""");
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        a.Edit(id, """{ "title": "Countess" }""");
        await hub.ReadAndRefineAsync("a");
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        a.Edit(id, """{ "title": null }""");
        await hub.ReadAndRefineAsync("a");
        await hub.SettleAsync();

        Assert.Contains(await hub.ConflictsAsync(), static conflict => conflict.Path == "organisation.role" && conflict.Right.Value?.AsText == "Lady");
    }

    [Fact]
    public async Task AClockThatIsSetForwardDoesNotShortenTheWaitForALostAnswer()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.Traits = b.Traits with { IndexLag = TimeSpan.FromMinutes(1) };
        var lookUps = 0;
        b.BeforeFind = () => lookUps++;
        b.AfterWrite = () =>
        {
            b.AfterWrite = static () => { };
            throw new IOException("The answer was lost.");
        };
        a.Create(Ada);
        await hub.SyncAsync();

        hub.Clock.Ahead = TimeSpan.FromMinutes(10);
        await hub.SyncAsync();
        Assert.Equal(0, lookUps);
        hub.Clock.Advance(TimeSpan.FromMinutes(2));
        await hub.SettleAsync();

        Assert.Equal(1, lookUps);
        Assert.Single(b.Live);
    }

    [Fact]
    public async Task AnEditBetweenTheWriteAndTheLookUpIsNotTakenForTheSystemsFormOfTheValue()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.Answer = static results => [.. results.Select(static result => result with { Record = null })];
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Edit(id, """{ "city": "Lyon" }""");
        b.AfterWrite = () =>
        {
            b.AfterWrite = static () => { };
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            b.Edit("b1", """{ "city": "Nice" }""");
        };
        await hub.SettleAsync();

        Assert.Equal(("Nice", "Nice"), (Text(a, id, "city"), Text(b, "b1", "city")));
    }

    [Fact]
    public async Task AnEffectThatIsRepeatedAfterAUserTookItBackHasAKeyOfItsOwn()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        await hub.SettleAsync();
        var golden = (await hub.GoldenAsync()).Single();
        await new CustomerActs(hub.Context).PinAsync(golden.Id, "organisation.role", "Countess", "steward", CancellationToken.None);
        await hub.SettleAsync();

        for (var i = 0; i < 2; i++)
        {
            hub.Clock.Advance(TimeSpan.FromMinutes(1));
            b.Edit("b1", """{ "title": "Lady" }""");
            await hub.SettleAsync();
            Assert.Equal("Countess", Text(b, "b1", "title"));
        }

        var settled = hub.Committed.SelectMany(static step => step.Audit).Where(static entry => entry.Action == "delivery.settled")
            .Select(static entry => entry.Correlation).ToArray();
        Assert.Equal(settled.Length, settled.Distinct().Count());
    }

    private static void DuringWrite(MemorySystem system, Func<Task> act) => system.Meanwhile = isApplied =>
    {
        if (!isApplied)
            return Task.CompletedTask;
        system.Meanwhile = static _ => Task.CompletedTask;
        return act();
    };

    private static string Text(MemorySystem system, string key, string field) => system[key][field]?.GetValue<string>() ?? "";
}
