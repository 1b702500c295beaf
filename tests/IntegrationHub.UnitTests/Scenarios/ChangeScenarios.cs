using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of changes that come late, twice, in another order or never, named after their numbers.</summary>
public sealed class ChangeScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Fact]
    public async Task S25_RowsThatBecomeVisibleLateAreReadAndTheLookBackGrowsWithThem()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var random = new Random(25);
        var delays = new Dictionary<string, TimeSpan>();
        a.VisibleAfter = key => delays.TryGetValue(key, out var known) ? known : delays[key] = TimeSpan.FromSeconds(random.Next(91));

        await TenMinutesOfRowsAsync(hub, a, "first");
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await hub.SettleAsync();
        Assert.Equal(60, b.Live.Count);

        // From here on the overlap is known, and no row waits for the hourly look further back.
        Assert.InRange((await ProgressAsync(hub, "a")).LookBack, TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(3));
        await TenMinutesOfRowsAsync(hub, a, "second");
        hub.Clock.Advance(TimeSpan.FromSeconds(91));
        await hub.SyncAsync();
        Assert.Equal(120, b.Live.Count);
        Assert.Equal(120, b.Ledger.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S28_WhoSlipsFromPageToPageIsNotDeleted(bool canLookUp)
    {
        await using var hub = new HubHarness();
        var list = canLookUp ? new FindableList(10) : new ShiftingList(10);
        hub.Add(new("list", "people"), list, HubHarness.Mapping, Rights.None, static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        var b = hub.Add("b");
        for (var n = 10; n < 60; n++)
            list.Put($"N{n}", $"n{n}@example.org");
        await hub.SettleAsync();
        Assert.Equal(50, b.Live.Count);

        // While the third page is read three in front of it go and one comes: three others slip past the read.
        list.BeforePage = page =>
        {
            if (page != 2)
                return;
            list.BeforePage = static _ => { };
            list.Remove("N10");
            list.Remove("N11");
            list.Remove("N12");
        };
        await hub.SyncAsync();
        list.Put("N05", "n05@example.org");
        await hub.SettleAsync();

        Assert.Equal(48, b.Live.Count);
        Assert.DoesNotContain(b.Live, static record => record["given"]!.GetValue<string>() is "N10" or "N11" or "N12");
        Assert.Equal(3, b.Ledger.Count(static effect => effect.Operation == DeliveryOperation.Delete));
        Assert.Equal(51, b.Ledger.Count(static effect => effect.Operation == DeliveryOperation.Create));
    }

    [Fact]
    public async Task S29_EventsOverlapWithReadsComeTwiceOutOfOrderOrNever()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var key = a.Create(Ada);
        await hub.SettleAsync();
        b.Ledger.Clear();
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        a.Edit(key, """{ "city": "Six" }""");
        var six = await ShownAsync(a, key);
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        a.Edit(key, """{ "city": "Seven" }""");
        var seven = await ShownAsync(a, key);

        // Version 7 by an event, twice; then 6 by a late event and by a list that lags behind.
        Assert.Equal(1, await TellAsync(hub, "e7", key, seven));
        Assert.Equal(0, await TellAsync(hub, "e7", key, seven));
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        await TellAsync(hub, "e6", key, six);
        a.Listed = record => record.Key == key ? six : record;
        await hub.SyncAsync();
        a.Listed = static record => record;
        await hub.SettleAsync();
        Assert.Equal("""{"city":"Seven"}""", Assert.Single(b.Ledger).Fields);

        // The event of version 8 is lost: the next read has it.
        a.Edit(key, """{ "city": "Eight" }""");
        await hub.SyncAsync();
        Assert.Equal("Eight", b["b1"]["city"]!.GetValue<string>());
        Assert.Equal(2, b.Ledger.Count);
    }

    [Fact]
    public async Task S29_AnEventThatOnlyNamesARecordIsLookedUpAndOneOfAFailedLookUpIsKept()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var key = a.Create(Ada);
        await hub.SettleAsync();
        a.Edit(key, """{ "city": "Paris" }""");
        a.BeforeFind = static () => throw new IOException("The look-up failed.");

        await hub.Way.ReceiveAsync(hub.Stream("a"), new(WebhookVerdict.Genuine, [new("e1", key, null)]), CancellationToken.None);
        await hub.StartAsync(); // as after a crash: the event was durable before it was answered
        await Assert.ThrowsAsync<ConnectorException>(() => hub.Way.TakeInAsync(hub.Stream("a"), CancellationToken.None));
        a.BeforeFind = static () => { };
        Assert.Equal(1, await hub.Way.TakeInAsync(hub.Stream("a"), CancellationToken.None));
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);

        Assert.Equal("Paris", b["b1"]["city"]!.GetValue<string>());
        Assert.Equal(0, await hub.Way.TakeInAsync(hub.Stream("a"), CancellationToken.None));
    }

    [Fact]
    public async Task S30_AfterALostPositionTheGapIsFilledAndDeletionsInItAreFound()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        var b = hub.Add("b");
        var keys = Enumerable.Range(0, 20).Select(n => a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""")).ToArray();
        await hub.SettleAsync();
        var lastRead = (await ProgressAsync(hub, "a")).LastReadAt;

        // Four days later the position has expired, and what was deleted meanwhile is no longer shown as such.
        hub.Clock.Advance(TimeSpan.FromDays(4));
        a.Edit(keys[3], """{ "city": "Paris" }""");
        a.Forget(keys[7]);
        a.LosesPositions = true;
        await hub.SyncAsync();
        var gap = await ProgressAsync(hub, "a");
        Assert.Equal(lastRead, gap.GapSince);
        Assert.False(gap.IsBlocked);
        Assert.Contains("gap", string.Join(' ', (await hub.Administration().Status.ShowAsync(default)).SelectMany(static one => one.Remedies)), StringComparison.Ordinal);
        Assert.Equal(20, b.Live.Count);

        a.LosesPositions = false;
        await hub.SettleAsync();

        Assert.Null((await ProgressAsync(hub, "a")).GapSince);
        Assert.Equal(19, b.Live.Count);
        Assert.DoesNotContain(b.Live, static record => record["given"]!.GetValue<string>() == "G7");
        Assert.Single(b.Live, static record => record["city"]?.GetValue<string>() == "Paris");
        a.Edit(keys[4], """{ "city": "Rome" }""");
        await hub.SyncAsync();
        Assert.Single(b.Live, static record => record["city"]?.GetValue<string>() == "Rome");
    }

    [Fact]
    public async Task S30_AStreamThatLosesEveryPositionIsStoppedAndNotReadFromTheBeginningForEver()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        hub.Add("b");
        a.Create(Ada);
        await hub.SettleAsync();
        a.LosesPositions = true;

        for (var i = 0; i < 20; i++)
        {
            await hub.SyncAsync();
            hub.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.True((await ProgressAsync(hub, "a")).IsBlocked);
        Assert.Equal(4, (await hub.TalliesAsync()).Where(static tally => tally.Name == "gap").Sum(static tally => tally.Count));
    }

    [Fact]
    public async Task S31_WhatTheStreamToldCountsForMoreThanAnOlderRowOfTheSnapshot()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.PageSize = 2;
        var keys = Enumerable.Range(0, 6).Select(n => a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org", "city": "Old" }""")).ToArray();
        await hub.StartAsync();
        a.BeforePage = page =>
        {
            // The snapshot has begun; its last page still waits in the queue when the record changes and the stream tells it.
            if (page != 1)
                return;
            hub.Clock.Advance(TimeSpan.FromSeconds(5));
            a.Edit(keys[5], """{ "city": "New" }""");
            TellAsync(hub, "e1", keys[5], ShownAsync(a, keys[5]).GetAwaiter().GetResult()).GetAwaiter().GetResult();
        };

        await hub.Way.ReadAsync(hub.Stream("a"), true, CancellationToken.None);

        var landed = hub.Committed.SelectMany(static step => step.Landed).Where(one => one.Record.Key == keys[5]).ToArray();
        Assert.Contains("New", Encoding.UTF8.GetString(Assert.Single(landed).Record.Raw!), StringComparison.Ordinal);
        a.BeforePage = static _ => { };
        await hub.SettleAsync();
        Assert.Single(b.Live, static record => record["city"]!.GetValue<string>() == "New");
        Assert.DoesNotContain(b.Ledger, static effect => effect.Fields.Contains("Old", StringComparison.Ordinal) && effect.Fields.Contains("p5@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S32_ADerivedFieldThatChangesWithoutAStampIsFoundByTheNextWholeReadAndIsNotTakenForLate()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var key = a.Create(Ada);
        await hub.SettleAsync();
        var at = (await ShownAsync(a, key)).Modified!.Value;
        a.Edit(key, """{ "status": "active" }""", at);
        hub.Clock.Advance(TimeSpan.FromHours(2));

        await hub.SyncAsync(whole: true);

        Assert.Equal("active", b["b1"]["status"]!.GetValue<string>());
        Assert.Equal(TimeSpan.Zero, (await ProgressAsync(hub, "a")).LookBack);
    }

    [Fact]
    public async Task OnlyTheDeletionsThatWereHeldAreReleased()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        a.Traits = a.Traits with { Deletes = DeleteDetection.ByAbsence };
        var b = hub.Add("b");
        var keys = Enumerable.Range(0, 200).Select(n => a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""")).ToArray();
        await hub.SettleAsync();
        foreach (var key in keys.Take(80))
            a.Delete(key);
        await hub.SyncAsync();
        Assert.Equal(80, (await ProgressAsync(hub, "a")).HeldDeletes);
        await hub.Administration().Connections.ReleaseDeletesAsync("a", null, "ada", CancellationToken.None);

        // Between the release and the read that applies it, as many are lost again: nobody has agreed to those.
        foreach (var key in keys.Skip(80).Take(80))
            a.Delete(key);
        await hub.SettleAsync();

        Assert.Equal(120, b.Live.Count);
        Assert.Equal(80, (await ProgressAsync(hub, "a")).HeldDeletes);
    }

    [Fact]
    public async Task APauseStopsARunningReadAfterItsPage()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.PageSize = 10;
        for (var n = 0; n < 100; n++)
        {
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        }

        await hub.StartAsync();
        var pages = 0;
        a.BeforePage = page =>
        {
            pages++;
            if (page == 3)
                hub.Administration().Connections.PauseAsync("a", "ada", CancellationToken.None).GetAwaiter().GetResult();
        };
        var report = await hub.Way.ReadAsync(hub.Stream("a"), false, CancellationToken.None);
        Assert.Equal(4, pages);
        Assert.Null(report!.Failure);
        a.BeforePage = static _ => { };

        await hub.Administration().Connections.ResumeAsync("a", "ada", CancellationToken.None);
        await hub.SettleAsync();
        Assert.Equal(100, b.Live.Count);
    }

    private static async Task TenMinutesOfRowsAsync(HubHarness hub, MemorySystem a, string batch)
    {
        for (var n = 0; n < 60; n++)
        {
            a.Create($$"""{ "given": "{{batch}}{{n}}", "family": "Late", "email": "{{batch}}{{n}}@example.org" }""");
            hub.Clock.Advance(TimeSpan.FromSeconds(9));
            await hub.SyncAsync();
        }
    }

    private static ValueTask<StreamProgress> ProgressAsync(HubHarness hub, string connection) =>
        hub.Store.LoadProgressAsync(hub.Stream(connection).Number, CancellationToken.None);

    private static async Task<RawRecord> ShownAsync(MemorySystem system, string key) =>
        (await system.FindAsync("people", [new(key, null)], CancellationToken.None))[0].Record!;

    private static async Task<int> TellAsync(HubHarness hub, string id, string key, RawRecord record)
    {
        var news = await hub.Way.ReceiveAsync(hub.Stream("a"), new(WebhookVerdict.Genuine, [new(id, key, record)]), CancellationToken.None);
        await hub.Way.TakeInAsync(hub.Stream("a"), CancellationToken.None);
        return news;
    }
}
