using IntegrationHub.Identity;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

/// <summary>What stewards said of customers goes with whom they said it of, when customers are split.</summary>
public sealed class SplitWordsTests
{
    private const string City = "addresses[type=mailing].city";
    private const string Role = "organisation.role";

    [Fact]
    public async Task EachSideHasItsOwnOverridesAgain()
    {
        await using var hub = await TwoAsync();
        var acts = hub.Administration().CustomerActs;
        await acts.PinAsync(1, City, "Cambridge", "ada", default);
        await acts.PinAsync(2, City, "Boston", "ada", default);
        await acts.PinAsync(2, Role, "Rear Admiral", "ada", default);
        await hub.Way.RefineAsync(default);
        await acts.MergeAsync(1, 2, "ada", default);
        await hub.Way.RefineAsync(default);
        Assert.Equal(("Boston", "Rear Admiral"), (await hub.GoldenTextAsync(1, City), await hub.GoldenTextAsync(1, Role)));

        var graces = (await hub.RecordsOfAsync("shop"))[0].Id;
        await acts.SplitAsync(1, [graces], "ada", default);
        await hub.Way.RefineAsync(default);

        var other = (await hub.Store.LoadRecordsAsync([graces], false, default))[0].GoldenId;
        Assert.NotEqual(1, other);
        Assert.Equal(("Cambridge", "absent"), (await hub.GoldenTextAsync(1, City), await hub.GoldenTextAsync(1, Role)));
        Assert.Equal(("Boston", "Rear Admiral"), (await hub.GoldenTextAsync(other, City), await hub.GoldenTextAsync(other, Role)));
        Assert.DoesNotContain(await hub.ConflictsAsync(), static conflict => conflict.Rule == "split");
    }

    [Fact]
    public async Task WhatWasSaidOfBothStaysAndAPersonIsAskedAboutTheOther()
    {
        await using var hub = await TwoAsync();
        var acts = hub.Administration().CustomerActs;
        await acts.MergeAsync(1, 2, "ada", default);
        await hub.Way.RefineAsync(default);
        await acts.PinAsync(1, City, "Bath", "ada", default);
        await hub.Way.RefineAsync(default);

        var graces = (await hub.RecordsOfAsync("shop"))[0].Id;
        await acts.SplitAsync(1, [graces], "ada", default);
        await hub.Way.RefineAsync(default);

        var other = (await hub.Store.LoadRecordsAsync([graces], false, default))[0].GoldenId;
        Assert.Equal("Bath", await hub.GoldenTextAsync(1, City));
        var asked = Assert.Single(await hub.ConflictsAsync());
        Assert.Equal((other, City, ConflictState.Open, "split", "Bath"), (asked.GoldenId, asked.Path, asked.State, asked.Rule, asked.Left.Value!.Value.AsText));
        await hub.Administration().Conflicts.SettleWithAsync(asked.Id, "Arlington", "ada", default);
        await hub.Way.RefineAsync(default);
        Assert.Equal("Arlington", await hub.GoldenTextAsync(other, City));
    }

    [Fact]
    public async Task AConflictBetweenTwoWhoAreNotOneIsNoConflict()
    {
        await using var hub = new HubHarness
        {
            Survivorship = SurvivorshipPolicy.Parse("survivorship.json", """{ "rules": [ { "path": "addresses[*].city", "rule": "manual" } ] }""").OrThrow(),
        };
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        shop.Create(Ada);
        await hub.SettleAsync();
        crm.Edit("crm1", """{ "city": "Lyon" }""");
        shop.Edit("shop1", """{ "city": "Nice" }""");
        await hub.SettleAsync();
        Assert.Equal("London", await hub.GoldenTextAsync(1, City));

        await hub.Administration().CustomerActs.SplitAsync(1, [(await hub.RecordOfAsync(1, "shop")).Id], "ada", default);
        await hub.Way.RefineAsync(default);

        var open = await ((IStoreQueries)hub.Store).ListConflictsAsync(new() { State = ConflictState.Open }, new(0, 10), default);
        Assert.Empty(open);
        Assert.Equal("Lyon", await hub.GoldenTextAsync(1, City));
        var other = (await hub.GoldenAsync()).Single(static golden => golden.Id != 1).Id;
        Assert.Equal("Nice", await hub.GoldenTextAsync(other, City));
    }

    // Two customers of two systems that are only read and refined: record/1 is Ada, record/2 is Grace.
    private static async Task<HubHarness> TwoAsync()
    {
        var hub = new HubHarness();
        hub.Add("crm").Create(Ada);
        hub.Add("shop").Create(Grace);
        await hub.StartAsync();
        foreach (var stream in hub.Context.Settings.Streams)
            await hub.Way.ReadAsync(stream, false, default);
        await hub.Way.RefineAsync(default);
        return hub;
    }
}
