using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>Interleavings in which a review expected a record or an edit to be lost or doubled.</summary>
public sealed class ReviewHoles
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "city": "London" }""";
    private const string Ben = """{ "given": "Ben", "family": "Miller", "email": "ben@example.org", "phone": "+442079460100", "city": "Leeds" }""";

    [Fact]
    public async Task APageThatWasReadBeforeAWriteAndLandsAfterItDoesNotRevertTheWrite()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.Traits = b.Traits with { Deletes = DeleteDetection.ByAbsence, ReadsWhole = true };
        b.ShowsModified = false;
        a.Create(Ben);
        a.Create(Ada);
        await hub.SettleAsync();
        Assert.Equal("Ada", Text(b, "b2", "given"));

        a.Edit("a2", """{ "phone": "+442079460001" }""");
        await hub.ReadAndRefineAsync("a");
        b.PageSize = 1;
        var isDelivered = false;
        b.BeforePage = page =>
        {
            if (page != 1 || isDelivered)
                return;
            isDelivered = true;
            hub.Way.DeliverAsync(Connection(hub, "b"), CancellationToken.None).GetAwaiter().GetResult();
            Assert.Equal("+442079460001", Text(b, "b2", "phone"));
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
        };
        await hub.Way.ReadAsync(hub.Stream("b"), whole: false, CancellationToken.None);
        Assert.True(isDelivered);
        // The refine worker is woken by the landing; the next read comes a minute later.
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        await hub.SettleAsync();

        Assert.Empty(a.Ledger);
        Assert.Equal("+442079460001", Text(a, "a2", "phone"));
        Assert.Equal("+442079460001", Text(b, "b2", "phone"));
    }

    [Fact]
    public async Task AWriteThatTheHubGaveUpOnAndThatStillHappensMakesNoSecondRecord()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        await hub.StartAsync();
        await hub.ReadAndRefineAsync("b");
        await hub.ReadAndRefineAsync("a");
        var hold = new TaskCompletionSource();
        b.Hold = hold.Task;
        var delivering = hub.Way.DeliverAsync(Connection(hub, "b"), CancellationToken.None);
        var abandoned = b.Writing;
        hub.Clock.Advance(hub.Options.CallTimeout + TimeSpan.FromSeconds(1));
        await delivering;
        b.Hold = null;

        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        await hub.Way.DeliverAsync(Connection(hub, "b"), CancellationToken.None);
        hold.SetResult();
        await abandoned;
        await hub.SettleAsync();

        Assert.Single(b.Live);
    }

    [Fact]
    public async Task AnEditOfARecordWhoseCreateLostItsAnswerReachesTheOtherSystem()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        b.AfterWrite = static () => throw new TimeoutException();
        await hub.SyncAsync();
        Assert.Single(b.Live);
        b.AfterWrite = static () => { };

        hub.Clock.Advance(TimeSpan.FromHours(1));
        b.Edit("b1", """{ "phone": "+442079460009" }""");
        await hub.SettleAsync();

        Assert.Equal("+442079460009", Text(b, "b1", "phone"));
        Assert.Equal("+442079460009", Text(a, "a1", "phone"));
    }

    [Fact]
    public async Task AnEditInARecordInQuarantineIsNotOverwrittenInSilence()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        await hub.SettleAsync();

        b.Edit("b1", """{ "email": "no address", "phone": "+442079460002" }""");
        await hub.SettleAsync();
        Assert.NotEmpty(await hub.QuarantineAsync());
        a.Edit("a1", """{ "phone": "+442079460003" }""");
        await hub.SettleAsync();

        Assert.True(
            Text(b, "b1", "phone") == "+442079460002" || (await hub.ConflictsAsync()).Any(static conflict => conflict.Path.StartsWith("phones", StringComparison.Ordinal)),
            $"The system's own edit is gone without a conflict; it shows {Text(b, "b1", "phone")}.");
    }

    [Fact]
    public async Task ARecordThatAnInwardFilterKeptOutComesInWhenTheFilterGoes()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with
        {
            Filters = [new Filter("no-london", Directions.In, [new FilterCondition("addresses[type=mailing].city", null, new HashSet<string> { "London" }, null)])],
        });
        var b = hub.Add("b");
        a.Create(Ada);
        await hub.SettleAsync();
        Assert.Empty(b.Live);

        hub.Change("a", static settings => settings with { Filters = [] });
        await hub.StartAsync();
        await hub.SettleAsync();
        await hub.SyncAsync(whole: true);
        await hub.SettleAsync();

        Assert.Single(b.Live);
    }

    [Fact]
    public async Task AMergeWhileACreateOfTheLoserIsUnknownMakesNoSecondRecord()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.Traits = b.Traits with { WriteBatchMax = 1 };
        a.Create(Ada);
        a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@work.example", "phone": "+442079460050" }""");
        var calls = 0;
        b.Refuse = delivery => ++calls == 1 ? new(delivery.Id, DeliveryOutcome.Retry) { Key = delivery.Key } : null;
        b.AfterWrite = () =>
        {
            if (calls == 2)
                throw new TimeoutException();
        };
        await hub.SyncAsync();
        Assert.Single(b.Live);

        // A user corrects the address of the second: the two are one customer. Its record in b is there, the hub does not know it yet.
        a.Edit("a2", """{ "email": "ada@example.org" }""");
        await hub.ReadAndRefineAsync("a");
        // Another record of the same system had the address before: a swap's other half may still come (S21).
        hub.Clock.Advance(TimeSpan.FromSeconds(31));
        await hub.Way.RefineAsync(CancellationToken.None);
        Assert.Equal(1, (await hub.GoldenAsync()).Count(static golden => golden.Status == GoldenStatus.Live));
        hub.Clock.Advance(TimeSpan.FromSeconds(3));
        await hub.Way.DeliverAsync(Connection(hub, "b"), CancellationToken.None);
        await hub.SettleAsync();

        Assert.Single(b.Live);
    }

    [Fact]
    public async Task ARecordWhoseCustomerWasMergedDuringItsCreateBelongsToTheSurvivor()
    {
        await using var hub = new HubHarness();
        // Every field is written, so the record reads back as it was sent and does not go through RESOLVE once more.
        var mapping = HubHarness.Compile(HubHarness.MappingText.Replace("""{ "canonical": "kind", "const": "person" }""", """{ "source": "kind", "canonical": "kind" }""", StringComparison.Ordinal));
        var (a, b) = (hub.Add("a", settings => settings with { Mapping = mapping }), hub.Add("b", settings => settings with { Mapping = mapping }));
        b.Traits = b.Traits with { WriteBatchMax = 1 };
        a.Create(Ada.Replace("{ ", """{ "kind": "person", """, StringComparison.Ordinal));
        a.Create("""{ "kind": "person", "given": "Ada", "family": "Lovelace", "email": "ada@work.example", "phone": "+442079460050" }""");
        b.AfterWrite = () =>
        {
            if (b.Live.Count != 2)
                return;
            b.AfterWrite = static () => { };
            a.Edit("a2", """{ "email": "ada@example.org" }""");
            hub.ReadAndRefineAsync("a").GetAwaiter().GetResult();
        };
        await hub.SyncAsync();
        await hub.SettleAsync();
        Assert.Equal(1, (await hub.GoldenAsync()).Count(static golden => golden.Status == GoldenStatus.Live));

        a.Edit("a1", """{ "title": "Countess" }""");
        await hub.SettleAsync();

        Assert.Equal("Countess", Text(b, "b1", "title"));
        Assert.Equal("Countess", Text(b, "b2", "title"));
    }

    [Fact]
    public async Task AConnectionThatADeliveryBlockedStaysBlockedWhenAReadOfItGoesOn()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ben);
        a.Create(Ada);
        await hub.SettleAsync();
        a.Edit("a2", """{ "phone": "+442079460001" }""");
        await hub.ReadAndRefineAsync("a");
        b.PageSize = 1;
        b.BeforeWrite = static () => throw new ConnectorException(FailureKind.Blocked, "test.credentials", "The credentials are refused.");
        var isBlocked = false;
        b.BeforePage = page =>
        {
            if (page != 1)
                return;
            hub.Way.DeliverAsync(Connection(hub, "b"), CancellationToken.None).GetAwaiter().GetResult();
            isBlocked = hub.Store.LoadProgressAsync(hub.Stream("b").Number, CancellationToken.None).AsTask().Result.IsBlocked;
        };
        await hub.Way.ReadAsync(hub.Stream("b"), whole: true, CancellationToken.None);
        Assert.True(isBlocked);

        Assert.True((await hub.Store.LoadProgressAsync(hub.Stream("b").Number, CancellationToken.None)).IsBlocked);
    }

    [Fact]
    public async Task ACreateThatMeetsARecordWhichAUserMadeMeanwhileDoesNotStopTheStream()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        // A user makes the customer during the call, and the system upserts: it answers with the user's record.
        var isMade = false;
        b.BeforeWrite = () =>
        {
            if (isMade)
                return;
            isMade = true;
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            b.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""");
            hub.ReadAndRefineAsync("b").GetAwaiter().GetResult();
        };
        var isMet = false;
        b.Refuse = delivery =>
        {
            if (delivery.Operation != DeliveryOperation.Create || isMet)
                return null;
            isMet = true;
            b.Edit("b1", $$"""{ "hubId": "{{delivery.Correlation}}" }""");
            return new(delivery.Id, DeliveryOutcome.Applied) { Key = "b1" };
        };
        var failure = await Record.ExceptionAsync(() => hub.SyncAsync());
        Assert.True(isMade);

        a.Create(Ben);
        var later = await Record.ExceptionAsync(() => hub.SettleAsync());

        Assert.True(failure is null && later is null, $"First: {failure?.Message} Later: {later?.Message} In b: {b.Live.Count}");
        Assert.Equal(2, b.Live.Count);
    }

    private static ConnectionRuntime Connection(HubHarness hub, string name) => hub.Context.Settings.Connections.Single(one => one.Name == name);

    private static string? Text(MemorySystem system, string key, string field) => system[key][field]?.GetValue<string>();
}
