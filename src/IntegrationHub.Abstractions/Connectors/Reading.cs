namespace IntegrationHub.Abstractions;

/// <summary>How far a stream has been read; only the connector that made it understands the text (at most 4,096 characters).</summary>
public sealed record Checkpoint(string Value)
{
    public override string ToString() => Value;
}

/// <summary>One record as an external system shows it.</summary>
/// <param name="Key">The system's own id of the record, stable for its life, 1 to 512 characters.</param>
/// <param name="Payload">The record as one JSON object in UTF-8, at most 32 levels deep. Empty when <see cref="IsDeleted"/>.</param>
public sealed record RawRecord(string Key, ReadOnlyMemory<byte> Payload)
{
    /// <summary>When the system says the record last changed; null when it does not say.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The system's version of the record (ETag, row version), compared for equality alone; null when it has none.</summary>
    public string? Version { get; init; }

    /// <summary>The system says that the record is gone, or hidden as deleted.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>When the system says that it made the record; null when it does not say. A key that comes again with another time is another record.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Of a record that the system has merged into another of the stream: the key of that one. Null when it has not. Such a record is
    /// <see cref="IsDeleted"/> too, and nobody takes it for a deletion.</summary>
    public string? MergedInto { get; init; }

    public override string ToString() => $"{Payload.Length} bytes{(IsDeleted ? ", deleted" : "")}";
}

/// <summary>What the end of a read says about completeness.</summary>
public enum ReadEnd
{
    /// <summary>Not the last page.</summary>
    More,

    /// <summary>Every change after the checkpoint has been read; records that were not shown may still exist.</summary>
    CaughtUp,

    /// <summary>Every live record of the stream was shown between the first page of this read and this one: what was not shown is gone.</summary>
    Complete,
}

/// <summary>A page of 0 to 500 records, and where the next read starts once this page is durable.</summary>
/// <param name="Checkpoint">Stored only together with the page, so a page may be read twice but is never skipped.</param>
public sealed record SourcePage(IReadOnlyList<RawRecord> Records, Checkpoint Checkpoint, ReadEnd End = ReadEnd.More);

/// <summary>Reads the streams of one external system.</summary>
public interface ISourceConnector
{
    /// <summary>Reads what changed in a stream, oldest change first.</summary>
    /// <param name="stream">A stream that the connection configures.</param>
    /// <param name="after">Where the last landed page ended; null reads from the beginning.</param>
    /// <returns>Pages; the last one has an <see cref="SourcePage.End"/> other than <see cref="ReadEnd.More"/>. A read that stops without
    /// such a page counts as torn: it is read again and nothing is inferred from what it did not show.</returns>
    /// <exception cref="ConnectorException">The read failed; its kind decides what the hub does.</exception>
    IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, CancellationToken cancellationToken);
}

/// <summary>Names one record: by the system's key, or, when that never came back, by the correlation that its create carried.</summary>
public readonly record struct RecordReference(string? Key, string? Correlation);

/// <summary>What a look-up found. <see cref="Record"/> is null when the system surely has no such record.</summary>
public sealed record FoundRecord(RecordReference Reference, RawRecord? Record);

/// <summary>Reads single records back. Every connector that writes has it: a lost answer is settled by looking, not by guessing.</summary>
public interface IRecordLookup
{
    /// <returns>One result for each reference, in any order. A record that the system marks as deleted is shown with
    /// <see cref="RawRecord.IsDeleted"/>.</returns>
    /// <exception cref="ConnectorException">The look-up failed; nothing is known.</exception>
    Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken);
}
