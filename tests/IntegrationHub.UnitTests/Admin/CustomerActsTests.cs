using IntegrationHub.Storage.Payloads;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

public sealed class CustomerActsTests
{
    private const string City = "addresses[type=mailing].city";

    [Fact]
    public async Task AnOverrideWinsEverywhereUntilItIsUnpinned()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        var acts = hub.Administration().CustomerActs;

        await acts.PinAsync(1, City, "Cambridge", "ada", default);
        await hub.SettleAsync();
        Assert.Equal(["Cambridge", "Cambridge"], [crm[key]["city"]!.GetValue<string>(), shop.Live[0]["city"]!.GetValue<string>()]);
        crm.Edit(key, """{ "city": "Oxford" }""");
        await hub.SettleAsync();
        Assert.Equal("Cambridge", await hub.GoldenTextAsync(1, City));
        Assert.Equal("Cambridge", crm[key]["city"]!.GetValue<string>());

        await acts.UnpinAsync(1, City, "bob", default);
        await hub.SettleAsync();

        Assert.Equal("Oxford", await hub.GoldenTextAsync(1, City));
        Assert.Equal("Oxford", shop.Live[0]["city"]!.GetValue<string>());
        Assert.Equal(["customer.pinned customer/1 set"], await hub.AuditedAsync("ada"));
        Assert.Equal(["customer.unpinned customer/1 unpinned"], await hub.AuditedAsync("bob"));
    }

    [Fact]
    public async Task APinKeepsWhatTheCustomerSays()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        await hub.Administration().CustomerActs.PinAsync(1, City, null, "ada", default);

        crm.Edit(key, """{ "city": "Oxford" }""");
        await hub.SettleAsync();

        Assert.Equal("London", await hub.GoldenTextAsync(1, City));
        Assert.Equal("override", (await hub.ClusterAsync(1)).Golden.Fields.Single(static field => field.Path == City).Rule);
    }

    [Fact]
    public async Task TwoCustomersThatAreOneSayTheBestOfBothInEverySystem()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        shop.Create(Grace);
        await hub.StartAsync();
        await ReadOnlyAsync(hub);
        Assert.Equal(2, (await hub.GoldenAsync()).Count);

        await hub.Administration().CustomerActs.MergeAsync(2, 1, "ada", default);
        await hub.SettleAsync();

        var golden = Assert.Single(await hub.GoldenAsync());
        Assert.Equal(1, golden.Id);
        Assert.Equal(2, (await hub.ClusterAsync(1)).Members.Count);
        Assert.Equal("Admiral", crm.Live[0]["title"]!.GetValue<string>());
        Assert.Equal("London", shop.Live[0]["city"]!.GetValue<string>());
        var again = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().CustomerActs.MergeAsync(1, 2, "ada", default));
        Assert.Equal("C-1 and C-2 are one already: C-1.", again.Message);
    }

    [Fact]
    public async Task AMergeThatIsSplitAgainLeavesBothAsTheyWereToTheByte()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        shop.Create(Grace);
        await hub.StartAsync();
        await ReadOnlyAsync(hub);
        var (ada, grace) = (await FieldBytesAsync(hub, 1), await FieldBytesAsync(hub, 2));
        var acts = hub.Administration().CustomerActs;

        await acts.MergeAsync(1, 2, "ada", default);
        await hub.SettleAsync();
        Assert.NotEqual(ada, await FieldBytesAsync(hub, 1));
        // The merged values were written into both systems meanwhile, and read back: they are still not the systems' own.
        Assert.NotEmpty(crm.Ledger);
        Assert.NotEmpty(shop.Ledger);
        await acts.SplitAsync(1, [(await hub.RecordOfAsync(1, "shop")).Id], "ada", default);
        await hub.Way.RefineAsync(default);

        var now = (await hub.GoldenAsync()).Select(static golden => golden.Id).Order().ToArray();
        Assert.Equal(2, now.Length);
        Assert.Equal(ada, await FieldBytesAsync(hub, now[0]));
        Assert.Equal(grace, await FieldBytesAsync(hub, now[1]));
    }

    [Fact]
    public async Task ASplitHoldsAgainstKeysAndAgainstAThirdRecordThatFitsBoth()
    {
        await using var hub = new HubHarness();
        var (crm, shop, erp) = (hub.Add("crm"), hub.Add("shop"), hub.Add("erp", static settings => settings with { Rights = Rights.None }));
        var key = crm.Create("""{ "given": "Ada", "family": "Lovelace", "email": "family@example.org" }""");
        shop.Create("""{ "given": "Ada", "family": "Lovelace", "email": "family@example.org" }""");
        await hub.SettleAsync();
        Assert.Single(await hub.GoldenAsync());
        var shops = (await hub.RecordOfAsync(1, "shop")).Id;

        await hub.Administration().CustomerActs.SplitAsync(1, [shops], "ada", default);
        await hub.Way.RefineAsync(default);
        Assert.Equal(2, (await hub.GoldenAsync()).Count);

        // The newcomer alone: no record that the steward spoke of is in its batch.
        erp.Create("""{ "given": "Ada", "family": "Lovelace", "email": "family@example.org" }""");
        await ReadOnlyAsync(hub);
        Assert.Equal(2, (await hub.GoldenAsync()).Count);
        crm.Edit(key, """{ "city": "London" }""");
        await ReadOnlyAsync(hub);

        Assert.Equal(2, (await hub.GoldenAsync()).Count);
        Assert.NotEqual((await hub.Store.LoadRecordsAsync([1], false, default))[0].GoldenId, (await hub.Store.LoadRecordsAsync([shops], false, default))[0].GoldenId);
    }

    [Fact]
    public async Task ARecordThatTheHubMadeAndThatIsSplitOffIsNotMetAgainByTheNextCreate()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        await hub.SettleAsync();
        var made = (await hub.RecordOfAsync(1, "shop")).Id;

        await hub.Administration().CustomerActs.SplitAsync(1, [made], "ada", default);
        await hub.SettleAsync();

        // A system that knows the hub's id would otherwise take the second create for the first one, and the two customers would share its record.
        Assert.Equal(2, shop.Live.Select(static record => record["hubId"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count());
        Assert.NotEqual(1, (await hub.Store.LoadRecordsAsync([made], false, default))[0].GoldenId);
    }

    [Fact]
    public async Task SeveralRecordsLeaveTogether()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        hub.Add("erp").Create(Grace);
        crm.Create(Ada);
        shop.Create(Grace);
        await hub.StartAsync();
        await ReadOnlyAsync(hub);
        await hub.Administration().CustomerActs.MergeAsync(1, 2, "ada", default);
        await hub.Way.RefineAsync(default);
        var leaving = new[] { (await hub.RecordOfAsync(1, "shop")).Id, (await hub.RecordOfAsync(1, "erp")).Id };

        await hub.Administration().CustomerActs.SplitAsync(1, leaving, "ada", default);
        await hub.Way.RefineAsync(default);

        var records = await hub.Store.LoadRecordsAsync(leaving, false, default);
        Assert.Equal(records[0].GoldenId, records[1].GoldenId);
        Assert.Single((await hub.ClusterAsync(1)).Members);
    }

    [Fact]
    public async Task AMergeOutlivesWhatParted()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        shop.Create(Ada);
        await hub.SettleAsync();
        var acts = hub.Administration().CustomerActs;
        await acts.SplitAsync(1, [(await hub.RecordOfAsync(1, "shop")).Id], "ada", default);
        await hub.Way.RefineAsync(default);
        var parted = (await hub.GoldenAsync()).Select(static golden => golden.Id).Order().ToArray();
        Assert.Equal(2, parted.Length);

        await acts.MergeAsync(parted[0], parted[1], "bob", default);
        await hub.Way.RefineAsync(default);

        Assert.Single(await hub.GoldenAsync());
    }

    [Fact]
    public async Task WhatCannotBeDoneIsSaidAndChangesNothing()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        var acts = hub.Administration().CustomerActs;
        async Task<string> RefusalAsync(Task act) => (await Assert.ThrowsAsync<AdminException>(() => act)).Message;

        Assert.Equal("There is no customer C-77. Find one with 'hub customer find'.", await RefusalAsync(acts.PinAsync(77, City, "x", "ada", default)));
        Assert.StartsWith("C-1 has no field 'name.middle' to keep.", await RefusalAsync(acts.PinAsync(1, "name.middle", null, "ada", default)), StringComparison.Ordinal);
        Assert.StartsWith("'name.given' of C-1 is not pinned.", await RefusalAsync(acts.UnpinAsync(1, "name.given", "ada", default)), StringComparison.Ordinal);
        Assert.StartsWith("record/99 is not part of C-1.", await RefusalAsync(acts.SplitAsync(1, [99], "ada", default)), StringComparison.Ordinal);
        Assert.StartsWith("All records of C-1 would leave it.", await RefusalAsync(acts.SplitAsync(1, [1], "ada", default)), StringComparison.Ordinal);
        crm.Delete(key);
        await hub.SettleAsync();
        Assert.Equal("C-1 is deleted in every system; nothing can be changed on it.", await RefusalAsync(acts.PinAsync(1, City, "x", "ada", default)));
        Assert.Empty(await hub.AuditedAsync("ada"));
    }

    private static async Task ReadOnlyAsync(HubHarness hub)
    {
        foreach (var stream in hub.Context.Settings.Streams)
            await hub.Way.ReadAsync(stream, false, default);
        await hub.Way.RefineAsync(default);
    }

    private static async Task<string> FieldBytesAsync(HubHarness hub, long golden) => Convert.ToHexString(GoldenJson.WriteFields((await hub.ClusterAsync(golden)).Golden.Fields));
}
