namespace IntegrationHub.Sync.Model;

/// <summary>How system and hub differ.</summary>
public enum DifferenceKind
{
    /// <summary>The system shows a record that the hub has never landed.</summary>
    UnknownToHub,

    /// <summary>The hub holds the record; the system has it no more.</summary>
    MissingInSystem,

    /// <summary>The record was not shown, and nothing says for certain whether it is gone: the read was not complete and the system cannot be asked for it.</summary>
    NotShown,

    /// <summary>The system changed fields and the hub has not seen it.</summary>
    ChangedUnseen,

    /// <summary>The record changed, but in no field that the mapping reads: what the hub keeps of it is out of date.</summary>
    ChangedOutsideMapping,

    /// <summary>The system shows what the golden record says, and the hub remembers something else: its base is out of date.</summary>
    BaseOutOfDate,

    /// <summary>The hub holds the record as removed; the system shows it.</summary>
    RemovedInHub,

    /// <summary>The golden record says otherwise than the system shows, and nothing is on its way.</summary>
    NotDelivered,

    /// <summary>The system has more than one record of one customer. A person merges them there.</summary>
    DuplicateInSystem,

    /// <summary>The system has the record of a customer that was deleted, and the hub may not delete it.</summary>
    LinkedToDeleted,
}

public static class DifferenceKinds
{
    /// <summary>Whether nothing that the hub knows explains it: it should not be there. The others are known, and wait for a person.</summary>
    public static bool IsUnexplained(this DifferenceKind kind) => kind is not (DifferenceKind.DuplicateInSystem or DifferenceKind.LinkedToDeleted);
}

/// <summary>One difference that a reconciliation found.</summary>
/// <param name="Subject">Digest of the record's key in its stream, or of the customer where there is no record.</param>
/// <param name="SourceRecordId">0 when the hub has no such record.</param>
/// <param name="GoldenId">0 when it belongs to no customer.</param>
/// <param name="Key">The system's key; null where there is no record.</param>
/// <param name="Fields">What differs: before, what the hub believes (or the system shows, where the hub has not delivered); after, what holds.</param>
/// <param name="IsRepaired">It was landed or queued; the normal way does the rest.</param>
public sealed record Difference(
    long Run, Digest Subject, DifferenceKind Kind, long SourceRecordId, long GoldenId, string? Key, IReadOnlyList<FieldChange> Fields, bool IsRepaired)
{
    public override string ToString() => $"{Kind} of record/{SourceRecordId}";
}

/// <summary>One comparison of a whole stream with what the hub holds.</summary>
public sealed record Reconciliation
{
    public required long Run { get; init; }

    public required int Stream { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it runs, and when it was broken off by the end of the process.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What could be mended was landed or queued.</summary>
    public bool IsRepair { get; init; }

    /// <summary>Why it did not come to its end; null when it did.</summary>
    public string? Failure { get; init; }

    /// <summary>What was counted, such as <c>in system</c>, <c>linked</c>, <c>filtered:eu-only</c> or <c>in target</c>.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    public long Count(string name) => Counts.GetValueOrDefault(name);

    /// <summary>Differences that nothing explains and that were not mended.</summary>
    public long Open => Count("unexplained") - Count("repaired");

    public override string ToString() => $"run/{Run}";
}
