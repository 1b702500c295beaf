namespace IntegrationHub.Hub.Bus;

/// <summary>What goes over the bus: a kind of work and the name of a connection, and nothing else.</summary>
public sealed record WorkDueMessage
{
    /// <summary>A <see cref="Sync.Schedule.WorkKind"/> by its name.</summary>
    public required string Kind { get; init; }

    /// <summary>The connection; null when the work belongs to none.</summary>
    public string? Connection { get; init; }
}
