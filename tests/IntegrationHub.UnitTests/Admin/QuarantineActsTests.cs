using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

public sealed class QuarantineActsTests
{
    private const string Bad = """{ "given": "Ada", "family": "Lovelace", "email": "ada@" }""";
    private const string Email = "emails[type=work].value";

    [Fact]
    public async Task AFixSendsTheRecordOnUntilItsSystemShowsSomethingElse()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        var key = crm.Create(Bad);
        await hub.SyncAsync();
        var entry = Assert.Single(await hub.QuarantinedAsync());
        var acts = hub.Administration().Quarantine;

        await acts.FixAsync(entry.SourceRecordId, Email, "ada@example.org", "ada", default);
        await hub.SyncAsync();

        Assert.Empty(await hub.QuarantinedAsync());
        Assert.Equal("ada@example.org", await hub.GoldenTextAsync(1, Email));
        crm.Edit(key, """{ "email": "lovelace@example.org" }""");
        await hub.SyncAsync();
        Assert.Equal("lovelace@example.org", await hub.GoldenTextAsync(1, Email));
        Assert.Equal([$"quarantine.fixed record/{entry.SourceRecordId} fixed"], await hub.AuditedAsync("ada"));
    }

    [Fact]
    public async Task AFixThatIsNoBetterIsRefusedWithoutTheValue()
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(Bad);
        await hub.SyncAsync();
        var id = (await hub.QuarantinedAsync())[0].SourceRecordId;

        var refusal = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().Quarantine.FixAsync(id, Email, "nobody@", "ada", default));

        Assert.Equal("admin.value", refusal.Code);
        Assert.DoesNotContain("nobody", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Email, refusal.Message, StringComparison.Ordinal);
        Assert.Single(await hub.QuarantinedAsync());
        await Assert.ThrowsAsync<AdminException>(() => hub.Administration().Quarantine.FixAsync(id, "name..given", "Ada", "ada", default));
        await Assert.ThrowsAsync<AdminException>(() => hub.Administration().Quarantine.FixAsync(id, "name.nick", "Ada", "ada", default));
    }

    [Fact]
    public async Task AReplayOfARecordThatIsStillWrongKeepsItAndCountsTheAttempt()
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(Bad);
        await hub.SyncAsync();

        var results = await hub.Administration().Quarantine.ReplayAllAsync(FindingFilter.None, "ada", default).AllAsync();
        await hub.SyncAsync();

        Assert.Null(Assert.Single(results).Refusal);
        Assert.Equal(2, Assert.Single(await hub.QuarantinedAsync()).Attempts);
    }

    [Fact]
    public async Task AReplayedRunStandsByItselfInTheCounts()
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(Bad);
        await hub.SyncAsync();
        var landedBy = (await hub.Store.LoadRecordsAsync([1], false, default))[0].Run;

        await hub.Administration().Quarantine.ReplayAsync(1, "ada", default);
        await hub.SyncAsync();

        Assert.Equal(1, (await hub.Store.ListTalliesAsync(landedBy, default)).Single(static tally => tally.Name == "quarantined").Count);
        var run = (await hub.Store.LoadRecordsAsync([1], false, default))[0].Run;
        Assert.NotEqual(landedBy, run);
        Assert.Equal(["quarantined", "replayed"], (await hub.Store.ListTalliesAsync(run, default)).Select(static tally => tally.Name));
    }

    [Fact]
    public async Task AReplayOfAllStopsWhenItIsCancelled()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        for (var i = 0; i < 5; i++)
            crm.Create(Bad);
        await hub.SyncAsync();
        using var stop = new CancellationTokenSource();

        var done = 0;
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in hub.Administration().Quarantine.ReplayAllAsync(FindingFilter.None, "ada", stop.Token))
            {
                if (++done == 2)
                    await stop.CancelAsync();
            }
        });

        Assert.Equal(2, (await hub.AuditedAsync("ada")).Count);
    }

    [Fact]
    public async Task ARecordThatIsNotThereIsSaid()
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(Ada);
        await hub.SyncAsync();

        var refusal = await Assert.ThrowsAsync<AdminException>(() => hub.Administration().Quarantine.ReplayAsync(1, "ada", default));

        Assert.Equal("admin.unknown", refusal.Code);
        Assert.Equal("record/1 is not in quarantine. See 'hub quarantine list'.", refusal.Message);
    }

    [Fact]
    public async Task ShowingARecordIsWrittenToTheAuditLog()
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(Bad);
        await hub.SyncAsync();

        var shown = await hub.Administration().Quarantine.ShowAsync(1, "ada", default);

        Assert.Equal("Ada", shown.Shown.Find("name.given")!.Value.AsText);
        Assert.Equal(["record.shown record/1 shown"], await hub.AuditedAsync("ada"));
    }
}
