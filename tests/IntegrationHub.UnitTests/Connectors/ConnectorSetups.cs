using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Plugins;

namespace IntegrationHub.UnitTests.Connectors;

/// <summary>Makes what the hub would hand to a connector.</summary>
internal static class ConnectorSetups
{
    /// <summary>The connectors as they are installed: loaded from their own folders.</summary>
    public static ConnectorCatalog Installed { get; } = ConnectorCatalog.Load([ConnectorCatalog.BesideExecutable], _ => new Undeclared());

    public static ConnectorSetup Of(string folder, object options, params StreamSetup[] streams) => new()
    {
        Connection = "test",
        Options = JsonSerializer.SerializeToElement(options),
        Streams = streams.ToDictionary(stream => stream.Name, StringComparer.Ordinal),
        BaseFolder = folder,
        ConnectorFolder = folder,
        Http = new HttpClient(),
        Clock = TimeProvider.System,
    };

    public static StreamSetup Stream(string key, object? options = null, string? modified = null, string? deleted = null, string? correlation = null) =>
        new("customers", JsonSerializer.SerializeToElement(options ?? new { }), key, modified, deleted, correlation);

    public static async Task<List<SourcePage>> ReadAllAsync(this IConnector connector, Checkpoint? after = null)
    {
        var pages = new List<SourcePage>();
        await foreach (var page in ((ISourceConnector)connector).ReadAsync("customers", after, CancellationToken.None))
            pages.Add(page);
        return pages;
    }

    public static Task<IReadOnlyList<DeliveryResult>> WriteAsync(this IConnector connector, params Delivery[] batch) =>
        ((ITargetConnector)connector).WriteAsync("customers", batch, CancellationToken.None);

    public static Delivery Create(string correlation, object fields) => new()
    {
        Id = correlation,
        Operation = DeliveryOperation.Create,
        Correlation = correlation,
        Fields = JsonSerializer.SerializeToUtf8Bytes(fields),
    };

    public static Delivery Update(string key, object fields, object? expected = null) => new()
    {
        Id = key,
        Operation = DeliveryOperation.Update,
        Key = key,
        Correlation = "ih-0000000000000000",
        Fields = JsonSerializer.SerializeToUtf8Bytes(fields),
        Expected = JsonSerializer.SerializeToUtf8Bytes(expected ?? new { }),
    };

    public static Delivery Delete(string key) => new()
    {
        Id = key,
        Operation = DeliveryOperation.Delete,
        Key = key,
        Correlation = "ih-0000000000000000",
    };

    public static JsonElement Json(this RawRecord record) => JsonDocument.Parse(record.Payload).RootElement;

    public static string? Value(this RawRecord record, string field) => record.Json().GetProperty(field).ToString();

    public static string? ProblemCode(this RawRecord record) =>
        record.Json().TryGetProperty("$problem", out var problem) ? problem.GetProperty("code").GetString() : null;

    /// <summary>Stands for the runtime of declarative connectors, which other tests load.</summary>
    private sealed class Undeclared : IConnectorFactory
    {
        public IConnector Create(ConnectorSetup setup) => throw new InvalidOperationException("Not made here.");
    }
}
