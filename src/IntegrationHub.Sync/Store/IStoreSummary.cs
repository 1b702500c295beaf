namespace IntegrationHub.Sync.Store;

/// <summary>Counts of everything that the store holds, true together.</summary>
public interface IStoreSummary
{
    ValueTask<StoreSummary> SummariseAsync(CancellationToken cancellationToken);
}

/// <summary>What the store holds and what has been counted since it was made.</summary>
/// <param name="Streams">By number.</param>
/// <param name="GoldenLive">Golden records that are live.</param>
/// <param name="GoldenMerged">Golden records that became part of another one.</param>
/// <param name="GoldenDeleted">Golden records that were deleted.</param>
/// <param name="Conflicts">Conflicts that a policy or a steward decided, or that are open.</param>
/// <param name="ConflictsOpen">Those that wait for a steward.</param>
public sealed record StoreSummary(
    IReadOnlyDictionary<int, StreamSummary> Streams, long GoldenLive, long GoldenMerged, long GoldenDeleted, long Conflicts, long ConflictsOpen);

/// <summary>What the store holds of one stream.</summary>
public sealed record StreamSummary
{
    /// <summary>Counts of all runs by name, such as <c>read</c>, <c>filtered:eu-only</c> or <c>delivered create</c>.</summary>
    public IReadOnlyDictionary<string, long> Tallies { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Records that have landed and wait to be refined.</summary>
    public long Due { get; init; }

    /// <summary>Records in a golden record that the system still has.</summary>
    public long Linked { get; init; }

    /// <summary>Of the linked records, those whose golden record has another source record too.</summary>
    public long Merged { get; init; }

    public long Quarantined { get; init; }

    public long Filtered { get; init; }

    public long Planned { get; init; }

    public long Attempting { get; init; }

    public long Dead { get; init; }

    /// <summary>A count of all runs; 0 when nothing was counted under the name.</summary>
    public long Tally(string name) => Tallies.GetValueOrDefault(name);
}
