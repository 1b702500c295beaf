using IntegrationHub.Web.Health;
using IntegrationHub.Web.Webhooks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Hub.Running;

/// <summary>Answers on the configured addresses for as long as the hub runs.</summary>
internal sealed class HealthService(IReadOnlyList<string> urls, IHubHealth health, WebhookDoor webhooks, ILogger<HealthService> logger) : IHostedService, IAsyncDisposable
{
    private HealthSite? site;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        site = await HealthSite.StartAsync(urls, health, webhooks, cancellationToken);
        logger.LogInformation("Health at {Addresses}", string.Join(", ", site.Addresses.Select(static address => $"{address}/health/ready")));
    }

    /// <summary>Until the end it says that the hub is being stopped.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (site is not null)
            await site.DisposeAsync();
        site = null;
    }
}
