using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IntegrationHub.Sandbox;

/// <summary>Where a host listens.</summary>
public sealed record SandboxHostOptions
{
    /// <summary>Whether all systems share one port, each under <c>/{name}/</c>. Default false: each has a port of its own.</summary>
    public bool SharesPort { get; init; }

    /// <summary>The port on 127.0.0.1 when it is shared. Default 0: a free one.</summary>
    public int Port { get; init; }
}

/// <summary>The door with sockets: serves sandbox systems over real HTTP on 127.0.0.1.</summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication application;

    private SandboxHost(WebApplication application, IReadOnlyDictionary<string, Uri> baseAddresses)
    {
        this.application = application;
        BaseAddresses = baseAddresses;
    }

    /// <summary>By the name of the system; each ends with a slash.</summary>
    public IReadOnlyDictionary<string, Uri> BaseAddresses { get; }

    /// <summary>Listens until disposed.</summary>
    /// <param name="sites">At least one; their names differ.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxHost> StartAsync(
        IReadOnlyList<SandboxSite> sites, SandboxHostOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SandboxHostOptions();
        var listeners = new List<ListenOptions>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            for (var count = options.SharesPort ? 1 : sites.Count; count > 0; count--)
                kestrel.Listen(IPAddress.Loopback, options.SharesPort ? options.Port : 0, listeners.Add);
        });
        var listening = builder.Build();
        var byPort = new Dictionary<int, SandboxSite>();
        if (options.SharesPort)
            listening.Run(context => ServeByPathAsync(sites, context));
        else
            listening.Run(context => ServeAsync(byPort[context.Connection.LocalPort], new PathString(), context.Request.Path, context));
        await listening.StartAsync(cancellationToken);

        var addresses = new Dictionary<string, Uri>(StringComparer.Ordinal);
        for (var index = 0; index < sites.Count; index++)
        {
            // Kestrel puts the port that it was given in place of 0.
            var port = listeners[options.SharesPort ? 0 : index].IPEndPoint!.Port;
            byPort.TryAdd(port, sites[index]);
            addresses.Add(sites[index].Name, new Uri($"http://127.0.0.1:{port}/" + (options.SharesPort ? sites[index].Name + "/" : "")));
        }
        return new SandboxHost(listening, addresses);
    }

    /// <summary>Stops listening; requests under way are broken off.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            await now.CancelAsync();
            await application.StopAsync(now.Token);
        }
        await application.DisposeAsync();
    }

    private static Task ServeByPathAsync(IReadOnlyList<SandboxSite> sites, HttpContext context)
    {
        foreach (var site in sites)
        {
            if (context.Request.Path.StartsWithSegments("/" + site.Name, StringComparison.Ordinal, out var prefix, out var rest))
                return ServeAsync(site, prefix, rest, context);
        }
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync($"Here are only {string.Join(", ", sites.Select(site => $"/{site.Name}/"))}.\n");
    }

    private static async Task ServeAsync(SandboxSite site, PathString prefix, PathString path, HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var answer = site.Answer(new SandboxRequest(
            request.Method.ToUpperInvariant(),
            new Uri($"{request.Scheme}://{request.Host}{prefix}/"),
            path.HasValue ? path.Value : "/",
            QueryText.Parse(request.QueryString.Value ?? ""),
            request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.Length == 0 ? null : body));
        if (answer.Delay > TimeSpan.Zero)
            await Task.Delay(answer.Delay, site.System.Clock, context.RequestAborted);
        if (answer.End is AnswerEnd.Dropped)
            context.Abort();
        else
            await WriteAsync(answer, context);
    }

    private static async Task WriteAsync(SandboxResponse answer, HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.OwnHeaders)
            response.Headers[name] = value;
        if (answer.Body is null)
            return;
        var bytes = Encoding.UTF8.GetBytes(answer.Body);
        response.ContentType = answer.ContentType;
        response.ContentLength = bytes.Length;
        var shown = answer.End is AnswerEnd.Truncated ? bytes.Length / 2 : bytes.Length;
        await response.Body.WriteAsync(bytes.AsMemory(0, shown), context.RequestAborted);
        if (shown == bytes.Length)
            return;
        // Without the flush nothing of the answer would be under way when the connection breaks.
        await response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }
}
