using System.Text.Json;

namespace IntegrationHub.Connectors.Plugins;

/// <summary>What a connector says it can do. A claim for people and checks; the hub itself asks the loaded connector.</summary>
/// <param name="Read">It reads streams. Default false.</param>
/// <param name="Write">It writes to streams. Default false.</param>
public sealed record ConnectorCapabilities(bool Read, bool Write);

/// <summary>One <c>connector.json</c>, checked.</summary>
public sealed record ConnectorManifest
{
    /// <summary>What a connection writes as <c>connector</c>: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>The name that people read.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences; empty when the manifest has none.</summary>
    public string Description { get; init; } = "";

    /// <summary>The connector's own folder, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>The file name of the assembly with the factory; null for a declarative connector.</summary>
    public string? Assembly { get; init; }

    /// <summary>The full name of the <see cref="Abstractions.IConnectorFactory"/> in it; null for a declarative connector.</summary>
    public string? Factory { get; init; }

    /// <summary>The <c>rest</c> section of a declarative connector; null when there is none.</summary>
    public JsonElement? Rest { get; init; }

    public ConnectorCapabilities Capabilities { get; init; } = new(Read: false, Write: false);

    /// <summary>A JSON Schema of a connection's <c>options</c>; null when the manifest has none.</summary>
    public JsonElement? OptionsSchema { get; init; }

    /// <summary>A JSON Schema of a stream's <c>options</c>; null when the manifest has none.</summary>
    public JsonElement? StreamOptionsSchema { get; init; }

    /// <summary>The manifest file, absolute.</summary>
    public string File => Path.Combine(Folder, ManifestFile.Name);
}
