using IntegrationHub.Hub.Bus;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Running;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Running;

public sealed class WorkLoopTests : IAsyncLifetime
{
    private static readonly WorkDue Refine = new(WorkKind.Refine);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly ScratchConfiguration scratch = new();
    private readonly ManualClock clock = new();
    private readonly CancellationTokenSource stop = new();
    private readonly SilentWakeUps wakeUps;
    private HubInstance hub = null!;
    private LoopHealth health = null!;
    private int turns;

    public WorkLoopTests() => wakeUps = new(new WakeSignals(clock));

    public async ValueTask InitializeAsync()
    {
        hub = await HubInstance.OpenAsync(scratch.Read().OrThrow(), clock, HubPurpose.Work, null, CancellationToken.None);
        health = new(hub);
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        stop.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public async Task WithoutAnyNoticeTheSweepFindsTheWork()
    {
        var running = Start(static () => { });

        clock.Advance(Sweep * 3);

        Assert.Equal(4, turns);
        await EndAsync(running);
    }

    [Fact]
    public async Task AStoreThatCannotBeUsedTurnsHealthRedAndThenGreen()
    {
        var isFull = true;
        var running = Start(() =>
        {
            if (isFull)
                throw new StoreUnavailableException("store.full", "The disk is full.", new IOException());
        });
        Assert.Contains(await health.ReadyAsync(CancellationToken.None), static finding => finding is { Name: "refine", IsWell: false, Detail: "The disk is full." });

        isFull = false;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.All(await health.ReadyAsync(CancellationToken.None), static finding => Assert.True(finding.IsWell, finding.Detail));
        await EndAsync(running);
    }

    [Fact]
    public async Task ADefectIsToldAndTriedAgainWithGrowingPauses()
    {
        var running = Start(static () => throw new InvalidOperationException("canary"));

        clock.Advance(TimeSpan.FromMinutes(5));

        // Pauses of 1, 2, 4 … and then 60 seconds: 6 in the first minute, one in each of the others.
        Assert.InRange(turns, 8, 12);
        Assert.DoesNotContain(await health.ReadyAsync(CancellationToken.None), static finding => finding.Detail.Contains("canary", StringComparison.Ordinal));
        Assert.All(health.Live(), static finding => Assert.True(finding.IsWell));
        await EndAsync(running);
    }

    [Fact]
    public async Task ALostLeaseBeginsAgain()
    {
        var isLost = true;
        var running = Start(() =>
        {
            if (isLost)
                throw new LeaseLostException(new("refine", "me", 1, clock.GetUtcNow()));
        });

        isLost = false;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, turns);
        await EndAsync(running);
    }

    private Task Start(Action turn)
    {
        var loop = new WorkLoop("refine", Refine, _ =>
        {
            turns++;
            turn();
            return Task.FromResult<TimeSpan?>(null);
        }, wakeUps, health, Sweep, clock, NullLogger.Instance);
        return loop.RunAsync(stop.Token, CancellationToken.None);
    }

    private async Task EndAsync(Task running)
    {
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Loses every notice; waits on this thread, so that a turn has happened when the clock has moved.</summary>
    private sealed class SilentWakeUps(WakeSignals signals) : IWakeUps
    {
        public ValueTask NotifyAsync(WorkDue due, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public async ValueTask<bool> WaitAsync(WorkDue kind, TimeSpan timeout, CancellationToken cancellationToken) =>
            await signals.WaitAsync(kind, timeout, cancellationToken);
    }
}
