using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>Batches that follow each other without a pause: the next one is attempted while a call is under way.</summary>
public sealed class QuickCallTests
{
    private const int People = 6;

    [Fact]
    public async Task AQuickSystemIsNotKeptWaiting()
    {
        await using var hub = new HubHarness();
        var target = Start(hub);
        var attempting = new List<int>();
        target.Meanwhile = async isTaken => attempting.Add(isTaken ? 0 : (await hub.DeliveriesAsync(DeliveryState.Attempting)).Count);

        await hub.SyncAsync();

        // The batch that is called, and the one before it, which is settled meanwhile.
        Assert.Equal(2, attempting.Max());
        Assert.Equal(People, target.Ledger.Count);
        Assert.Equal(People, target.Live.Count);
    }

    [Fact]
    public async Task NothingIsAttemptedAheadOfASlowSystem()
    {
        await using var hub = new HubHarness();
        var target = Start(hub);
        var attempting = new List<int>();
        target.Meanwhile = async isTaken =>
        {
            attempting.Add(isTaken ? 0 : (await hub.DeliveriesAsync(DeliveryState.Attempting)).Count);
            hub.Clock.Advance(TimeSpan.FromSeconds(isTaken ? 2 : 0));
        };

        await hub.SyncAsync();

        Assert.Equal(1, attempting.Max());
        Assert.Equal(People, target.Ledger.Count);
    }

    [Fact]
    public async Task WhatWasAttemptedBehindARefusedCallIsDueAgainAsIfNothingHadBeen()
    {
        await using var hub = new HubHarness();
        var target = Start(hub);
        target.BeforeWrite = () =>
        {
            if (target.WriteCalls == 3)
                throw new ConnectorException(FailureKind.Transient, "test.503", "Not now.");
        };

        await hub.SyncAsync();

        // The one that was refused waits for its time; the one behind it was put back and sent with the others.
        Assert.Equal(1, Assert.Single(await hub.DeliveriesAsync(DeliveryState.Planned)).Attempts);
        Assert.Equal(1, (await hub.TalliesAsync()).Where(static tally => tally.Name == "put back unsent").Sum(static tally => tally.Count));
        Assert.Equal(People - 1, target.Ledger.Count);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Attempting));
        await hub.SettleAsync();
        Assert.Equal(People, target.Ledger.Count);
    }

    [Fact]
    public async Task AnAttemptThatHadToWaitTooLongForItsCallIsPutBackAndMadeAnew()
    {
        await using var hub = new HubHarness();
        var target = Start(hub);
        var hold = new TaskCompletionSource();
        target.BeforeWrite = () => target.Hold = target.WriteCalls == 2 ? hold.Task : null;

        var syncing = hub.SyncAsync();
        Assert.Equal(2, (await hub.DeliveriesAsync(DeliveryState.Attempting)).Count);
        hub.Clock.Advance(TimeSpan.FromSeconds(5));
        hold.SetResult();
        await syncing;

        Assert.Equal(1, (await hub.TalliesAsync()).Where(static tally => tally.Name == "put back unsent").Sum(static tally => tally.Count));
        Assert.Equal(People, target.Ledger.Count);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Planned));
    }

    [Fact]
    public async Task APauseTakesHoldBeforeTheBatchThatIsReady()
    {
        await using var hub = new HubHarness();
        var target = Start(hub);
        target.Meanwhile = async isTaken =>
        {
            if (isTaken && target.WriteCalls == 2)
                await PauseAsync(hub, "b");
        };

        await hub.SyncAsync();

        Assert.Equal(2, target.Ledger.Count);
        Assert.Equal(People - 2, (await hub.DeliveriesAsync(DeliveryState.Planned)).Count);
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Attempting));
    }

    [Fact]
    public async Task AKillBetweenTwoBatchesLosesAndRepeatsNothing()
    {
        for (var calls = 1; calls < 90; calls += 3)
        {
            await using var hub = new HubHarness();
            var target = Start(hub);
            await hub.StartAsync();
            hub.KillIn(calls);
            try
            {
                await hub.SyncAsync();
            }
            catch (Exception) when (hub.IsKilled)
            {
                await hub.StartAsync(reopen: true);
            }

            await hub.SettleAsync();
            Assert.Equal(People, target.Ledger.Count);
            Assert.Equal(People, target.Live.Count);
        }
    }

    private static MemorySystem Start(HubHarness hub)
    {
        var (source, target) = (hub.Add("a"), hub.Add("b"));
        target.Traits = target.Traits with { WriteBatchMax = 1 };
        for (var i = 0; i < People; i++)
            source.Create($$"""{ "given": "Ada{{(char)('a' + i)}}", "family": "Lovelace", "email": "ada{{i}}@example.org" }""");
        return target;
    }

    private static async Task PauseAsync(HubHarness hub, string connection)
    {
        var lease = await hub.Store.TryAcquireLeaseAsync("test", "test", TimeSpan.FromMinutes(1), CancellationToken.None);
        var changes = new IntegrationHub.Sync.Store.StepChanges();
        changes.Pauses.Add(new(connection, true));
        await hub.Store.CommitAsync(lease!, changes, CancellationToken.None);
    }
}
