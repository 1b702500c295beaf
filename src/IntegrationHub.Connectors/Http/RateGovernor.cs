using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Http;

/// <summary>The call budget of one credential, shared by all flows that use it. Live work goes before bulk.</summary>
/// <remarks>Waits hang on the given clock and on completion sources that resume inline: no thread hop, so it runs in simulation.</remarks>
internal sealed class RateGovernor(TimeProvider clock, Jitter jitter)
{
    private static readonly TimeSpan BlindPauseMax = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource> live = [];
    private readonly LinkedList<TaskCompletionSource> bulk = [];
    private readonly Queue<DateTimeOffset> starts = [];
    private readonly DailyQuota quota = new();
    private BudgetSettings? budget;
    private DateTimeOffset pausedUntil;
    private int running;
    private int blindPauses;

    /// <summary>Takes over the stricter of what held before and <paramref name="other"/>.</summary>
    public void Tighten(BudgetSettings other)
    {
        lock (gate)
        {
            budget = budget is null ? other : budget with
            {
                Calls = Rate(other) < Rate(budget) ? other.Calls : budget.Calls,
                Interval = Rate(other) < Rate(budget) ? other.Interval : budget.Interval,
                Concurrency = Math.Min(budget.Concurrency, other.Concurrency),
                DailyCalls = budget.DailyCalls is { } calls && other.DailyCalls is { } fewer ? Math.Min(calls, fewer) : budget.DailyCalls ?? other.DailyCalls,
                DailyReserve = Math.Max(budget.DailyReserve, other.DailyReserve),
                Signals = budget.Signals ?? other.Signals,
            };
        }
    }

    /// <summary>Waits for the turn of one call. The caller disposes the permit when the call has ended.</summary>
    /// <exception cref="ConnectorException">The turn is further away than <paramref name="waitMax"/>: throttled, with the wait.</exception>
    public async ValueTask<Permit> EnterAsync(bool isBulk, TimeSpan waitMax, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + waitMax;
        while (true)
        {
            LinkedListNode<TaskCompletionSource>? turn = null;
            TimeSpan wait;
            string reason;
            DateTimeOffset now;
            lock (gate)
            {
                now = clock.GetUtcNow();
                (wait, reason) = WaitAt(now, isBulk);
                if (wait <= TimeSpan.Zero)
                {
                    if (running < budget!.Concurrency)
                    {
                        Start(now);
                        return new Permit(this);
                    }

                    turn = (isBulk ? bulk : live).AddLast(new TaskCompletionSource());
                }
            }

            if (turn is not null)
                await WaitTurnAsync(turn, cancellationToken);
            else if (now + wait > deadline)
                throw Throttled(wait, reason);
            else
                await Task.Delay(Spread(wait), clock, cancellationToken);
        }
    }

    /// <summary>Stops all calls: the system said that there were too many.</summary>
    /// <param name="wait">What it asked for; null picks a pause that doubles with every such answer in a row.</param>
    /// <returns>The pause that now holds.</returns>
    public TimeSpan Pause(TimeSpan? wait)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var blind = TimeSpan.FromSeconds(Math.Min(BlindPauseMax.TotalSeconds, Math.Pow(2, blindPauses)));
            if (wait is null)
                blindPauses = Math.Min(blindPauses + 1, 10);
            var until = now + (wait ?? blind);
            if (until > pausedUntil)
                pausedUntil = until;
            return pausedUntil - now;
        }
    }

    /// <summary>A call got through: the next pause without a hint starts small again.</summary>
    public void Passed()
    {
        lock (gate)
            blindPauses = 0;
    }

    /// <summary>Takes over what the headers of an answer say about the budget.</summary>
    public void Learn(HttpResponseMessage response)
    {
        lock (gate)
        {
            if (budget?.Signals is not { } signals)
                return;
            var now = clock.GetUtcNow();
            quota.Learn(signals, response, now);
            if (signals.Remaining is { } remaining && signals.Reset is { } reset
                && HeaderText.Number(response, remaining) is <= 0 && HeaderText.Of(response, reset) is { } when
                && RetryAfter.OfReset(when, now) is { } wait && now + wait > pausedUntil)
            {
                pausedUntil = now + wait;
            }
        }
    }

    private (TimeSpan Wait, string Reason) WaitAt(DateTimeOffset now, bool isBulk)
    {
        if (pausedUntil > now)
            return (pausedUntil - now, "the system asked for fewer calls");
        if (quota.WaitAt(now, budget!, isBulk) is { } untilTomorrow)
            return (untilTomorrow, isBulk ? "bulk reading has used its share of the daily calls" : "the daily calls are used up");
        if (budget!.Calls is not { } calls)
            return (TimeSpan.Zero, "");
        while (starts.Count > 0 && starts.Peek() + budget.Interval <= now)
            starts.Dequeue();
        return starts.Count < calls ? (TimeSpan.Zero, "") : (starts.Peek() + budget.Interval - now, "the calls of this interval are used up");
    }

    private void Start(DateTimeOffset now)
    {
        running++;
        quota.Count(now);
        if (budget!.Calls is not null)
            starts.Enqueue(now);
    }

    private async Task WaitTurnAsync(LinkedListNode<TaskCompletionSource> turn, CancellationToken cancellationToken)
    {
        try
        {
            await turn.Value.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            bool wasCalled;
            lock (gate)
            {
                wasCalled = turn.List is null;
                if (!wasCalled)
                    turn.List!.Remove(turn);
            }

            // Called and cancelled at the same moment: the turn goes on to the next in line, or it would be lost.
            if (wasCalled)
                CallNext();
            throw;
        }
    }

    private void Leave()
    {
        lock (gate)
            running--;
        CallNext();
    }

    private void CallNext()
    {
        TaskCompletionSource? next;
        lock (gate)
        {
            var queue = live.Count > 0 ? live : bulk;
            next = queue.First?.Value;
            if (next is not null)
                queue.RemoveFirst();
        }

        next?.TrySetResult();
    }

    // Up to a tenth later than asked, so that the flows that were stopped together do not come back together.
    // In whole milliseconds: a timer cuts the rest off, and would come back too early to wait for less than it can.
    private TimeSpan Spread(TimeSpan wait)
    {
        var milliseconds = wait.TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Ceiling(milliseconds + (jitter.Next() * Math.Clamp(milliseconds / 10, 1, 2_000))));
    }

    private static double Rate(BudgetSettings budget) => budget.Calls is { } calls ? calls / budget.Interval.TotalSeconds : double.PositiveInfinity;

    private static ConnectorException Throttled(TimeSpan wait, string reason) =>
        new(FailureKind.Transient, "http.throttled", $"No call for {Math.Ceiling(wait.TotalSeconds):0} s: {reason}. The hub goes on by itself.")
        {
            RetryAfter = wait,
            IsThrottled = true,
        };

    /// <summary>The right to one call.</summary>
    public readonly struct Permit(RateGovernor governor) : IDisposable
    {
        public void Dispose() => governor.Leave();
    }
}
