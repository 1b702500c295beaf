using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Model;

public enum DeliveryState
{
    /// <summary>To be sent when it is due.</summary>
    Planned,

    /// <summary>Committed before the call; the answer is not settled. After a crash or a lost answer it is read back, never sent again blindly.</summary>
    Attempting,

    /// <summary>Nothing is open: the system holds the version wanted, or there was nothing to send.</summary>
    Settled,

    /// <summary>A dead letter: failed for good, kept, explained, replayable.</summary>
    Dead,
}

/// <summary>"Bring this connection's record up to the golden record": one row for each golden record, stream and record there, reused from
/// change to change, so that several changes coalesce. What is sent is worked out when it is sent.</summary>
public sealed record PendingDelivery
{
    public required long Id { get; init; }

    public required int Stream { get; init; }

    public required long GoldenId { get; init; }

    /// <summary>The record to bring up to date; 0 when one is to be created.</summary>
    public long SourceRecordId { get; init; }

    public DeliveryState State { get; init; }

    public DeliveryOperation Operation { get; init; }

    /// <summary>The golden version to reach.</summary>
    public long Wanted { get; init; }

    /// <summary>The golden version that the open attempt sends.</summary>
    public long Sent { get; init; }

    public DateTimeOffset DueAt { get; init; }

    /// <summary>When the open attempt was committed.</summary>
    public DateTimeOffset? AttemptedAt { get; init; }

    /// <summary>Attempts charged to this record since it was last settled.</summary>
    public int Attempts { get; init; }

    /// <summary>The hub's own id for the record that a create makes.</summary>
    public required string Correlation { get; init; }

    /// <summary>Names the effect in the audit log; empty before the first attempt.</summary>
    public string EffectKey { get; init; } = "";

    /// <summary>The canonical fields that the open attempt sends; null when none is open.</summary>
    public FieldMap? Sending { get; init; }

    /// <summary>Why it failed last: a stable code; null when it did not.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Why it failed last, for a person, without a personal value.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>A field that the next attempt only clears: another record waits for the value that this one holds, and this one for the other's. Null else.</summary>
    public string? YieldPath { get; init; }

    public long Revision { get; init; }

    public override string ToString() => $"delivery/{Id}";
}
