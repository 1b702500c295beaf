using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Makes connectors from a description alone: the <c>rest</c> section of a manifest, or of the connection's own options.</summary>
public sealed class RestConnectorFactory : IConnectorFactory
{
    private readonly JsonElement? section;

    /// <param name="restSection">The manifest's <c>rest</c> object; null when each connection brings its own under <c>rest</c>.</param>
    public RestConnectorFactory(JsonElement? restSection) => section = restSection?.Clone();

    /// <summary>The limits that the description asks for, to make the connection's client with (<see cref="HubHttp.For"/>).</summary>
    /// <param name="options">The connection's <c>options</c> object.</param>
    /// <exception cref="ConnectorException">The description is wrong; the message names every mistake.</exception>
    public HttpSettings SettingsFor(JsonElement options) =>
        throw new ConnectorException(FailureKind.Blocked, "rest.options", $"The description cannot be read yet ({section?.ValueKind}).");

    /// <inheritdoc/>
    public IConnector Create(ConnectorSetup setup) =>
        throw new ConnectorException(FailureKind.Blocked, "rest.options", $"The description cannot be read yet ({section?.ValueKind}).");
}
