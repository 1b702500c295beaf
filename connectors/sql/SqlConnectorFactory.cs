using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>Makes connectors to SQL databases.</summary>
public sealed class SqlConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public IConnector Create(ConnectorSetup setup)
    {
        var options = SqlOptions.Read(setup);
        var streams = setup.Streams.Values.ToDictionary(stream => stream.Name, SqlStream.Read, StringComparer.Ordinal);
        SqlDialect dialect = options.Provider switch
        {
            "sqlite" => new SqliteDialect(options, setup),
            "postgresql" => new PostgresDialect(options, setup),
            _ => throw OptionJson.Wrong($"In the options of the connection '{setup.Connection}': 'provider' is neither sqlite nor "
                + "postgresql. Write one of them."),
        };
        return new SqlConnector(dialect, streams, setup.Clock);
    }
}
