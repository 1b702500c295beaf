using System.Text.Json;

namespace IntegrationHub.Abstractions;

/// <summary>How the deletion of a record becomes known.</summary>
public enum DeleteDetection
{
    /// <summary>Reads show deleted records as such.</summary>
    Shown,

    /// <summary>A record that a complete read does not show is gone.</summary>
    ByAbsence,

    /// <summary>Not at all.</summary>
    Never,
}

/// <summary>What a connector can say of one stream as it is configured.</summary>
public sealed record StreamTraits
{
    public DeleteDetection Deletes { get; init; } = DeleteDetection.Never;

    /// <summary>The most deliveries of one <see cref="ITargetConnector.WriteAsync"/>, 1 to 500.</summary>
    public int WriteBatchMax { get; init; } = 200;

    /// <summary>How long after a write the record may still be missing from reads and look-ups. Default none.</summary>
    public TimeSpan IndexLag { get; init; }

    /// <summary>Whether the system refuses an update or a delete of a record that has another <see cref="RawRecord.Version"/> than
    /// <see cref="Delivery.Version"/> (If-Match, If-Unmodified-Since): the hub then sends none without a version. Default false.</summary>
    public bool WritesByVersion { get; init; }

    /// <summary>Whether reads and look-ups say of a record that it was merged into another (<see cref="RawRecord.MergedInto"/>). What a deletion there implies
    /// elsewhere then waits a while for that word. Default false.</summary>
    public bool ShowsMerges { get; init; }

    /// <summary>Whether the system has one record order (csv: the file), so that every read starts at the beginning.</summary>
    public bool ReadsWhole { get; init; }
}

/// <summary>What every connector is, besides <see cref="ISourceConnector"/>, <see cref="ITargetConnector"/> or both.</summary>
public interface IConnector : IAsyncDisposable
{
    /// <summary>The traits of a configured stream.</summary>
    StreamTraits Describe(string stream);

    /// <summary>Reaches the system and checks what the configuration claims (files, tables, columns, credentials).</summary>
    /// <returns>One sentence per finding, each with what to do next; none when all is well.</returns>
    Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken);
}

/// <summary>One stream of a connection, as its configuration and its mapping describe it. Field names are paths in the system's own
/// record (<c>Id</c>, <c>Owner.Name</c>).</summary>
/// <param name="Name">The stream, as the connection lists it.</param>
/// <param name="Options">The stream's <c>options</c> object; an empty object when it has none.</param>
/// <param name="Key">The field that holds the record's key.</param>
/// <param name="Modified">The field that holds the time of the last change; null when there is none.</param>
/// <param name="Deleted">The field that marks a deleted record; null when there is none.</param>
/// <param name="Correlation">The field that carries the hub's own id (<see cref="Delivery.Correlation"/>); null means the key itself,
/// which a create then sets.</param>
public sealed record StreamSetup(string Name, JsonElement Options, string Key, string? Modified, string? Deleted, string? Correlation);

/// <summary>What the hub hands to a connector: its part of the configuration, and the world outside.</summary>
public sealed record ConnectorSetup
{
    /// <summary>The name of the connection.</summary>
    public required string Connection { get; init; }

    /// <summary>The connection's <c>options</c> object, as written.</summary>
    public required JsonElement Options { get; init; }

    /// <summary>The connection's streams by name.</summary>
    public required IReadOnlyDictionary<string, StreamSetup> Streams { get; init; }

    /// <summary>The secret that the connection's <c>credentials</c> reference leads to; null when it names none.</summary>
    public string? Credentials { get; init; }

    /// <summary>Where relative paths in the options start: the configuration folder.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>The connector's own folder, with its <c>connector.json</c>.</summary>
    public required string ConnectorFolder { get; init; }

    /// <summary>A client with the hub's resilience, budget and metrics on it; a connector makes none of its own.</summary>
    public required HttpClient Http { get; init; }

    public required TimeProvider Clock { get; init; }
}

/// <summary>Makes connectors of one kind. The type that <c>connector.json</c> names as <c>factory</c>; it needs a constructor without parameters.</summary>
public interface IConnectorFactory
{
    /// <returns>A connector that also is an <see cref="ISourceConnector"/>, an <see cref="ITargetConnector"/> or both.</returns>
    /// <exception cref="ConnectorException">The options are wrong (<see cref="FailureKind.Blocked"/>); the message names the option.</exception>
    IConnector Create(ConnectorSetup setup);
}
