using System.Collections.Concurrent;

namespace IntegrationHub.Connectors.Http;

/// <summary>
/// Makes the HTTP clients of all connections: timeouts, retry, circuit breaker, the shared call budget of a credential, a limit on answers,
/// metrics. Redirects are not followed and cookies not kept.
/// </summary>
/// <remarks>
/// A <see cref="Abstractions.ConnectorException"/> from a client promises that the request was not applied; any other exception means
/// that its answer was lost. An answer with status 429 never comes back: it is waited for, or ends as a throttled exception.
/// </remarks>
public sealed class HubHttp : IDisposable
{
    private readonly ConcurrentDictionary<string, RateGovernor> governors = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly Jitter jitter;
    private readonly HttpMessageHandler inner;
    private readonly bool ownsInner;

    /// <param name="clock">Measures every wait and limit.</param>
    /// <param name="random">Spreads retries; used under a lock.</param>
    /// <param name="inner">What sends the requests; null for the network. It is not disposed.</param>
    public HubHttp(TimeProvider clock, Random random, HttpMessageHandler? inner = null)
    {
        this.clock = clock;
        jitter = new(random);
        ownsInner = inner is null;
        this.inner = inner ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
    }

    /// <summary>Makes a client. Clients with the same <paramref name="credentialKey"/> share one budget and are throttled together.</summary>
    /// <param name="connection">The connection's name, for metrics and messages.</param>
    /// <param name="credentialKey">Names the credential, such as its reference <c>env:SF_LOGIN</c>; never the secret itself.</param>
    /// <param name="settings">The connection's limits.</param>
    public HttpClient For(string connection, string credentialKey, HttpSettings settings)
    {
        var governor = governors.GetOrAdd(credentialKey, static (_, made) => new RateGovernor(made.clock, made.jitter), (clock, jitter));
        governor.Tighten(settings.Budget);
        return new HttpClient(new ResilienceHandler(connection, settings, governor, clock, jitter, inner), disposeHandler: false)
        {
            // The handler measures time by the clock it was given; the client's own timer would not.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public void Dispose()
    {
        if (ownsInner)
            inner.Dispose();
    }
}

/// <summary>One random source for many flows: <see cref="Random"/> itself is not safe to share.</summary>
internal sealed class Jitter(Random random)
{
    private readonly Lock gate = new();

    /// <returns>0 up to, not including, 1.</returns>
    public double Next()
    {
        lock (gate)
            return random.NextDouble();
    }
}
