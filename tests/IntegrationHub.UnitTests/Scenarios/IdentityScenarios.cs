using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of identity: records that come back, are merged, take another's key or value. Named after their numbers.</summary>
public sealed class IdentityScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";
    private const string AdaAtWork = """{ "given": "Ada", "family": "Lovelace", "email": "ada@work.example", "phone": "+442079460050", "city": "Leeds" }""";

    [Theory]
    [InlineData(DeletePolicy.Unlink)]
    [InlineData(DeletePolicy.DeleteWins)]
    public async Task S13_AnUndeletedRecordRevivesItsLink(DeletePolicy policy)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a", settings => settings with { OnDelete = policy }), hub.Add("b", settings => settings with { OnDelete = policy }));
        a.Create(Ada);
        await hub.SettleAsync();
        b.Delete("b1");
        await hub.SettleAsync();
        Assert.Equal(policy == DeletePolicy.Unlink ? 1 : 0, a.Live.Count);

        b.Undelete("b1");
        await hub.SettleAsync();

        Assert.Single(await hub.GoldenAsync());
        Assert.Equal(GoldenStatus.Live, (await hub.GoldenAsync())[0].Status);
        Assert.Single(a.Live);
        Assert.Equal(["b1"], b.LiveKeys);
    }

    [Fact]
    public async Task S13_ADeletionThatIsStillPendingIsCancelledByTheUndelete()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b", static settings => settings with { OnDelete = DeletePolicy.DeleteWins }));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var isDown = true;
        a.BeforeWrite = () =>
        {
            if (isDown)
                throw new ConnectorException(FailureKind.Transient, "test.down", "The system is down.");
        };
        b.Delete("b1");
        await hub.SyncAsync();
        Assert.Equal(DeliveryOperation.Delete, Assert.Single(await hub.DeliveriesAsync(DeliveryState.Planned)).Operation);

        b.Undelete("b1");
        await hub.SyncAsync();
        isDown = false;
        await hub.SettleAsync();

        Assert.Equal([id], a.LiveKeys);
        Assert.DoesNotContain(a.Ledger, static effect => effect.Operation == DeliveryOperation.Delete);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Planned));
    }

    [Theory]
    [InlineData(DeletePolicy.Unlink)]
    [InlineData(DeletePolicy.DeleteWins)]
    public async Task S13_APersonWhoIsMadeAgainUnderANewIdIsLinkedToTheCustomerOfBefore(DeletePolicy policy)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a", settings => settings with { OnDelete = policy }), hub.Add("b", settings => settings with { OnDelete = policy }));
        a.Create(Ada);
        await hub.SettleAsync();
        b.Delete("b1");
        await hub.SettleAsync();

        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = b.Create(Ada);
        await hub.SettleAsync();

        var golden = Assert.Single(await hub.GoldenAsync());
        Assert.Equal(GoldenStatus.Live, golden.Status);
        Assert.Contains((await hub.ClusterAsync(golden.Id)).Members, member => member.Key == again && member.IsLive);
        Assert.Single(a.Live);
        Assert.Equal([again], b.LiveKeys);
    }

    public static TheoryData<string> Orders => new("together", "deletion first", "survivor later", "write meets it", "write finds nothing");

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task S15_AMergeAtTheSourceBringsTheLinksTogetherAndDeletesNobody(string order)
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        var b = hub.Add("b");
        a.Traits = a.Traits with { ShowsMerges = true };
        var (survivor, loser) = (a.Create(Ada), a.Create(AdaAtWork));
        await hub.SettleAsync();
        Assert.Equal(2, (await hub.GoldenAsync()).Count);
        b.Ledger.Clear();

        switch (order)
        {
            case "deletion first":
                a.Merge(loser, survivor, isTold: false);
                await hub.SyncAsync();
                hub.Clock.Advance(TimeSpan.FromMinutes(1));
                a.Merge(loser, survivor);
                break;
            case "survivor later":
                var fresh = a.Create("""{ "given": "Ada", "family": "King", "email": "king@example.org", "city": "London" }""");
                a.Hide(fresh);
                a.Merge(loser, fresh);
                a.Merge(survivor, fresh);
                await hub.SyncAsync();
                a.Show(fresh);
                break;
            case "write meets it":
            case "write finds nothing":
                // The hub learns of it from the answer to its own write; the change feed is late.
                a.Merge(loser, survivor);
                a.Hide(loser);
                a.MissesDeleted = order == "write finds nothing";
                b.Edit("b2", """{ "city": "Nice" }""");
                await hub.SyncAsync();
                break;
            default:
                a.Merge(loser, survivor);
                break;
        }

        await hub.SettleAsync();

        var live = Assert.Single(await hub.GoldenAsync(), static golden => golden.Status == GoldenStatus.Live);
        Assert.Equal(order == "survivor later" ? 5 : 4, (await hub.ClusterAsync(live.Id)).Members.Count);
        Assert.All(await hub.GoldenAsync(), golden => Assert.Equal(live.Id, golden.Id));
        Assert.DoesNotContain(b.Ledger, static effect => effect.Operation is DeliveryOperation.Delete or DeliveryOperation.Create);
        Assert.Equal(2, b.Live.Count);
        Assert.Single(a.Live);
        Assert.Equal(b["b1"]["city"]!.GetValue<string>(), b["b2"]["city"]!.GetValue<string>());
        Assert.Contains(hub.Committed.SelectMany(static step => step.Audit), static entry => entry.Action == "record.merged");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S15_ASystemThatShowsTheSurvivorUnderTheOldIdIsUnderstood(bool comparesExpected)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins }), hub.Add("b"));
        a.Traits = a.Traits with { ShowsMerges = true };
        (a.FollowsMerges, a.ComparesExpected) = (true, comparesExpected);
        var (survivor, loser) = (a.Create(Ada), a.Create(AdaAtWork));
        await hub.SettleAsync();

        a.Merge(loser, survivor);
        a.Hide(loser);
        b.Edit("b2", """{ "title": "Countess" }""");
        await hub.SettleAsync();

        var live = Assert.Single(await hub.GoldenAsync(), static golden => golden.Status == GoldenStatus.Live);
        Assert.Equal(Removal.Merged, (await hub.ClusterAsync(live.Id)).Members.Single(member => member.Key == loser).Removal);
        Assert.Equal("Countess", a[survivor]["title"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(MergePolicy.Keep, 2)]
    [InlineData(MergePolicy.Delete, 1)]
    public async Task S15_TheSecondRecordInATargetGoesByItsPolicy(MergePolicy policy, int left)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b", settings => settings with { OnMerge = policy }));
        a.Traits = a.Traits with { ShowsMerges = true };
        var (survivor, loser) = (a.Create(Ada), a.Create(AdaAtWork));
        await hub.SettleAsync();

        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        a.Edit(loser, """{ "city": "York" }""");
        await hub.SettleAsync();

        a.Merge(loser, survivor);
        await hub.SettleAsync();

        Assert.Equal(left, b.Live.Count);
        Assert.Contains("b1", b.LiveKeys);
        // What the people in a chose stands: the record that was merged away says nothing any more.
        Assert.Equal("London", b["b1"]["city"]!.GetValue<string>());
        Assert.Equal(GoldenStatus.Live, Assert.Single(await hub.GoldenAsync(), static golden => golden.Status != GoldenStatus.Merged).Status);
    }

    [Fact]
    public async Task S15_ADeletionThatWasNoMergeIsCarriedOutAfterTheWait()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins }), hub.Add("b"));
        a.Traits = a.Traits with { ShowsMerges = true };
        var id = a.Create(Ada);
        await hub.SettleAsync();

        a.Delete(id);
        await hub.SyncAsync();
        Assert.Single(b.Live);
        await hub.SettleAsync();

        Assert.Empty(b.Live);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("cba")]
    [InlineData("bac")]
    public async Task S18_MergesAcrossSystemsInOneCycleEndInOneLiveCustomerForEveryOldId(string order)
    {
        await using var hub = new HubHarness();
        var systems = new[] { "a", "b", "c" }.ToDictionary(static name => name, name => hub.Add(name));
        foreach (var system in systems.Values)
            system.Traits = system.Traits with { ShowsMerges = true };
        var (a, b, c) = (systems["a"], systems["b"], systems["c"]);
        a.Create(Ada);
        a.Create(AdaAtWork);
        await hub.SettleAsync();
        var ids = (await hub.GoldenAsync()).Select(static golden => golden.Id).Order().ToArray();
        Assert.Equal(2, ids.Length);
        c.Merge("c2", "c1");
        await hub.SettleAsync();

        a.Merge("a2", "a1");
        b.Merge("b1", "b2");
        c.Undelete("c2");
        foreach (var name in order)
            await hub.ReadAndRefineAsync(name.ToString());
        await hub.SettleAsync();

        var clusters = await hub.Store.LoadClustersAsync(ids, CancellationToken.None);
        Assert.All(ids, id => Assert.Equal(ids[0], clusters[id].Golden.Id));
        Assert.Equal(GoldenStatus.Live, clusters[ids[0]].Golden.Status);
        Assert.All(await hub.RecordsAsync(), record => Assert.Equal(ids[0], record.GoldenId));
        Assert.Equal(("a1", "b2"), (Assert.Single(a.LiveKeys), Assert.Single(b.LiveKeys)));
        Assert.Single(await hub.GoldenAsync(), static golden => golden.Status == GoldenStatus.Live);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S19_AKeyThatIsUsedAgainIsAnotherCustomer(bool showsCreated)
    {
        await using var hub = new HubHarness();
        var (erp, crm) = (hub.Add("erp"), hub.Add("crm"));
        erp.ShowsCreated = showsCreated;
        var id = erp.Create(Ada);
        await hub.SettleAsync();
        erp.Delete(id);
        await hub.SettleAsync();

        hub.Clock.Advance(TimeSpan.FromDays(30));
        erp.Reuse(id, """{ "given": "Grace", "family": "Hopper", "email": "grace@example.org", "city": "Arlington" }""");
        await hub.SettleAsync();

        Assert.Equal("Ada", crm["crm1"]["given"]!.GetValue<string>());
        Assert.Equal("ada@example.org", crm["crm1"]["email"]!.GetValue<string>());
        Assert.Equal("Grace", crm["crm2"]["given"]!.GetValue<string>());
        var golden = await hub.GoldenAsync();
        Assert.Equal(["Ada", "Grace"], golden.Select(static one => one.ToFieldMap().Find("name.given")!.Value.AsText).Order());
        Assert.Contains(hub.Committed.SelectMany(static step => step.Audit), static entry => entry.Action == "record.replaced");

        // Both go on under their own links.
        crm.Edit("crm2", """{ "city": "Boston" }""");
        crm.Edit("crm1", """{ "city": "Bath" }""");
        await hub.SettleAsync();
        Assert.Equal("Boston", erp[id]["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task S19_AKeyThatIsUsedAgainBetweenTwoReadsIsToldByItsDateOfCreation()
    {
        await using var hub = new HubHarness();
        var (erp, crm) = (hub.Add("erp"), hub.Add("crm"));
        erp.ShowsCreated = true;
        var id = erp.Create(Ada);
        await hub.SettleAsync();

        erp.Reuse(id, """{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        await hub.SettleAsync();

        Assert.Equal(["Ada", "Grace"], crm.Live.Select(static one => one["given"]!.GetValue<string>()).Order());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1)]
    public async Task S21_TwoContactsThatSwapTheirAddressesStayTwoAndBothAreWritten(int pageSize)
    {
        await using var hub = new HubHarness { Matching = EmailAlone };
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.PageSize = pageSize;
        b.Unique = "email";
        var (x, y) = (a.Create("""{ "given": "Xenia", "email": "x@example.org" }"""), a.Create("""{ "given": "Yves", "email": "y@example.org" }"""));
        await hub.SettleAsync();
        var names = b.LiveKeys.ToDictionary(key => b[key]["given"]!.GetValue<string>());

        a.Edit(x, """{ "email": "y@example.org" }""");
        a.Edit(y, """{ "email": "x@example.org" }""");
        if (pageSize == 1)
        {
            // The first half is refined before the second is read.
            a.BeforePage = page => Assert.True(page == 0 || hub.Way.RefineAsync(CancellationToken.None).Wait(TimeSpan.FromMinutes(1)));
        }

        await hub.RoundsAsync(12);

        Assert.Equal(("y@example.org", "x@example.org"), (b[names["Xenia"]]["email"]!.GetValue<string>(), b[names["Yves"]]["email"]!.GetValue<string>()));
        Assert.Equal(2, (await hub.GoldenAsync()).Count(static golden => golden.Status == GoldenStatus.Live));
        Assert.Equal(2, b.Live.Count);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Dead));
        Assert.Empty(a.Ledger);
    }

    [Fact]
    public async Task S21_ASwapThatTheSystemDoesNotAllowIsReportedAsABlockedPair()
    {
        await using var hub = new HubHarness { Matching = EmailAlone };
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.Unique = "email";
        b.Refuse = static delivery => delivery.Operation == DeliveryOperation.Update && delivery.Fields.Span.IndexOf("\"email\":null"u8) >= 0
            ? new(delivery.Id, DeliveryOutcome.Rejected) { Key = delivery.Key, Code = "required" }
            : null;
        var (x, y) = (a.Create("""{ "given": "Xenia", "email": "x@example.org" }"""), a.Create("""{ "given": "Yves", "email": "y@example.org" }"""));
        await hub.SettleAsync();

        a.Edit(x, """{ "email": "y@example.org" }""");
        a.Edit(y, """{ "email": "x@example.org" }""");
        await hub.RoundsAsync(20);

        var dead = await hub.DeliveriesAsync(DeliveryState.Dead);
        Assert.Equal(2, dead.Count);
        Assert.All(dead, static row => Assert.Contains("by hand", row.ErrorMessage, StringComparison.Ordinal));
        Assert.Equal(2, (await hub.GoldenAsync()).Count(static golden => golden.Status == GoldenStatus.Live));
        Assert.Equal(["x@example.org", "y@example.org"], b.Live.Select(static one => one["email"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task S22_WhereBothSidesAreFullTheHubMatchesFirstAndWritesAfterwards()
    {
        const int InA = 1_000, InB = 800, Overlap = 600;
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        foreach (var n in Enumerable.Range(0, InA))
            a.Create(Person(n));
        foreach (var n in Enumerable.Range(InA - Overlap, InB))
            b.Create(Person(n));
        await hub.StartAsync();

        // One side is read, the other is not: nothing is written yet.
        await hub.ReadAndRefineAsync("a");
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        Assert.Empty(b.Ledger);
        await hub.ReadAndRefineAsync("b");

        // The preview: what is linked, and what would be made where.
        var summary = await hub.Store.SummariseAsync(CancellationToken.None);
        Assert.Equal(InA + InB - Overlap, summary.GoldenLive);
        Assert.Equal((Overlap, Overlap), (summary.Streams[hub.Stream("a").Number].Merged, summary.Streams[hub.Stream("b").Number].Merged));
        Assert.Equal((InB - Overlap, InA - Overlap), (summary.Streams[hub.Stream("a").Number].Planned, summary.Streams[hub.Stream("b").Number].Planned));
        Assert.Empty(a.Ledger.Concat(b.Ledger));

        await hub.SettleAsync();
        Assert.All(a.Ledger.Concat(b.Ledger), static effect => Assert.Equal(DeliveryOperation.Create, effect.Operation));
        Assert.Equal((InA + InB - Overlap, InA + InB - Overlap), (a.Live.Count, b.Live.Count));

        var written = a.Ledger.Count + b.Ledger.Count;
        await hub.SyncAsync(whole: true);
        await hub.StartAsync(reopen: true);
        await hub.SyncAsync(whole: true);
        Assert.Equal(written, a.Ledger.Count + b.Ledger.Count);
    }

    private static MatchPolicy EmailAlone { get; } = MatchPolicy.Parse(
        "matching.json", """{ "entities": ["customer"], "rules": [ { "name": "email", "all": ["emails[*].value"] } ] }""").OrThrow();

    private static string Person(int n) => $$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""";
}
