using IntegrationHub.Hub.Bus;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Hub.Observing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;

namespace IntegrationHub.Hub.Running;

/// <summary>A running hub: bus, store, workers, health and metrics in one host.</summary>
internal static class HubHost
{
    /// <summary>Runs until it is asked to stop, and then ends after the pages and batches in hand.</summary>
    /// <param name="configuration">Checked.</param>
    /// <param name="clock">The only clock.</param>
    /// <param name="opened">Given the hub before anything runs; it is disposed here.</param>
    /// <param name="stopping">Asks it to stop.</param>
    /// <exception cref="HubOpenException">The data folder cannot be used.</exception>
    /// <exception cref="IOException">An address of <c>http.urls</c> is taken.</exception>
    public static async Task RunAsync(HubConfiguration configuration, TimeProvider clock, Action<HubInstance> opened, CancellationToken stopping)
    {
        await using var wakeUps = await MassTransitWakeUps.StartAsync(clock, stopping);
        await using var hub = await HubInstance.OpenAsync(configuration, clock, HubPurpose.Work, wakeUps, stopping);
        await using var log = HubLog.Create(configuration.Hub);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSerilog(log);
        builder.Services.AddSingleton(hub).AddSingleton(clock).AddSingleton<Sync.Schedule.IWakeUps>(wakeUps).AddSingleton<LoopHealth>()
            // The command line hears signals for all commands; the host listening too would answer them twice.
            .AddSingleton<IHostLifetime, SilentLifetime>()
            .Configure<HostOptions>(static options => options.ShutdownTimeout = HubLoops.FinishWithin + TimeSpan.FromSeconds(5));
        builder.Services.AddHostedService<HubLoops>();
        if (configuration.Hub.Urls.Count > 0)
            builder.Services.AddHostedService(services => new HealthService(configuration.Hub.Urls, services.GetRequiredService<LoopHealth>(), new(hub.Settings, hub.Way), services.GetRequiredService<ILogger<HealthService>>()));
        if (configuration.Hub.OtlpEndpoint is { } endpoint)
            builder.Services.AddHostedService(_ => new MetricsExport(hub, endpoint));
        if (SystemdNotifier.FromEnvironment() is { } notifier)
            builder.Services.AddSingleton(notifier).AddHostedService<SystemdService>();
        using var host = builder.Build();
        opened(hub);
        await host.RunAsync(stopping);
    }

    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
