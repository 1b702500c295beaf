using IntegrationHub.Hub.Observing;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Store;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Hub.Running;

/// <summary>
/// One worker's life: do what is due, wait for a wake-up or the sweep, again. Whatever goes wrong in a turn is told and tried again after a
/// pause; only the hub's own stop ends it.
/// </summary>
/// <param name="name">Such as <c>deliver:crm</c>.</param>
/// <param name="wakes">The notices that end a wait early.</param>
/// <param name="turn">Does what is due; returns how long to wait at most, null for the sweep's interval.</param>
internal sealed class WorkLoop(
    string name, WorkDue wakes, Func<CancellationToken, Task<TimeSpan?>> turn, IWakeUps wakeUps, LoopHealth health, TimeSpan sweep, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);

    public string Name => name;

    /// <param name="stopping">Ends waits and lets no new turn begin.</param>
    /// <param name="abandon">Breaks off the turn in hand.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abandon)
    {
        try
        {
            for (var failures = 0; !stopping.IsCancellationRequested;)
            {
                var pause = await TurnAsync(failures, abandon);
                failures = pause.IsFailure ? failures + 1 : 0;
                if (pause.IsFailure)
                    await Task.Delay(pause.Length, clock, stopping);
                else
                    await wakeUps.WaitAsync(wakes, pause.Length, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            logger.LogDebug("{Worker} has stopped", name);
        }
        finally
        {
            if (!stopping.IsCancellationRequested)
                health.Ended(name);
        }
    }

    private async Task<Pause> TurnAsync(int failures, CancellationToken abandon)
    {
        try
        {
            var wait = await turn(abandon) ?? sweep;
            health.Turned(name);
            return new(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < sweep ? wait : sweep, IsFailure: false);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            throw;
        }
        catch (LeaseLostException)
        {
            logger.LogWarning("{Worker} lost its lease to another process and begins again", name);
            HubMetrics.Failed(name, "lease.lost");
            return new(TimeSpan.FromSeconds(1), IsFailure: true);
        }
        catch (StoreUnavailableException unavailable)
        {
            return Failed(failures, unavailable.Code, unavailable.Message);
        }
#pragma warning disable CA1031 // A defect in one turn must not end the worker in silence: it is told, shown red and tried again.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            // The exception's own text may hold values; type and place are logged, the text is not.
            logger.LogError(defect, "{Worker} failed unexpectedly", name);
            return Failed(failures, defect.GetType().Name, $"The worker failed with {defect.GetType().Name}. It is tried again; the log says where. Report it when it stays.");
        }
    }

    private Pause Failed(int failures, string code, string detail)
    {
        health.Failed(name, detail);
        HubMetrics.Failed(name, code);
        if (failures == 0)
            logger.LogWarning("{Worker} cannot work ({Code}): {Detail}", name, code, detail);
        var pause = TimeSpan.FromSeconds(Math.Min(PauseMax.TotalSeconds, Math.Pow(2, Math.Min(failures, 10))));
        return new(pause, IsFailure: true);
    }

    private readonly record struct Pause(TimeSpan Length, bool IsFailure);
}
