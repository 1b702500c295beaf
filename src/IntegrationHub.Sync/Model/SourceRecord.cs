using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Model;

public enum RecordStage
{
    /// <summary>Stored raw; the steps after LAND are due.</summary>
    Landed,

    /// <summary>Part of a golden record.</summary>
    Linked,

    /// <summary>Did not map or validate; kept until it is fixed at the source or by a steward.</summary>
    Quarantined,

    /// <summary>Kept out by a named filter.</summary>
    Filtered,

    /// <summary>Deleted before it was ever part of a golden record.</summary>
    Gone,
}

/// <summary>Who removed a record from its system.</summary>
public enum Removal
{
    None,
    BySystem,
    ByHub,

    /// <summary>The system made it part of another of its records, <see cref="SourceRecord.MergedInto"/>. It claims nothing any more, and nobody was deleted.</summary>
    Merged,
}

/// <summary>The last state that one connection holds of one record, raw and mapped, with its crosswalk to the golden record.</summary>
public sealed record SourceRecord
{
    public required long Id { get; init; }

    /// <summary>The stream's number in the store.</summary>
    public required int Stream { get; init; }

    /// <summary>Digest of the key within its stream.</summary>
    public required Digest KeyDigest { get; init; }

    /// <summary>The system's own key; may be personal, so it is only stored sealed.</summary>
    public required string Key { get; init; }

    public RecordStage Stage { get; init; }

    /// <summary>The golden record that it belongs to; 0 when it belongs to none.</summary>
    public long GoldenId { get; init; }

    /// <summary>Grows with every change of the row; a commit that read an older one is refused. 0 for a row that is not stored yet.</summary>
    public long Revision { get; init; }

    /// <summary>The payload as the system showed it last. Null where it was not loaded: the stored one is kept.</summary>
    public byte[]? Raw { get; init; }

    public Digest ContentDigest { get; init; }

    /// <summary>What the payload was before the hub last wrote to the record: a page that was asked for before that write may still show it.</summary>
    public Digest PriorDigest { get; init; }

    public DateTimeOffset? Modified { get; init; }

    /// <summary>When the hub first held the record.</summary>
    public DateTimeOffset FirstLandedAt { get; init; }

    public DateTimeOffset LandedAt { get; init; }

    /// <summary>When the steps after LAND are due, while <see cref="RecordStage.Landed"/>: at once, or later when an open write to the same record has to
    /// be settled first.</summary>
    public DateTimeOffset DueAt { get; init; }

    public string? Version { get; init; }

    public Removal Removal { get; init; }

    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>The system says in the landed payload that the record is gone; RESOLVE turns it into <see cref="Removal"/>.</summary>
    public bool LandedDeleted { get; init; }

    public FieldStates Fields { get; init; } = FieldStates.None;

    /// <summary>Values that a steward put in place of wrong ones; each stands as long as the system shows the value that it was made for.</summary>
    public IReadOnlyList<Fix> Fixes { get; init; } = [];

    /// <summary>Digests of its match keys, so that they can be withdrawn when they change.</summary>
    public IReadOnlyList<Digest> MatchKeys { get; init; } = [];

    /// <summary>The match key by which it joined its golden record; null when it founded it or was put there by a steward.</summary>
    public Digest? JoinedBy { get; init; }

    /// <summary>It has to leave its golden record and be matched anew, because a key turned out to be shared or a steward split the record.</summary>
    public bool IsRematchDue { get; init; }

    /// <summary>When the system said that it made the record, as RESOLVE last took it in; null when it does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>The same in the landed payload. Another time than <see cref="Created"/> is another record under a key that was used again.</summary>
    public DateTimeOffset? LandedCreated { get; init; }

    /// <summary>Digest of the key, in the same stream, of the record that the system has made this one part of; null when it has not.</summary>
    public Digest? MergedInto { get; init; }

    /// <summary>Its customer became part of another because a system merged the two, and this stream has a record of that other one already. What follows is
    /// the stream's <see cref="Settings.MergePolicy"/>.</summary>
    public bool IsSurplus { get; init; }

    /// <summary>The run that landed it.</summary>
    public long Run { get; init; }

    public bool IsLive => Removal == Removal.None && !LandedDeleted;

    public override string ToString() => $"record/{Id}";
}

/// <summary>A steward's replacement for one field of a source record.</summary>
/// <param name="InsteadOf">What the system showed when the fix was made; null when it showed nothing.</param>
public sealed record Fix(string Path, FieldValue Value, FieldValue? InsteadOf);
