namespace IntegrationHub.SystemTests.Simulation.Time;

/// <summary>The time of one simulated world. Nothing waits: what is due runs, in order of its time and then of its making, on the one thread of the run.</summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (long At, long Order)> due = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private long order;

    public DateTimeOffset Now { get; private set; } = new(2026, 2, 27, 22, 0, 0, TimeSpan.Zero);

    /// <summary>Runs something later.</summary>
    public void After(TimeSpan delay, Action act) => due.Enqueue(act, ((Now + delay).UtcTicks, order++));

    /// <summary>Lets time pass and does what falls due meanwhile.</summary>
    public void Pass(TimeSpan by)
    {
        var end = Now + by;
        while (due.TryPeek(out _, out var next) && next.At <= end.UtcTicks)
            RunNext();
        Now = end;
    }

    /// <summary>Lets time pass until something is done, at most so long.</summary>
    /// <returns>Whether it is done.</returns>
    public bool PassUntil(Func<bool> isDone, TimeSpan atMost)
    {
        var end = Now + atMost;
        while (!isDone())
        {
            if (!due.TryPeek(out _, out var next) || next.At > end.UtcTicks)
                return false;
            RunNext();
        }

        return true;
    }

    /// <summary>A continuation on another thread would make the run depend on the machine: that is a fault of the code under test.</summary>
    public void AssertOwnThread()
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("A step of the simulation ran on another thread: the code hopped to the thread pool.");
    }

    private void RunNext()
    {
        due.TryDequeue(out var act, out var at);
        Now = new DateTimeOffset(Math.Max(at.At, Now.UtcTicks), TimeSpan.Zero);
        act!();
    }
}
