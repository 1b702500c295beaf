using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

public sealed class ConnectionActsTests
{
    [Fact]
    public async Task APauseIsKeptAndEndsWithResume()
    {
        await using var hub = new HubHarness();
        hub.Add("crm");
        await hub.StartAsync();
        var acts = hub.Administration().Connections;

        Assert.True(await acts.PauseAsync("crm", "ada", default));
        Assert.False(await acts.PauseAsync("crm", "ada", default));
        Assert.Equal(["crm"], await hub.Store.ListPausedConnectionsAsync(default));
        Assert.Contains("hub connection resume crm", Assert.Single((await hub.Administration().Status.ShowAsync(default))[0].Remedies), StringComparison.Ordinal);

        await acts.ResumeAsync("crm", "bob", default);

        Assert.Empty(await hub.Store.ListPausedConnectionsAsync(default));
        Assert.Equal(["connection.paused connection/crm 1 streams"], await hub.AuditedAsync("ada"));
        Assert.Equal(["connection.resumed connection/crm 0 streams mended"], await hub.AuditedAsync("bob"));
    }

    [Fact]
    public async Task APausedConnectionIsNeitherReadNorWritten()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        await hub.Administration().Connections.PauseAsync("shop", "ada", default);
        crm.Edit(key, """{ "city": "Paris" }""");
        shop.Create(Grace);

        await hub.SettleAsync();
        Assert.Single(await hub.GoldenAsync());
        Assert.Single(shop.Ledger);

        await hub.Administration().Connections.ResumeAsync("shop", "ada", default);
        await hub.SettleAsync();
        Assert.Equal(2, (await hub.GoldenAsync()).Count);
        Assert.Equal("Paris", shop["shop1"]["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task ResumingLetsABlockedStreamRunAgain()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        crm.Create(Ada);
        crm.BeforePage = static _ => throw new ConnectorException(FailureKind.Blocked, "rest.401", "Authorise again.");
        await hub.SyncAsync();
        var blocked = (await hub.Administration().Status.ShowAsync(default))[0];
        Assert.True(blocked.State.Progress.IsBlocked);
        Assert.Contains("Authorise again.", blocked.Remedies[0], StringComparison.Ordinal);
        crm.BeforePage = static _ => { };
        await hub.SyncAsync();
        Assert.Empty(await hub.GoldenAsync());

        var mended = await hub.Administration().Connections.ResumeAsync("crm", "ada", default);
        await hub.SyncAsync();

        Assert.Equal([new("crm", "people")], mended);
        Assert.Single(await hub.GoldenAsync());
        Assert.Empty((await hub.Administration().Status.ShowAsync(default))[0].Remedies);
    }

    [Fact]
    public async Task AResetReadsFromTheBeginningAndDeletesNothing()
    {
        await using var hub = new HubHarness();
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        crm.Create(Ada);
        await hub.SettleAsync();
        var golden = (await hub.GoldenAsync())[0];
        var effects = shop.Ledger.Count;

        var reset = await hub.Administration().Connections.ResetAsync("crm", "people", "ada", default);

        Assert.Single(reset);
        var progress = await hub.Store.LoadProgressAsync(hub.Stream("crm").Number, default);
        Assert.Null(progress.Checkpoint);
        Assert.True(progress.FullReadDue);
        var report = await hub.Way.ReadAsync(hub.Stream("crm"), false, default);
        Assert.Equal(1, report!.Records);
        await hub.SettleAsync();
        Assert.Equal(golden.Version, (await hub.GoldenAsync())[0].Version);
        Assert.Equal(effects, shop.Ledger.Count);
    }

    [Fact]
    public async Task AResetDuringAReadIsRefusedSinceTheReadWouldOverwriteIt()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        crm.Create(Ada);
        await hub.StartAsync();
        AdminException? refusal = null;
        crm.BeforePage = page => refusal ??= Assert.Throws<AdminException>(
            () => hub.Administration().Connections.ResetAsync("crm", null, "ada", default).GetAwaiter().GetResult());

        await hub.SyncAsync();

        Assert.Equal("admin.busy", refusal!.Code);
        Assert.NotNull((await hub.Store.LoadProgressAsync(hub.Stream("crm").Number, default)).Checkpoint);
        Assert.Empty(await hub.AuditedAsync("ada"));
    }

    [Fact]
    public async Task HeldDeletionsWaitUntilTheyAreReleased()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        crm.Traits = crm.Traits with { Deletes = DeleteDetection.ByAbsence, ReadsWhole = true };
        var keys = Enumerable.Range(0, 10).Select(i => crm.Create($$"""{ "given": "G{{i}}", "family": "F{{i}}", "email": "p{{i}}@example.org" }""")).ToArray();
        await hub.SyncAsync();
        foreach (var key in keys)
            crm.Delete(key);
        hub.Clock.Advance(TimeSpan.FromHours(2));
        await hub.SyncAsync();
        Assert.Equal(10, await hub.Store.CountLiveAsync(hub.Stream("crm").Number, default));
        var held = (await hub.Administration().Status.ShowAsync(default))[0];
        Assert.Contains("holds 10 deletions", Assert.Single(held.Remedies), StringComparison.Ordinal);

        var released = await hub.Administration().Connections.ReleaseDeletesAsync("crm", null, "ada", default);
        await hub.SyncAsync();

        Assert.Equal([(new("crm", "people"), 10)], released);
        Assert.Equal(0, await hub.Store.CountLiveAsync(hub.Stream("crm").Number, default));
        var refusal = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().Connections.ReleaseDeletesAsync("crm", null, "ada", default));
        Assert.Equal("admin.refused", refusal.Code);
    }

    [Fact]
    public async Task UnknownNamesAreAnsweredWithTheKnownOnes()
    {
        await using var hub = new HubHarness();
        hub.Add("crm");
        await hub.StartAsync();
        var acts = hub.Administration().Connections;

        var connection = await Assert.ThrowsAsync<AdminException>(() => acts.PauseAsync("crn", "ada", default));
        var stream = await Assert.ThrowsAsync<AdminException>(() => acts.ResetAsync("crm", "persons", "ada", default));

        Assert.Equal("There is no connection 'crn'. There are: crm.", connection.Message);
        Assert.Equal("The connection 'crm' has no stream 'persons'. It has: people.", stream.Message);
    }
}
