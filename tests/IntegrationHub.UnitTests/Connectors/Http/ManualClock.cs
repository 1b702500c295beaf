namespace IntegrationHub.UnitTests.Connectors.Http;

/// <summary>A clock that a test moves. Timers fire inside <see cref="Advance"/>.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<(Func<IReadOnlyList<TimeSpan>, bool> Condition, TaskCompletionSource Reached)> watchers = [];
    private DateTimeOffset now = start;

    public ManualClock() : this(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? due;
            lock (gate)
            {
                due = timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
                now = due is null ? until : due.Due > now ? due.Due : now;
                if (due is not null)
                    timers.Remove(due);
            }

            if (due is null)
                return;
            due.Fire();
        }
    }

    /// <summary>Completes as soon as <paramref name="count"/> timers are set that end between the two waits from now.</summary>
    public Task WaitingAsync(TimeSpan from, TimeSpan to, int count = 1)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            watchers.Add((waits => waits.Count(wait => wait >= from && wait <= to) >= count, reached));
        Look();
        return reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private void Look()
    {
        lock (gate)
        {
            var waits = timers.Select(timer => timer.Due - now).ToList();
            foreach (var (_, reached) in watchers.Where(watcher => watcher.Condition(waits)))
                reached.TrySetResult();
        }
    }

    private sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock.now + dueTime;
                    clock.timers.Add(this);
                }
            }

            clock.Look();
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
                clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
