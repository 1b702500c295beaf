using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of what a target refuses, or says it has already, named after their numbers.</summary>
public sealed class RefusalScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Fact]
    public async Task S34_OneRowThatMakesTheSystemRefuseAllIsFoundInAboutLogNCalls()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        foreach (var n in Enumerable.Range(0, 200))
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        b.Traits = b.Traits with { WriteBatchMax = 200 };
        b.RefuseBatch = static batch => batch.Any(static delivery => Fields(delivery).Contains("\"G37\"", StringComparison.Ordinal))
            ? new(FailureKind.Rejected, "test.type", "A value has another type.")
            : null;

        await hub.SyncAsync();

        Assert.Equal(199, b.Live.Count);
        // The whole, then two halves at each of the eight levels down to the single row.
        Assert.InRange(b.WriteCalls, 9, 17);
        Assert.Equal("test.type", Assert.Single(await hub.DeliveriesAsync(DeliveryState.Dead)).ErrorCode);
        await hub.SettleAsync();
        Assert.Equal(199, b.Ledger.Count);
    }

    [Fact]
    public async Task S38_ADuplicateThatTheHubMatchesIsLinkedAndUpdated()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        hub.Add("c");
        var existing = b.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""");
        HideFromLists(hub, b);
        a.Create(Ada);
        b.Refuse = delivery => delivery.Operation == DeliveryOperation.Create ? new(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = existing, Code = "duplicate" } : null;

        await hub.SettleAsync();

        Assert.Single(b.Live);
        Assert.Equal("London", b[existing]["city"]!.GetValue<string>());
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Dead));
    }

    [Fact]
    public async Task S38_ADuplicateThatTheHubDoesNotMatchGoesToAPersonAndIsNotWrittenOver()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var existing = b.Create("""{ "given": "Augusta", "family": "King", "email": "augusta@example.org", "city": "Ockham" }""");
        HideFromLists(hub, b);
        a.Create(Ada);
        b.Refuse = delivery => delivery.Operation == DeliveryOperation.Create ? new(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = existing, Code = "duplicate" } : null;

        await hub.SettleAsync();

        Assert.Equal("Ockham", b[existing]["city"]!.GetValue<string>());
        Assert.Contains("merge the two", Assert.Single(await hub.DeliveriesAsync(DeliveryState.Dead), row => row.Stream == hub.Stream("b").Number).ErrorMessage!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S39_AnExternalIdThatMatchesSeveralGoesToAPersonWithTheListAndTheOthersGoOn()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        string[] twins = [b.Create("""{ "given": "X", "family": "One", "email": "one@example.org" }"""), b.Create("""{ "given": "X", "family": "Two", "email": "two@example.org" }""")];
        HideFromLists(hub, b);
        a.Create(Ada);
        a.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        b.Refuse = delivery => Fields(delivery).Contains("Ada", StringComparison.Ordinal)
            ? new(delivery.Id, DeliveryOutcome.AlreadyExists) { Candidates = twins, Code = "rest.300" }
            : null;

        await hub.SettleAsync();

        var dead = Assert.Single(await hub.DeliveriesAsync(DeliveryState.Dead), row => row.Stream == hub.Stream("b").Number);
        Assert.Contains("2 records", dead.ErrorMessage!, StringComparison.Ordinal);
        Assert.Equal(3, b.Live.Count);
        Assert.Contains(b.Live, static record => record["given"]!.GetValue<string>() == "Grace");
        Assert.All(twins, twin => Assert.Equal("X", b[twin]["given"]!.GetValue<string>()));

        // They are merged in the system: one is left, and the steward says that it is hers.
        b.Delete(twins[1]);
        b.Refuse = delivery => delivery.Operation == DeliveryOperation.Create ? new(delivery.Id, DeliveryOutcome.AlreadyExists) { Candidates = twins, Code = "rest.300" } : null;
        b.Edit(twins[0], """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""");
        await hub.ReplayAsync(dead.Id);
        await hub.SettleAsync();
        Assert.Equal("London", b[twins[0]]["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task S43_AFieldThatMayNotBeWrittenIsLeftOutOnceForAllAndSentWhenAccessReturns()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var keys = Enumerable.Range(0, 5).Select(n => a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org", "phone": "+44207946000{{n}}" }""")).ToArray();
        await hub.SettleAsync();
        b.Refuse = static delivery => Fields(delivery).Contains("phone", StringComparison.Ordinal)
            ? new(delivery.Id, DeliveryOutcome.FieldsRefused) { Code = "test.403", Fields = ["phone"] }
            : null;
        var calls = b.WriteCalls;
        foreach (var key in keys)
            a.Edit(key, $$"""{ "phone": "+4420794611{{key[1..].PadLeft(2, '0')}}", "city": "Paris" }""");
        await hub.SettleAsync();

        // The batch meets the refusal once, the rest is written without the field.
        Assert.Equal(5, b.Live.Count(static record => record["city"]?.GetValue<string>() == "Paris"));
        Assert.All(b.Live, static record => Assert.StartsWith("+442079460", record["phone"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.InRange(b.WriteCalls - calls, 2, 3);
        Assert.Equal(1, (await hub.TalliesAsync()).Where(static tally => tally.Name == "field suspended").Sum(static tally => tally.Count));
        Assert.Single(await hub.Store.ListAuditAsync(new() { Action = "field." }, null, 100, default));
        Assert.Equal(5, (await hub.DeliveriesAsync(DeliveryState.Planned)).Count(static row => row.ErrorCode == "field.suspended"));

        // Another edit of one of them does not wait for the field.
        a.Edit(keys[0], """{ "city": "Rome" }""");
        await hub.SyncAsync();
        Assert.Single(b.Live, static record => record["city"]?.GetValue<string>() == "Rome");

        b.Refuse = static _ => null;
        hub.Clock.Advance(TimeSpan.FromHours(2));
        await hub.SettleAsync();
        Assert.All(b.Live, static record => Assert.StartsWith("+44207946", record["phone"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.DoesNotContain(b.Live, static record => record["phone"]!.GetValue<string>().StartsWith("+44207946000", StringComparison.Ordinal));
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Planned));
        Assert.Empty(await hub.Store.ListSuspendedFieldsAsync(hub.Stream("b").Number, default));
    }

    [Fact]
    public async Task S43_AFieldThatMayNoLongerBeReadIsNotTakenForCleared()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var key = a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000" }""");
        await hub.SettleAsync();

        b.Shape = static record => record.Remove("phone");
        b.Edit("b1", """{ "city": "Paris" }""");
        await hub.SettleAsync();

        Assert.Equal("+442079460000", a[key]["phone"]!.GetValue<string>());
        Assert.Equal("Paris", a[key]["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task S44_AFieldThatOneTargetRequiresHoldsUpThatTargetAlone()
    {
        await using var hub = new HubHarness();
        var (a, b, c) = (hub.Add("a"), hub.Add("b"), hub.Add("c"));
        b.Refuse = static delivery => delivery.Operation == DeliveryOperation.Create && !Fields(delivery).Contains("\"family\"", StringComparison.Ordinal)
            ? new(delivery.Id, DeliveryOutcome.Rejected) { Code = "test.required", Message = "The field 'family' is required.", Fields = ["family"] }
            : null;
        var key = a.Create("""{ "given": "Ada", "email": "ada@example.org", "city": "London" }""");
        await hub.SettleAsync();
        Assert.Single(c.Live);
        Assert.Empty(b.Live);
        var dead = Assert.Single(await hub.DeliveriesAsync(DeliveryState.Dead));
        var acts = hub.Administration().DeadLetters;
        Assert.Equal(["name.family"], await acts.FormAsync(dead.Id, default));

        a.Edit(key, """{ "city": "Paris" }""");
        await hub.SettleAsync();
        await acts.FixAsync(dead.Id, "name.family", "Lovelace", "ada", default);
        await hub.SettleAsync();

        var made = Assert.Single(b.Ledger);
        Assert.Contains("Lovelace", made.Fields, StringComparison.Ordinal);
        Assert.Contains("Paris", made.Fields, StringComparison.Ordinal);
        Assert.Single(c.Ledger, static effect => effect.Operation == DeliveryOperation.Create);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Dead));
        Assert.False(a[key].ContainsKey("family"));

        // What a system itself says later wins over the steward's value.
        a.Edit(key, """{ "family": "King" }""");
        await hub.SettleAsync();
        Assert.Equal("King", b["b1"]["family"]!.GetValue<string>());
    }

    [Fact]
    public async Task S60_ResultsOfTheWrongRecordAreNotBelieved()
    {
        await using var hub = new HubHarness();
        var (a, b, c) = (hub.Add("a"), hub.Add("b"), hub.Add("c"));
        var keys = Enumerable.Range(0, 2).Select(n => a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""")).ToArray();
        await hub.SettleAsync();
        b.Answer = static results => results.Count != 2 ? results
            : [results[0] with { Key = results[1].Key, Record = results[1].Record }, results[1] with { Key = results[0].Key, Record = results[0].Record }];
        foreach (var key in keys)
            a.Edit(key, $$"""{ "city": "City {{key}}" }""");

        await hub.SyncAsync();

        var progress = await hub.Store.LoadProgressAsync(hub.Stream("b").Number, default);
        Assert.True(progress.IsBlocked);
        Assert.Equal("connector.result", progress.ErrorCode);
        Assert.Equal(2, c.Live.Count(static record => record["city"] is not null));
        b.Answer = static results => results;
        await hub.Administration().Connections.ResumeAsync("b", "ada", default);
        await hub.SettleAsync();
        foreach (var cluster in (await hub.Store.LoadClustersAsync([1, 2], default)).Values)
            Assert.Single(cluster.Members.Select(static member => member.Fields.Find("addresses[type=mailing].city").Seen).Distinct());
        Assert.Equal(4, b.Ledger.Count);
    }

    [Fact]
    public async Task S60_PagesWithoutEndAreNoticedThoughEachLooksDifferent()
    {
        await using var hub = new HubHarness();
        var (a, b, c) = (hub.Add("a"), hub.Add("b"), hub.Add("c"));
        a.Create(Ada);
        b.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        var requests = 0;
        a.Shape = record => record["request"] = requests++;
        a.PagesForEver = true;

        await hub.SettleAsync();

        Assert.Equal("connector.loop", (await hub.Store.LoadProgressAsync(hub.Stream("a").Number, default)).ErrorCode);
        Assert.InRange(requests, 1, 100);
        Assert.Contains(c.Live, static record => record["email"]!.GetValue<string>() == "grace@example.org");
    }

    [Fact]
    public async Task S60_AReadThatWasGivenUpAndStillRunsIsNotBegunASecondTime()
    {
        await using var hub = new HubHarness { Options = new() { CallTimeout = TimeSpan.FromSeconds(30) } };
        var a = hub.Add("a");
        hub.Add("b");
        await hub.StartAsync();
        a.Hangs = true;
        var read = hub.Way.ReadAsync(hub.Stream("a"), false, default);
        hub.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("connector.hangs", (await read)!.Failure!.Code);
        var pages = 0;
        a.BeforePage = _ => pages++;

        await hub.Administration().Connections.ResumeAsync("a", "ada", default);
        var again = await hub.Way.ReadAsync(hub.Stream("a"), false, default);

        Assert.Equal("connector.hangs", again!.Failure!.Code);
        Assert.Equal(0, pages);
    }

    [Fact]
    public async Task ACreateOfWhichNothingIsKnownForADayIsStillLookedForBeforeAnythingIsSentAgain()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var key = a.Create(Ada);
        b.AfterWrite = static () => throw new IOException("The answer was lost.");
        b.Found = static _ => [];
        HideFromLists(hub, b);
        await hub.SyncAsync();
        for (var i = 0; i < 60; i++)
        {
            hub.Clock.Advance(TimeSpan.FromMinutes(31));
            await hub.Way.RunUntilIdleAsync(default);
        }

        Assert.True(Assert.Single(await hub.DeliveriesAsync(DeliveryState.Dead)).MayBeApplied);
        // The next version of the customer must not make a second record.
        b.AfterWrite = static () => { };
        a.Edit(key, """{ "city": "Paris" }""");
        await hub.SyncAsync();
        Assert.Single(b.Live);

        b.Found = static found => found;
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await hub.SettleAsync();
        Assert.Equal("Paris", Assert.Single(b.Live)["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task ADeliveryThatFailsDoesNotMakeTheStreamPassForUnreadable()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        await hub.SettleAsync();
        b.BeforeWrite = static () => throw new ConnectorException(FailureKind.Transient, "test.down", "The system is down.");
        a.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");

        await hub.SyncAsync();

        var progress = await hub.Store.LoadProgressAsync(hub.Stream("b").Number, default);
        Assert.Equal((0, 1), (progress.Failures, progress.DeliveryFailures));
        Assert.Equal("test.down", progress.ErrorCode);
        b.BeforeWrite = static () => { };
        await hub.SettleAsync();
        progress = await hub.Store.LoadProgressAsync(hub.Stream("b").Number, default);
        Assert.Equal((0, 0, null), (progress.Failures, progress.DeliveryFailures, progress.ErrorCode));
        Assert.Equal(2, b.Live.Count);
    }

    /// <summary>What the system holds already is in no list yet: only its own refusal, or a look-up, tells of it.</summary>
    private static void HideFromLists(HubHarness hub, MemorySystem system)
    {
        var hidden = system.LiveKeys.ToHashSet(StringComparer.Ordinal);
        var from = hub.Clock.GetUtcNow();
        system.VisibleAfter = key => hidden.Count == 0 || hidden.Contains(key) ? from.AddYears(1) - from : TimeSpan.Zero;
    }

    private static string Fields(Delivery delivery) => Encoding.UTF8.GetString(delivery.Fields.Span);
}
