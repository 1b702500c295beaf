using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of writing and of crashes, named after their numbers.</summary>
public sealed class WriteScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Fact]
    public async Task S33_APartialBatchIsTakenRecordByRecord()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        foreach (var n in Enumerable.Range(0, 200))
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        var locked = true;
        b.Traits = b.Traits with { WriteBatchMax = 200 };
        b.Refuse = delivery => System.Text.Encoding.UTF8.GetString(delivery.Fields.Span) switch
        {
            var fields when fields.Contains("\"G3\"") || fields.Contains("\"G77\"") || fields.Contains("\"G150\"") =>
                new(delivery.Id, DeliveryOutcome.Rejected) { Code = "invalid", Message = "The field 'given' is refused." },
            var fields when fields.Contains("\"G50\"") && locked => new(delivery.Id, DeliveryOutcome.Retry) { Code = "locked" },
            _ => null,
        };
        // The results come in another order, and three come without the delivery that they belong to.
        b.Answer = static results => [.. results.OrderBy(static result => long.Parse(result.DeliveryId, System.Globalization.CultureInfo.InvariantCulture) * 7_919 % 200)
            .Select(static (result, at) => at is 11 or 12 or 150 ? result with { DeliveryId = "" } : result)];
        await hub.SyncAsync();
        Assert.Equal(196, b.Ledger.Count);

        locked = false;
        b.Answer = static results => results;
        hub.Clock.Advance(TimeSpan.FromHours(1));
        // No read shows what was written meanwhile: whether it was is found out by looking for it.
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        await hub.SettleAsync();

        Assert.Equal(197, b.Ledger.Count);
        Assert.Equal(197, b.Live.Select(static record => record["email"]!.GetValue<string>()).Distinct().Count());
        var records = await hub.Store.LoadRecordsAsync([.. hub.Committed.SelectMany(static step => step.SourceRecords).Select(static record => record.Id).Distinct()], withRaw: false, CancellationToken.None);
        // Each result went to its own delivery: what is linked shows one person in both systems.
        Assert.All(records.GroupBy(static record => record.GoldenId), static customer => Assert.Single(customer.Select(static record => record.Fields.Seen().Find("emails[type=work].value")).Distinct()));
        Assert.Equal(3, (await hub.DeliveriesAsync(DeliveryState.Dead)).Count);
    }

    [Fact]
    public async Task S40_AnAnswerThatIsLostAfterTheCreateLeavesOneRecord()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        var lost = 0;
        b.AfterWrite = () =>
        {
            if (lost++ == 0)
                throw new IOException("The connection was reset.");
        };

        await hub.SyncAsync();
        hub.Clock.Advance(TimeSpan.FromMinutes(5));
        // No read shows the record meanwhile: only a look for it can tell.
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        await hub.SettleAsync();

        Assert.Single(b.Live);
        Assert.Single(b.Ledger);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Attempting));
    }

    [Fact]
    public async Task S40_ARequestThatIsLostBeforeTheCreateIsSentAgain()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        var lost = 0;
        b.BeforeWrite = () =>
        {
            if (lost++ == 0)
                throw new IOException("The connection was reset.");
        };

        await hub.SettleAsync();

        Assert.Single(b.Live);
        Assert.Single(b.Ledger);
    }

    [Fact]
    public async Task S40_ARecordThatIsReadBeforeItsCreateIsSettledIsNoNewCustomer()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        // Nothing in it could be matched: the hub's own id alone tells where the record belongs.
        a.Create("""{ "given": "Ada", "family": "Lovelace", "city": "London" }""");
        var lost = 0;
        b.AfterWrite = () =>
        {
            if (lost++ == 0)
                throw new IOException("The connection was reset.");
        };

        await hub.SyncAsync();
        await hub.ReadAndRefineAsync("b");
        await hub.SettleAsync();

        Assert.Single(await hub.GoldenAsync());
        Assert.Single(a.Live);
        Assert.Single(b.Live);
    }

    [Fact]
    public async Task S40_WhatAnIndexDoesNotShowYetIsNotCreatedAgain()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.Traits = b.Traits with { IndexLag = TimeSpan.FromSeconds(60) };
        b.ShowsAfter = TimeSpan.FromSeconds(60);
        a.Create(Ada);
        var lost = 0;
        b.AfterWrite = () =>
        {
            if (lost++ == 0)
                throw new IOException("The connection was reset.");
        };

        await hub.SyncAsync();
        Assert.Single(await hub.DeliveriesAsync(DeliveryState.Attempting));
        await hub.SettleAsync();

        Assert.Single(b.Live);
    }

    [Fact]
    public async Task S41_ACrashBetweenTheTargetsCommitAndOursLeavesOneRecord()
    {
        var path = Path.Combine(Path.GetTempPath(), $"hub-s41-{Environment.ProcessId}.db");
        File.Delete(path);
        await using var hub = new HubHarness(path);
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        foreach (var n in Enumerable.Range(0, 30))
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        b.Traits = b.Traits with { WriteBatchMax = 10 };

        // The process dies after the system has committed the second batch: nothing of the answer is kept, the store is opened again.
        b.AfterWrite = () =>
        {
            if (b.WriteCalls == 2)
                hub.Kill();
        };
        await Assert.ThrowsAnyAsync<Exception>(() => hub.SyncAsync());
        b.AfterWrite = static () => { };
        await hub.StartAsync(reopen: true);
        Assert.Equal(10, (await hub.DeliveriesAsync(DeliveryState.Attempting)).Count);
        await hub.SettleAsync();

        Assert.Equal(30, b.Live.Count);
        Assert.Equal(30, b.Ledger.Count);
    }

    [Fact]
    public async Task S55_AReadThatIsKilledGoesOnFromItsLastPage()
    {
        var path = Path.Combine(Path.GetTempPath(), $"hub-s55-{Environment.ProcessId}.db");
        File.Delete(path);
        await using var hub = new HubHarness(path);
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.PageSize = 10;
        foreach (var n in Enumerable.Range(0, 100))
        {
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        }

        a.BeforePage = page =>
        {
            if (page == 7)
                hub.Kill();
        };
        await Assert.ThrowsAnyAsync<Exception>(() => hub.SyncAsync());
        var pages = 0;
        a.BeforePage = _ => pages++;
        await hub.StartAsync(reopen: true);
        await hub.SyncAsync();

        // 30 records were left, and the last page is read once more.
        Assert.InRange(pages, 3, 4);
        await hub.SettleAsync();
        Assert.Equal(100, b.Ledger.Count);
    }

    [Fact]
    public async Task S55_AReadThatIsStoppedGracefullyGoesOnFromItsLastPage()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.PageSize = 10;
        foreach (var n in Enumerable.Range(0, 100))
        {
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        }

        await hub.StartAsync();
        using var stopping = new CancellationTokenSource();
        a.BeforePage = page =>
        {
            if (page == 4)
                stopping.Cancel();
            stopping.Token.ThrowIfCancellationRequested();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hub.Way.ReadAsync(hub.Stream("a"), false, stopping.Token));
        var pages = 0;
        a.BeforePage = _ => pages++;
        // Another node goes on: no lease of the stopped run is in its way.
        hub.Owner = "another node";
        await hub.StartAsync();
        Assert.NotNull(await hub.Way.ReadAsync(hub.Stream("a"), false, CancellationToken.None));
        await hub.SettleAsync();

        Assert.InRange(pages, 6, 10);
        Assert.Equal(100, b.Ledger.Count);
    }

    [Fact]
    public async Task S56_ARecordThatKillsTheProcessIsSetAsideAndItsNeighboursGoOn()
    {
        var path = Path.Combine(Path.GetTempPath(), $"hub-s56-{Environment.ProcessId}.db");
        File.Delete(path);
        await using var hub = new HubHarness(path);
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        foreach (var n in Enumerable.Range(0, 20))
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        await hub.StartAsync();
        await hub.Way.ReadAsync(hub.Stream("a"), false, CancellationToken.None);
        hub.PoisonKey = "a7";

        var deaths = 0;
        for (; deaths < 20; deaths++)
        {
            try
            {
                await hub.Way.RunUntilIdleAsync(CancellationToken.None);
                break;
            }
            catch (ObjectDisposedException)
            {
                await hub.StartAsync(reopen: true);
            }
        }

        hub.PoisonKey = null;
        await hub.SettleAsync();
        Assert.InRange(deaths, 1, 6);
        Assert.Equal(19, b.Live.Count);
        Assert.Equal("poison", Assert.Single(await hub.QuarantineAsync()).Problems[0].Rule);
    }

    [Fact]
    public async Task S56_ARecordThatMakesAMappingThrowIsSetAsideAndItsNeighboursGoOn()
    {
        await using var hub = new HubHarness();
        const string Phone = "phones[type=work].value\"";
        var mapping = HubHarness.MappingText.Replace(Phone, $"{Phone}, \"transform\": \"e164:GB\"", StringComparison.Ordinal);
        var paths = SchemaPaths.Parse("customer", HubHarness.CustomerSchema);
        var throwing = StreamMapping.Compile("people.json", mapping, paths, new NumbersThatThrow()).Mapping!;
        var (a, b) = (hub.Add("a", settings => settings with { Mapping = throwing }), hub.Add("b"));
        foreach (var n in Enumerable.Range(0, 20))
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org", "phone": "020 7946 00{{n + 10}}" }""");

        await hub.SettleAsync();

        Assert.Equal(19, b.Live.Count);
        Assert.Equal("failed", Assert.Single(await hub.QuarantineAsync()).Problems[0].Rule);
    }

    [Fact]
    public async Task S59_ADeadLetterThatIsReplayedAfterNewerDataSendsWhatHoldsNow()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        b.Ledger.Clear();

        b.Refuse = static delivery => new(delivery.Id, DeliveryOutcome.Rejected) { Code = "closed" };
        a.Edit(id, """{ "city": "Monday" }""");
        await hub.SettleAsync();
        var dead = Assert.Single(await hub.DeliveriesAsync(DeliveryState.Dead));
        b.Refuse = static _ => null;
        a.Edit(id, """{ "city": "Tuesday" }""");
        await hub.SettleAsync();
        await hub.ReplayAsync(dead.Id);
        await hub.SettleAsync();

        Assert.Equal("Tuesday", b["b1"]["city"]!.GetValue<string>());
        Assert.Single(b.Ledger);
    }

    [Fact]
    public async Task S49_EmptyIsAClearAndAbsentIsNot()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "title": "Countess", "city": "London" }""");
        await hub.SettleAsync();

        a.Edit(id, """{ "title": "", "city": null }""");
        a[id].Remove("phone");
        await hub.SettleAsync();

        Assert.Null(b["b1"]["title"]);
        Assert.Null(b["b1"]["city"]);
        Assert.Equal("+442079460000", b["b1"]["phone"]!.GetValue<string>());
    }

    [Fact]
    public async Task S49_AnEmptyFieldOfANewRecordWipesNothing()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        b.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "", "title": null }""");

        await hub.SettleAsync();

        Assert.Equal("London", b["b1"]["city"]!.GetValue<string>());
        Assert.Equal("London", a["a1"]["city"]!.GetValue<string>());
    }

    /// <summary>A part of a mapping with a fault of its own: one number makes it throw.</summary>
    private sealed class NumbersThatThrow : IPhoneNumbers
    {
        public bool TryToE164(string text, string? country, out string e164)
        {
            if (text.EndsWith("0017", StringComparison.Ordinal))
                throw new InvalidOperationException("A fault of the mapping.");
            e164 = "+44" + text.Replace(" ", "", StringComparison.Ordinal)[1..];
            return true;
        }
    }
}
