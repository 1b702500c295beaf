using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Model;

/// <summary>A source record that did not map or validate.</summary>
public sealed record QuarantineEntry(long SourceRecordId, int Stream, string Step, IReadOnlyList<Problem> Problems, DateTimeOffset Since, int Attempts);

public enum ConflictState
{
    /// <summary>The policy decided at once; kept so that it can be seen and explained.</summary>
    Decided,

    /// <summary>The policy leaves it to a steward; until then neither side is overwritten.</summary>
    Open,

    /// <summary>A steward decided.</summary>
    Settled,
}

/// <summary>One side of a conflict.</summary>
public sealed record ConflictValue(long SourceRecordId, FieldValue? Value, DateTimeOffset At);

/// <summary>Two systems changed the same field since they last agreed (or one deleted the record that the other changed: path <c>$delete</c>).</summary>
public sealed record Conflict
{
    public const string DeletePath = "$delete";

    public required long Id { get; init; }

    public required long GoldenId { get; init; }

    public required string Path { get; init; }

    public required ConflictState State { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The value on which both had agreed; null when there was none.</summary>
    public FieldValue? Base { get; init; }

    public required ConflictValue Left { get; init; }

    public required ConflictValue Right { get; init; }

    /// <summary>The source record whose value stands; 0 while it is open.</summary>
    public long Winner { get; init; }

    /// <summary>The rule that decided, such as <c>mostRecent</c> or <c>steward</c>.</summary>
    public required string Rule { get; init; }
}
