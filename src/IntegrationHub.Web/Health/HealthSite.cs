using System.Text.Json;
using IntegrationHub.Web.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace IntegrationHub.Web.Health;

/// <summary>Serves <c>/health/live</c> and <c>/health/ready</c>: 200 when all is well, else 503, with the findings as JSON; and what systems tell by themselves,
/// by way of the <see cref="WebhookDoor"/>.</summary>
public sealed class HealthSite : IAsyncDisposable
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web);

    private readonly WebApplication application;

    private HealthSite(WebApplication application) => this.application = application;

    /// <summary>The addresses that it listens on, with the ports that it was given.</summary>
    public IReadOnlyCollection<string> Addresses => [.. application.Urls];

    /// <param name="urls">At least one, such as <c>http://127.0.0.1:5080</c>; port 0 takes a free one.</param>
    /// <param name="health">Asked for every answer.</param>
    /// <param name="webhooks">Null: no calls of systems are taken.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">An address is taken.</exception>
    public static async Task<HealthSite> StartAsync(IReadOnlyList<string> urls, IHubHealth health, WebhookDoor? webhooks, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var site = builder.Build();
        foreach (var url in urls)
            site.Urls.Add(url);
        site.Run(context => webhooks is not null && WebhookDoor.IsFor(context.Request) ? webhooks.AnswerAsync(context) : AnswerAsync(context, health));
        try
        {
            await site.StartAsync(cancellationToken);
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }

        return new(site);
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, IHubHealth health)
    {
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var findings = context.Request.Path.Value switch
        {
            "/health/live" => health.Live(),
            "/health/ready" => await health.ReadyAsync(context.RequestAborted),
            _ => null,
        };
        if (findings is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var isWell = findings.All(static finding => finding.IsWell);
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { isWell, findings }, JsonOptions), context.RequestAborted);
    }
}
