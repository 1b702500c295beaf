using IntegrationHub.Identity;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

public sealed class ConflictActsTests
{
    private const string City = "addresses[type=mailing].city";

    [Theory]
    [InlineData(ConflictChoice.Left)]
    [InlineData(ConflictChoice.Right)]
    public async Task TheSideThatIsRightStandsInEverySystem(ConflictChoice choice)
    {
        await using var hub = new HubHarness();
        var (crm, shop, conflict) = await ConflictAsync(hub);
        var right = (choice == ConflictChoice.Left ? conflict.Left : conflict.Right).Value!.Value.AsText;
        Assert.Equal("London", await hub.GoldenTextAsync(1, City));

        await hub.Administration().Conflicts.SettleAsync(conflict.Id, choice, "ada", default);
        await hub.SettleAsync();

        Assert.Equal(right, await hub.GoldenTextAsync(1, City));
        Assert.Equal([right, right], [crm.Live[0]["city"]!.GetValue<string>(), shop.Live[0]["city"]!.GetValue<string>()]);
        var settled = await hub.Store.FindConflictAsync(conflict.Id, default);
        Assert.Equal((ConflictState.Settled, "steward"), (settled!.State, settled.Rule));
        Assert.Contains($"conflict.settled conflict/{conflict.Id} {choice.ToString().ToLowerInvariant()}", await hub.AuditedAsync("ada"));
        Assert.Empty((await hub.ClusterAsync(1)).Golden.Held);
    }

    [Theory]
    [InlineData(ConflictChoice.Left, 0)]
    [InlineData(ConflictChoice.Right, 1)]
    public async Task ADeletionThatIsLeftToAStewardWaitsForTheirWord(ConflictChoice choice, int kept)
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm", static settings => settings with { OnDelete = DeletePolicy.Steward });
        var shop = hub.Add("shop");
        var id = crm.Create(Ada);
        await hub.SettleAsync();
        crm.Delete(id);
        await hub.SettleAsync();
        Assert.Single(shop.Live);
        var conflict = Assert.Single(await hub.Store.ListConflictsAsync(new FindingFilter { State = ConflictState.Open }, new(0, 10), default));

        await hub.Administration().Conflicts.SettleAsync(conflict.Id, choice, "ada", default);
        await hub.SettleAsync();

        Assert.Equal(kept, shop.Live.Count);
        Assert.Empty(crm.Live);
        Assert.Empty(await hub.Store.ListConflictsAsync(new FindingFilter { State = ConflictState.Open }, new(0, 10), default));
    }

    [Fact]
    public async Task AfterItIsSettledAnEditCountsAgain()
    {
        await using var hub = new HubHarness();
        var (crm, shop, conflict) = await ConflictAsync(hub);
        await hub.Administration().Conflicts.SettleAsync(conflict.Id, ConflictChoice.Left, "ada", default);
        await hub.SettleAsync();

        shop.Edit("shop1", """{ "city": "Rome" }""");
        await hub.SettleAsync();

        Assert.Equal("Rome", await hub.GoldenTextAsync(1, City));
        Assert.Equal("Rome", crm.Live[0]["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task AValueOfTheStewardStandsInEverySystem()
    {
        await using var hub = new HubHarness();
        var (crm, shop, conflict) = await ConflictAsync(hub);

        await hub.Administration().Conflicts.SettleWithAsync(conflict.Id, "Bern", "ada", default);
        await hub.SettleAsync();

        Assert.Equal(["Bern", "Bern"], [crm.Live[0]["city"]!.GetValue<string>(), shop.Live[0]["city"]!.GetValue<string>()]);
        var again = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().Conflicts.SettleAsync(conflict.Id, ConflictChoice.Left, "bob", default));
        Assert.Equal("admin.refused", again.Code);
        Assert.Equal("Bern", await hub.GoldenTextAsync(1, City));
    }

    [Fact]
    public async Task ASideCountsWithWhatItSaysNow()
    {
        await using var hub = new HubHarness();
        var (_, shop, conflict) = await ConflictAsync(hub);
        var shops = (await hub.RecordOfAsync(1, "shop")).Id;
        shop.Edit("shop1", """{ "city": "Vienna" }""");
        await hub.SyncAsync();
        var view = await hub.Administration().Conflicts.ShowAsync(conflict.Id, "ada", default);
        var (side, choice) = conflict.Left.SourceRecordId == shops ? (view.Left, ConflictChoice.Left) : (view.Right, ConflictChoice.Right);
        Assert.Equal("Vienna", side.Now!.Value.AsText);
        Assert.NotEqual("Vienna", side.Then.Value!.Value.AsText);

        await hub.Administration().Conflicts.SettleAsync(conflict.Id, choice, "ada", default);
        await hub.SettleAsync();

        Assert.Equal("Vienna", await hub.GoldenTextAsync(1, City));
    }

    [Fact]
    public async Task APinOnAnOpenConflictIsRefused()
    {
        await using var hub = new HubHarness();
        await ConflictAsync(hub);

        var refusal = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().CustomerActs.PinAsync(1, City, "Bern", "ada", default));

        Assert.Contains("open conflict", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APolicysDecisionCanBeOverturned()
    {
        await using var hub = new HubHarness { Survivorship = Policy("mostRecent") };
        var (crm, shop, conflict) = await ConflictAsync(hub);
        var winner = conflict.Winner;
        var choice = conflict.Left.SourceRecordId == winner ? ConflictChoice.Right : ConflictChoice.Left;
        var other = (choice == ConflictChoice.Left ? conflict.Left : conflict.Right).SourceRecordId;

        // The loser's own claim is still there; the winner's is withdrawn.
        await hub.Administration().Conflicts.SettleAsync(conflict.Id, choice, "ada", default);
        await hub.SettleAsync();

        Assert.Equal(other, (await hub.ClusterAsync(1)).Golden.Fields.Single(static field => field.Path == City).RecordId);
        Assert.Equal(crm.Live[0]["city"]!.GetValue<string>(), shop.Live[0]["city"]!.GetValue<string>());
    }

    private static SurvivorshipPolicy Policy(string rule) =>
        SurvivorshipPolicy.Parse("survivorship.json", $$"""{ "rules": [ { "path": "addresses[*].city", "rule": "{{rule}}" }, { "path": "*", "rule": "mostRecent" } ] }""").OrThrow();

    /// <summary>A customer in two systems that agree on London; then both move it, one to Paris and one to Nice.</summary>
    private static async Task<(MemorySystem Crm, MemorySystem Shop, Conflict Conflict)> ConflictAsync(HubHarness hub)
    {
        if (ReferenceEquals(hub.Survivorship, SurvivorshipPolicy.Default))
            hub.Survivorship = Policy("manual");
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        crm.Edit(key, """{ "city": "Paris" }""");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        shop.Edit("shop1", """{ "city": "Nice" }""");
        await hub.SyncAsync();
        return (crm, shop, Assert.Single(await hub.Store.ListConflictsAsync(FindingFilter.None, new(0, 10), default)));
    }
}
