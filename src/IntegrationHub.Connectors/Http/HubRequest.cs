namespace IntegrationHub.Connectors.Http;

/// <summary>What a connector can say about one request, in <see cref="HttpRequestMessage.Options"/>. A plugin that does not see this
/// type sets the same keys by their names.</summary>
public static class HubRequest
{
    /// <summary><c>IntegrationHub.Idempotent</c>: repeating the request is harmless, so it may be retried when its answer is lost. Default
    /// true for GET and HEAD, false for everything else.</summary>
    public static readonly HttpRequestOptionsKey<bool> Idempotent = new("IntegrationHub.Idempotent");

    /// <summary><c>IntegrationHub.Bulk</c>: the request belongs to a first load and gives way to live work. Default false.</summary>
    public static readonly HttpRequestOptionsKey<bool> Bulk = new("IntegrationHub.Bulk");

    /// <summary>Set on the way out, for what a body says about the budget.</summary>
    internal static readonly HttpRequestOptionsKey<RateGovernor> Governor = new("IntegrationHub.Governor");

    internal static bool IsIdempotent(HttpRequestMessage request) =>
        request.Options.TryGetValue(Idempotent, out var said) ? said : IsRead(request);

    internal static bool IsRead(HttpRequestMessage request) => request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;

    /// <summary>A request for messages: method, host and path. The query is left out: it may hold personal values or a key.</summary>
    internal static string Name(HttpRequestMessage request) =>
        request.RequestUri is { IsAbsoluteUri: true } uri ? $"{request.Method} {uri.Scheme}://{uri.Authority}" : request.Method.ToString();
}
