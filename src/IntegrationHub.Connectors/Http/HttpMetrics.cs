using System.Diagnostics.Metrics;

namespace IntegrationHub.Connectors.Http;

/// <summary>The hub's meter; labels are the connection and the status class alone.</summary>
internal static class HttpMetrics
{
    private static readonly Meter Meter = new("IntegrationHub");
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("integrationhub.http.calls", "{call}", "Calls by connection and status class.");
    private static readonly Counter<long> Throttled = Meter.CreateCounter<long>("integrationhub.http.throttled", "{call}", "Calls that a system throttled.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("integrationhub.http.received", "By", "Bytes of answers, decompressed.");

    /// <param name="connection">The connection's name.</param>
    /// <param name="statusClass"><c>2xx</c> to <c>5xx</c>, <c>lost</c> or <c>unreachable</c>.</param>
    public static void Called(string connection, string statusClass) => Calls.Add(1, Of(connection), new("status", statusClass));

    public static void WasThrottled(string connection) => Throttled.Add(1, Of(connection));

    public static void Received(string connection, long bytes) => Bytes.Add(bytes, Of(connection));

    private static KeyValuePair<string, object?> Of(string connection) => new("connection", connection);
}
