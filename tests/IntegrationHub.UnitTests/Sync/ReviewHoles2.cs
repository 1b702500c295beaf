using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Admin;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>Interleavings in which a second review expected a record or an edit to be lost or doubled.</summary>
public sealed class ReviewHoles2
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "city": "London" }""";
    private const string Ben = """{ "given": "Ben", "family": "Miller", "email": "ben@example.org", "phone": "+442079460100", "city": "Leeds" }""";

    [Fact]
    public async Task ATimeOfCreationThatIsShownMorePreciselyLaterDeletesNobody()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        var b = hub.Add("b");
        a.ShowsCreated = true;
        a.Create(Ada);
        await hub.SettleAsync();
        Assert.Single(b.Live);

        a.Listed = static record => record with { Created = record.Created + TimeSpan.FromMilliseconds(1) };
        a.Edit("a1", """{ "phone": "+442079460001" }""");
        await hub.SettleAsync();

        Assert.Equal(["b1"], b.LiveKeys);
        Assert.Equal("+442079460001", Text(b, "b1", "phone"));
        Assert.Single(await hub.RecordsOfAsync("a"));
    }

    [Fact]
    public async Task AConnectorThatGivesUpByItselfIsAFailureOfTheReadAndNoStopOfTheHub()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        a.Create(Ada);
        await hub.StartAsync();
        a.BeforePage = static _ => throw new TaskCanceledException("The request timed out.");

        var report = await hub.Way.ReadAsync(hub.Stream("a"), whole: false, CancellationToken.None);

        Assert.Equal("connector.failed", report?.Failure?.Code);
    }

    [Fact]
    public async Task ADeletionWhoseLookUpFailedIsLookedForAtTheNextReadAndNotOneDayLater()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins }), hub.Add("b"));
        a.Traits = a.Traits with { Deletes = DeleteDetection.ByAbsence, ReadsWhole = false };
        await hub.StartAsync();
        // Reads are incremental; only a whole one tells what is gone.
        a.Traits = a.Traits with { Deletes = DeleteDetection.Shown };
        a.Create(Ada);
        a.Create(Ben);
        await hub.SettleAsync();
        Assert.Equal(2, b.Live.Count);

        a.Forget("a1");
        a.BeforeFind = static () => throw new ConnectorException(FailureKind.Transient, "test.down", "Not now.");
        hub.Clock.Advance(hub.Stream("a").WholeReadEvery);
        await hub.SyncAsync();
        a.BeforeFind = static () => { };
        hub.Clock.Advance(TimeSpan.FromMinutes(30));
        await hub.SettleAsync();

        Assert.Equal(["b2"], b.LiveKeys);
    }

    [Fact]
    public async Task ADeliveryThatFailsWhileASystemDescribesItsFieldsDoesNotEndTheRead()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        await hub.SettleAsync();
        a.Edit("a1", """{ "phone": "+442079460001" }""");
        await hub.ReadAndRefineAsync("a");
        b.RefuseBatch = static _ => new ConnectorException(FailureKind.Transient, "test.down", "Not now.");
        hub.Clock.Advance(hub.Options.SchemaEvery + TimeSpan.FromMinutes(1));
        b.BeforeDescribe = () => hub.Way.DeliverAsync(hub.Context.Settings.Connections.Single(static one => one.Name == "b"), CancellationToken.None);

        var failure = await Record.ExceptionAsync(() => hub.Way.ReadAsync(hub.Stream("b"), whole: false, CancellationToken.None));

        Assert.Null(failure);
    }

    [Fact]
    public async Task AnEventWhoseRecordIsRefusedHoldsUpNoOther()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Create(Ada);
        await hub.StartAsync();
        a.Found = static found => found.Any(static one => one.Reference.Key == "bad")
            ? throw new ConnectorException(FailureKind.Rejected, "test.key", "That is no key.")
            : found;
        await hub.Way.ReceiveAsync(hub.Stream("a"), new(default, [new("1", "bad", null), new("2", "a1", null)]), CancellationToken.None);

        await hub.Way.TakeInAsync(hub.Stream("a"), CancellationToken.None);

        Assert.Equal(["a1"], (await hub.RecordsOfAsync("a")).Select(static record => record.Key));
    }

    [Fact]
    public async Task AStreamWithAWriteThatNobodyHasSeenIsNotActivatedWhileASeenOneIsOnItsWay()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b", static settings => settings with { AsksBeforeWriting = true });
        a.Create(Ada);
        await hub.SyncAsync();
        var plans = hub.Administration().Plans;
        var plan = await plans.MakeAsync("b", "eve", CancellationToken.None);
        var seen = Assert.Single(await plans.ListEffectsAsync(plan.Id, new(0, 10), withValues: false, "eve", CancellationToken.None));
        // The first page of an approval; the running hub sends it before the approval comes to its end.
        var step = new StepChanges();
        step.EffectChanges.Add(new(plan.Id, seen.DeliveryId, EffectState.Proposed, EffectState.Approved));
        var lease = await hub.Store.TryAcquireLeaseAsync("test", "test", TimeSpan.FromMinutes(1), CancellationToken.None);
        await hub.Store.CommitAsync(lease!, step, CancellationToken.None);
        b.AfterWrite = static () => throw new IOException("The answer is lost.");
        await hub.SyncAsync();
        Assert.Single(b.Ledger);
        a.Create(Ben);
        await hub.ReadAndRefineAsync("a");

        var approval = await plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);

        Assert.Empty(approval.Activated);
        Assert.Equal("b/people", Assert.Single(approval.Waiting).ToString());
    }

    private static string? Text(MemorySystem system, string key, string field) => system[key][field]?.GetValue<string>();
}
