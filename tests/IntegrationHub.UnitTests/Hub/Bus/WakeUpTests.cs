using IntegrationHub.Hub.Bus;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Bus;

public sealed class WakeUpTests
{
    private static readonly WorkDue Crm = new(WorkKind.Deliver, "crm");
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task ASignalThatCameBeforeTheWaitCountsOnce()
    {
        var clock = new ManualClock();
        var signals = new WakeSignals(clock);
        signals.Set(Crm);
        signals.Set(Crm);

        Assert.True(await signals.WaitAsync(Crm, Long, CancellationToken.None));
        var second = signals.WaitAsync(Crm, Long, CancellationToken.None);
        Assert.False(second.IsCompleted);
        clock.Advance(Long);
        Assert.False(await second);
    }

    [Fact]
    public async Task ASignalWakesAllWhoWaitForItAndNobodyElse()
    {
        var signals = new WakeSignals(new ManualClock());
        var one = signals.WaitAsync(Crm, Long, CancellationToken.None);
        var two = signals.WaitAsync(Crm, Long, CancellationToken.None);
        var other = signals.WaitAsync(Crm with { Connection = "shop" }, Long, CancellationToken.None);

        signals.Set(Crm);

        Assert.True(await one);
        Assert.True(await two);
        Assert.False(other.IsCompleted);
    }

    [Fact]
    public async Task AWaitEndsWhenItIsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var wait = new WakeSignals(new ManualClock()).WaitAsync(Crm, Long, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task ANoticeGoesOverTheBusToWhomItConcerns()
    {
        var clock = new ManualClock();
        await using var wakeUps = await MassTransitWakeUps.StartAsync(clock, CancellationToken.None);
        var concerned = wakeUps.WaitAsync(Crm, Long, CancellationToken.None).AsTask();
        var other = wakeUps.WaitAsync(new(WorkKind.Refine), Long, CancellationToken.None).AsTask();

        await wakeUps.NotifyAsync(Crm, CancellationToken.None);

        Assert.True(await concerned.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(other.IsCompleted);
    }

    [Fact]
    public async Task ANoticeThatTheBusCannotTakeIsLostWithoutHarm()
    {
        var wakeUps = await MassTransitWakeUps.StartAsync(new ManualClock(), CancellationToken.None);
        await wakeUps.DisposeAsync();
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        await wakeUps.NotifyAsync(Crm, given.Token);
    }
}
