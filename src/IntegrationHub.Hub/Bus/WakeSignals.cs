using System.Collections.Concurrent;
using IntegrationHub.Sync.Schedule;

namespace IntegrationHub.Hub.Bus;

/// <summary>Who waits for what in this process. A signal that nobody waits for is kept, once.</summary>
internal sealed class WakeSignals(TimeProvider clock)
{
    private readonly ConcurrentDictionary<WorkDue, Signal> signals = new();

    public void Set(WorkDue due) => Of(due).Set();

    /// <returns>True when the signal came, false when the time ran out.</returns>
    public Task<bool> WaitAsync(WorkDue due, TimeSpan timeout, CancellationToken cancellationToken) => Of(due).WaitAsync(timeout, clock, cancellationToken);

    private Signal Of(WorkDue due) => signals.GetOrAdd(due, static _ => new());

    private sealed class Signal
    {
        private readonly Lock gate = new();
        private TaskCompletionSource? waiting;
        private bool isSet;

        public void Set()
        {
            TaskCompletionSource? released;
            lock (gate)
            {
                released = waiting;
                waiting = null;
                isSet = released is null;
            }

            released?.TrySetResult();
        }

        public async Task<bool> WaitAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
        {
            Task signalled;
            lock (gate)
            {
                if (isSet)
                {
                    isSet = false;
                    return true;
                }

                waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                signalled = waiting.Task;
            }

            try
            {
                await signalled.WaitAsync(timeout, clock, cancellationToken);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }
}
