using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Mapping.Validation;

namespace IntegrationHub.Sync.Settings;

/// <summary>A connection ready to run.</summary>
/// <param name="Source">Null when the connector does not read.</param>
/// <param name="Target">Null when the connector does not write.</param>
public sealed record ConnectionRuntime(string Name, ISourceConnector? Source, ITargetConnector? Target, IReadOnlyList<StreamSettings> Streams)
{
    /// <summary>Calls that the connection may make in one UTC day; null when nothing limits them.</summary>
    public int? DailyCalls { get; init; }

    /// <summary>When the connection is reconciled without being asked; null when it is not.</summary>
    public ReconcileSchedule? Reconcile { get; init; }
}

/// <param name="Repairs">Mend what differs.</param>
public sealed record ReconcileSchedule(Schedule When, bool Repairs);

/// <summary>Everything that is configured, checked and ready to run. Immutable; a change of configuration makes a new one.</summary>
public sealed class HubSettings
{
    private readonly Dictionary<int, StreamSettings> byNumber;
    private readonly Dictionary<int, ConnectionRuntime> connectionOf;
    private readonly ILookup<string, StreamSettings> writing;

    public HubSettings(
        IReadOnlyList<ConnectionRuntime> connections, MatchPolicy matching, SurvivorshipPolicy survivorship, EntityValidator validator)
    {
        Connections = connections;
        Matching = matching;
        Survivorship = survivorship;
        Validator = validator;
        Streams = [.. connections.SelectMany(static connection => connection.Streams)];
        byNumber = Streams.ToDictionary(static stream => stream.Number);
        connectionOf = connections.SelectMany(static connection => connection.Streams.Select(stream => (stream.Number, connection))).ToDictionary();
        writing = Streams.Where(static stream => stream.Writes).ToLookup(static stream => stream.Entity, StringComparer.Ordinal);
    }

    public IReadOnlyList<ConnectionRuntime> Connections { get; }

    public IReadOnlyList<StreamSettings> Streams { get; }

    public MatchPolicy Matching { get; }

    public SurvivorshipPolicy Survivorship { get; }

    public EntityValidator Validator { get; }

    /// <summary>The stream with this number; null when it is no longer configured.</summary>
    public StreamSettings? Find(int stream) => byNumber.GetValueOrDefault(stream);

    public ConnectionRuntime ConnectionOf(StreamSettings stream) => connectionOf[stream.Number];

    /// <summary>The streams that golden records of an entity are delivered to.</summary>
    public IEnumerable<StreamSettings> WritingStreams(string entity) => writing[entity];
}
