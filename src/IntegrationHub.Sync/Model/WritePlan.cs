using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Model;

public enum WritePlanState
{
    /// <summary>Its effects are still being written down; nobody sees it yet.</summary>
    Making,

    /// <summary>Complete; waits for a person.</summary>
    Proposed,

    /// <summary>A person approved it: the effects that were still the same are sent.</summary>
    Approved,
}

/// <summary>What would be written where, as a person looks at it and approves it. Its effects are kept as they were shown.</summary>
public sealed record WritePlan
{
    public required long Id { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string Actor { get; init; }

    public WritePlanState State { get; init; }

    /// <summary>The streams that it covers, by number.</summary>
    public required IReadOnlyList<int> Streams { get; init; }

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public override string ToString() => $"plan/{Id}";
}

public enum EffectState
{
    Proposed,

    /// <summary>To be sent, exactly as shown.</summary>
    Approved,

    /// <summary>Sent and settled (or a dead letter), or there was nothing left to send.</summary>
    Settled,

    /// <summary>What would be sent is no longer what was shown: it was not sent by this plan, and is planned again.</summary>
    Changed,
}

/// <summary>One field that a write changes.</summary>
/// <param name="Before">What the system shows; null when it shows nothing, or nothing yet.</param>
/// <param name="After">The golden value to be written.</param>
public readonly record struct FieldChange(string Path, FieldValue? Before, FieldValue After)
{
    public override string ToString() => Path;
}

/// <summary>One write of a plan.</summary>
/// <param name="SourceRecordId">The record that it changes; 0 for a create.</param>
/// <param name="Digest">Keyed digest of everything that it does: as long as a delivery makes the same digest, it does the same.</param>
/// <param name="Fields">In ordinal order of their paths; none for a delete.</param>
public sealed record PlannedEffect(
    long Plan, long DeliveryId, int Stream, long GoldenId, long SourceRecordId, DeliveryOperation Operation, Digest Digest, IReadOnlyList<FieldChange> Fields,
    EffectState State)
{
    public override string ToString() => $"{Operation} of delivery/{DeliveryId}";
}
