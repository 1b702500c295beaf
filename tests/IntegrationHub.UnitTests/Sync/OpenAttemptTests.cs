using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>Attempts whose answer was lost, and what else may happen before they are settled. Random histories found these.</summary>
public sealed class OpenAttemptTests
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Fact]
    public async Task ALookUpThatThrowsStopsNobodyElse()
    {
        await using var hub = new HubHarness();
        var (a, b, c) = (hub.Add("a"), hub.Add("b"), hub.Add("c"));
        a.Create(Ada);
        b.AfterWrite = Once(new IOException("The answer was lost."), () => { });
        b.BeforeFind = Once(new InvalidOperationException("A plugin's own fault."), () => b.BeforeFind = static () => { });

        await hub.SyncAsync();
        Assert.Single(c.Live);
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await hub.SettleAsync();

        Assert.Single(b.Ledger);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Attempting));
    }

    [Fact]
    public async Task ARecordThatWasDeletedBeforeItsCreateWasAnsweredIsUnlinkedAndNotMadeAgain()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        b.AfterWrite = Once(new IOException("The answer was lost."), () => b.Delete("b1"));
        await hub.SettleAsync();

        a.Edit(id, """{ "city": "Lyon" }""");
        await hub.SettleAsync();

        Assert.Single(b.Ledger);
        Assert.Empty(b.Live);
        Assert.Single(a.Live);
    }

    [Fact]
    public async Task ARecordThatTheHubMadeAfterAllIsLinkedAndNotMadeAgain()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        // The look-up misses the record for longer than the system admits, so the create counts as not done; then it is throttled for a while.
        b.ShowsAfter = TimeSpan.FromMinutes(10);
        a.Create(Ada);
        b.AfterWrite = Once(new IOException("The answer was lost."), () =>
            b.BeforeWrite = static () => throw new ConnectorException(FailureKind.Transient, "test.429", "Too many calls.") { IsThrottled = true, RetryAfter = TimeSpan.FromMinutes(2) });
        await hub.SyncAsync();
        hub.Clock.Advance(hub.Options.LostAnswerGrace + TimeSpan.FromMinutes(1));
        await DeliverAsync(hub, "b");
        await hub.StartAsync();
        b.BeforeWrite = static () => { };

        await hub.SettleAsync();

        Assert.Single(b.Ledger);
        Assert.Single(b.Live);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Planned));
    }

    [Fact]
    public async Task TwoDeliveriesOfMergedCustomersMayMeetInOneRecord()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var ada = a.Create(Ada);
        var other = a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "lovelace@example.org" }""");
        await hub.SettleAsync();

        // A write for the second customer is still open when the two turn out to be one.
        a.Edit(other, """{ "title": "Countess" }""");
        b.BeforeWrite = Once(new IOException("The request was lost."), () => b.BeforeFind = static () => throw new IOException("The look-up failed."));
        await hub.SyncAsync();
        Assert.Single(await hub.DeliveriesAsync(DeliveryState.Attempting));
        a.Edit(other, """{ "email": "ada@example.org" }""");
        await hub.ReadAndRefineAsync("a");
        b.BeforeFind = static () => { };
        b.BeforeWrite = static () => { };
        await hub.SettleAsync();

        Assert.Contains(await hub.GoldenAsync(), static golden => golden.Status == GoldenStatus.Live);
        Assert.All(b.Live, static record => Assert.Equal("Countess", record["title"]!.GetValue<string>()));
        Assert.Equal("Countess", a[ada]["title"]!.GetValue<string>());
    }

    private static Task<int> DeliverAsync(HubHarness hub, string connection) =>
        hub.Way.DeliverAsync(hub.Context.Settings.Connections.Single(one => one.Name == connection), CancellationToken.None);

    private static Action Once(Exception failure, Action act)
    {
        var isDone = false;
        return () =>
        {
            if (isDone)
                return;
            isDone = true;
            act();
            throw failure;
        };
    }
}
