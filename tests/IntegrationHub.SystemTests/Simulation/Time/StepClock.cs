namespace IntegrationHub.SystemTests.Simulation.Time;

/// <summary>A clock in the simulated world: the hub's, which somebody may set, or a system's, which may be wrong. Timers measure what really passes.</summary>
/// <param name="wake">Runs what a timer wakes; a process that stands still is woken later. Null runs it at once.</param>
internal sealed class StepClock(VirtualTime time, Action<Action>? wake = null) : TimeProvider
{
    /// <summary>By how much the clock is wrong; positive when it is ahead.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => time.Now + Offset;

    public override long GetTimestamp() => time.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new StepTimer(time, () => (wake ?? RunNow)(() => callback(state)));
        timer.Change(dueTime, period);
        return timer;
    }

    private static void RunNow(Action act) => act();

    private sealed class StepTimer(VirtualTime time, Action fire) : ITimer
    {
        private int setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var own = ++setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
                time.After(dueTime, () => Fire(own, period));
            return true;
        }

        public void Dispose() => setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int own, TimeSpan period)
        {
            if (own != setting)
                return;
            if (period > TimeSpan.Zero)
                time.After(period, () => Fire(own, period));
            fire();
        }
    }
}
