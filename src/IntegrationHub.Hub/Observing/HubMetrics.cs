using System.Diagnostics.Metrics;

namespace IntegrationHub.Hub.Observing;

/// <summary>The hub's counters, on the meter <c>IntegrationHub</c>. Labels are the connection and a fixed word, never a value.</summary>
internal static class HubMetrics
{
    public const string MeterName = "IntegrationHub";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Records = Meter.CreateCounter<long>(
        "integrationhub.records", "{record}", "Records by connection and outcome: read, unchanged, landed, linked, quarantined, filtered, delivered.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "integrationhub.loop.failures", "{failure}", "Turns of a worker that failed, by worker and reason.");

    /// <param name="connection">The connection; empty for what belongs to none.</param>
    /// <param name="outcome">The tally's name.</param>
    public static void Count(string connection, string outcome, long count) =>
        Records.Add(count, new("connection", connection), new("outcome", outcome));

    /// <param name="worker">Such as <c>refine</c> or <c>deliver:crm</c>.</param>
    /// <param name="reason">A stable code.</param>
    public static void Failed(string worker, string reason) => Failures.Add(1, new("worker", worker), new("reason", reason));

    /// <summary>Shows numbers of the store for as long as the gauges are held.</summary>
    /// <param name="read">The gauges' values now; called when somebody collects.</param>
    public static IDisposable Watch(Func<IReadOnlyList<StreamGauges>> read)
    {
        var meter = new Meter(MeterName);
        meter.CreateObservableGauge("integrationhub.read.lag", () => read().Select(static one => Of(one, one.LagSeconds)), "s", "Time since a stream was last read to its end.");
        meter.CreateObservableGauge("integrationhub.records.due", () => read().Select(static one => Of(one, one.DueRecords)), "{record}", "Records that have landed and are not refined yet.");
        meter.CreateObservableGauge("integrationhub.deliveries.open", () => read().Select(static one => Of(one, one.OpenDeliveries)), "{delivery}", "Deliveries that are planned or under way.");
        meter.CreateObservableGauge("integrationhub.deliveries.dead", () => read().Select(static one => Of(one, one.DeadLetters)), "{delivery}", "Dead letters.");
        return meter;
    }

    private static Measurement<T> Of<T>(StreamGauges stream, T value)
        where T : struct => new(value, new("connection", stream.Connection), new("stream", stream.Stream));
}

/// <summary>What the gauges show of one stream.</summary>
internal sealed record StreamGauges(string Connection, string Stream, double LagSeconds, long DueRecords, long OpenDeliveries, long DeadLetters);
