using IntegrationHub.Hub.Composition;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace IntegrationHub.Hub.Observing;

/// <summary>Sends the meter to the configured collector, with gauges that are counted anew every half minute.</summary>
internal sealed class MetricsExport(HubInstance hub, Uri endpoint) : BackgroundService
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(30);

    private volatile IReadOnlyList<StreamGauges> gauges = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watch = HubMetrics.Watch(() => gauges);
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(HubMetrics.MeterName)
            .AddOtlpExporter(exporter =>
            {
                exporter.Endpoint = endpoint;
                exporter.Protocol = endpoint.Port == 4318 ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            }).Build();
        try
        {
            while (true)
            {
                gauges = await CountAsync(stoppingToken);
                await Task.Delay(CountEvery, hub.Context.Clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            provider?.ForceFlush(2_000);
        }
    }

    private async Task<IReadOnlyList<StreamGauges>> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            var summary = await hub.Database.SummariseAsync(cancellationToken);
            var counted = new List<StreamGauges>();
            foreach (var stream in hub.Settings.Streams)
            {
                var lastRead = (await hub.Store.LoadProgressAsync(stream.Number, cancellationToken)).LastReadAt;
                var lag = stream.Reads && lastRead is { } at ? (hub.Context.Clock.GetUtcNow() - at).TotalSeconds : 0;
                var one = summary.Streams[stream.Number];
                counted.Add(new(stream.Name.Connection, stream.Name.Stream, lag, one.Due, one.Planned + one.Attempting, one.Dead));
            }

            return counted;
        }
        catch (Sync.Store.StoreUnavailableException unavailable)
        {
            HubMetrics.Failed("metrics", unavailable.Code);
            return gauges;
        }
    }
}
