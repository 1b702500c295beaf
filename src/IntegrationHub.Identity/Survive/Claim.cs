using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity;

/// <summary>What one source record itself says about a field, and since when.</summary>
/// <param name="Path">The canonical path.</param>
/// <param name="Value">The value. An explicitly empty value is a <em>clear</em>: the record held a value here and it was taken away at
/// <paramref name="At"/>. A record that never held a value makes no claim, else a new and emptier record would wipe an older one.</param>
/// <param name="At">Since when the record says so, in the source's time as the hub corrected it.</param>
public readonly record struct Claim(string Path, FieldValue Value, DateTimeOffset At);

/// <summary>One source record of a cluster with everything it claims. Values that the hub wrote to it are not its own claims.</summary>
/// <param name="RecordId">The hub's id of the source record, 1 or more, unique in a cluster.</param>
/// <param name="Connection">The connection that holds the record.</param>
/// <param name="Stream">The stream of the connection.</param>
/// <param name="Claims">In ordinal order of the path, a path at most once.</param>
public sealed record Claimant(long RecordId, string Connection, string Stream, IReadOnlyList<Claim> Claims)
{
    /// <summary>Whether the record has a place for a path. Asked of fields that survive together: what a record has no place for it cannot have changed.
    /// Default: it has one for every path.</summary>
    public Func<string, bool> CanSay { get; init; } = static _ => true;
}

/// <summary>One field of a golden record with its provenance.</summary>
/// <param name="Path">The canonical path.</param>
/// <param name="Value">The value that survives; explicitly empty when a clear does.</param>
/// <param name="RecordId">The source record that says so; for a union the one that would have won alone; 0 when no record does: a
/// steward's override, or a held value that no record claims any more.</param>
/// <param name="At">Since when, in UTC.</param>
/// <param name="Rule">The rule that chose, as the policy spells it (<c>mostRecent</c> …), or <c>override</c> or <c>held</c>.</param>
public readonly record struct GoldenField(string Path, FieldValue Value, long RecordId, DateTimeOffset At, string Rule);

/// <summary>A steward's decision on one field: it wins over every claim. An explicitly empty value clears the field.</summary>
public readonly record struct Override(string Path, FieldValue Value, DateTimeOffset At)
{
    /// <summary>The source records that were the customer when it was set: whom it goes with when they part. None when that is not known.</summary>
    public IReadOnlyList<long> Records { get => field ?? []; init; }
}

/// <summary>A field with an open conflict: the golden value stays at this until a steward decides.</summary>
/// <param name="Path">The canonical path.</param>
/// <param name="Value">The value it stays at; null when the field is to stay absent.</param>
public readonly record struct HeldField(string Path, FieldValue? Value)
{
    /// <summary>The source records that are at odds. None when that is not known.</summary>
    public IReadOnlyList<long> Records { get => field ?? []; init; }
}
