namespace IntegrationHub.UnitTests.Connectors.Http;

/// <summary>A clock that a test moves. Timers fire inside <see cref="Advance"/>.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    /// <summary>Real time, and only so that what never comes ends a test: a machine under load may take long.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<(TimeSpan From, TimeSpan To, int Count, TaskCompletionSource<TimeSpan> Reached)> watchers = [];
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
    /// <returns>The longest of these waits. Advanced by just that, the clock stands still at the timer's end: who is woken by it and sets the
    /// next one sees the same time, however late its thread runs.</returns>
    public Task<TimeSpan> WaitingAsync(TimeSpan from, TimeSpan to, int count = 1)
    {
        var reached = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            watchers.Add((from, to, count, reached));
        Look();
        return reached.Task.WaitAsync(GiveUpAfter);
    }

    private void Look()
    {
        lock (gate)
        {
            foreach (var (from, to, count, reached) in watchers)
            {
                var waits = timers.Select(timer => timer.Due - now).Where(wait => wait >= from && wait <= to).ToList();
                if (waits.Count >= count)
                    reached.TrySetResult(waits.Max());
            }
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
