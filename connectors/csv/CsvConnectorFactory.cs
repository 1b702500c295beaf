using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>Makes connectors to folders of CSV files.</summary>
public sealed class CsvConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public IConnector Create(ConnectorSetup setup)
    {
        var options = CsvOptions.Read(setup);
        return new CsvConnector(options, setup.Streams.Values.ToDictionary(stream => stream.Name, stream => CsvStream.Read(stream, options.Folder), StringComparer.Ordinal));
    }
}
