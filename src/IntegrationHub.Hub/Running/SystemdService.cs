using Microsoft.Extensions.Hosting;

namespace IntegrationHub.Hub.Running;

/// <summary>Says READY when everything runs, keeps the watchdog quiet as long as all workers live, and STOPPING at the end.</summary>
internal sealed class SystemdService(SystemdNotifier notifier, LoopHealth health, TimeProvider clock, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var started = lifetime.ApplicationStarted.Register(() => notifier.Send("READY=1"));
        await using var stopping = stoppingToken.Register(() => notifier.Send("STOPPING=1"));
        try
        {
            while (true)
            {
                if (notifier.Watchdog is not null && health.Live().All(static finding => finding.IsWell))
                    notifier.Send("WATCHDOG=1");
                await Task.Delay(notifier.Watchdog ?? Timeout.InfiniteTimeSpan, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }
}
