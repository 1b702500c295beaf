namespace IntegrationHub.Abstractions;

public enum DeliveryOperation
{
    Create,
    Update,
    Delete,
}

/// <summary>One write to one record of an external system.</summary>
public sealed record Delivery
{
    /// <summary>Names the delivery within its batch; results are matched by it.</summary>
    public required string Id { get; init; }

    public required DeliveryOperation Operation { get; init; }

    /// <summary>The system's key of the record; null for a create.</summary>
    public string? Key { get; init; }

    /// <summary>The hub's own id for the record in this stream, the same for every attempt to create it (16 lower-case letters and digits, prefix <c>ih-</c>).
    /// The connector writes it where the stream's configuration says, so that a create can be repeated or looked up.</summary>
    public required string Correlation { get; init; }

    /// <summary>The fields to write and nothing else: a JSON object in the system's own shape, UTF-8. Null clears. Empty for a delete.</summary>
    public ReadOnlyMemory<byte> Fields { get; init; }

    /// <summary>What the hub believes the record holds in those fields now, same shape: a connector that can compares before it writes,
    /// and answers <see cref="DeliveryOutcome.ChangedMeanwhile"/> on a difference. Empty for a create.</summary>
    public ReadOnlyMemory<byte> Expected { get; init; }

    /// <summary>The version last seen, for a conditional write; null when there is none.</summary>
    public string? Version { get; init; }

    public override string ToString() => $"{Operation} {Id}";
}

public enum DeliveryOutcome
{
    /// <summary>The system holds what was asked for; <see cref="DeliveryResult.Record"/> is the record as it reads back.</summary>
    Applied,

    /// <summary>The system refused this record for good; <see cref="DeliveryResult.Code"/> says why.</summary>
    Rejected,

    /// <summary>The system could not take this record now, for instance because it is locked.</summary>
    Retry,

    /// <summary>The answer was lost: it may or may not have been applied. It is read back before anything is sent again.</summary>
    Unknown,

    /// <summary>A create met a record that the system holds for the same; <see cref="DeliveryResult.Record"/> or <see cref="DeliveryResult.Key"/> names it.</summary>
    AlreadyExists,

    /// <summary>The record no longer holds what was expected; nothing was written; <see cref="DeliveryResult.Record"/> is what it holds when known.</summary>
    ChangedMeanwhile,

    /// <summary>There is no record with that key (any more).</summary>
    Missing,
}

/// <summary>What became of one delivery.</summary>
public sealed record DeliveryResult(string DeliveryId, DeliveryOutcome Outcome)
{
    /// <summary>The system's key of the record, when known.</summary>
    public string? Key { get; init; }

    /// <summary>The record as the system shows it after the write; null when the answer does not hold it (the hub then looks it up).</summary>
    public RawRecord? Record { get; init; }

    /// <summary>A short, stable code of the refusal, such as <c>sql.23502</c>.</summary>
    public string? Code { get; init; }

    /// <summary>What was refused and what to do, without a personal value.</summary>
    public string? Message { get; init; }
}

/// <summary>Writes to the streams of one external system.</summary>
public interface ITargetConnector : IRecordLookup
{
    /// <param name="stream">A stream that the connection configures.</param>
    /// <param name="batch">1 to <see cref="StreamTraits.WriteBatchMax"/> deliveries to different records.</param>
    /// <returns>One result per delivery, matched by its id, in any order: one refusal does not fail the batch. A delivery without a
    /// result counts as <see cref="DeliveryOutcome.Unknown"/>.</returns>
    /// <exception cref="ConnectorException">Nothing of the batch was applied; its kind decides what the hub does. Any other exception
    /// counts as <see cref="DeliveryOutcome.Unknown"/> for the whole batch.</exception>
    Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken);
}

/// <summary>What writing costs, for a system where a batch is not one call. Asked of a target connector with <c>is</c>.</summary>
public interface IWriteCost
{
    /// <param name="stream">A stream that the connection configures.</param>
    /// <param name="deliveries">How many of one kind are to be written, 0 or more.</param>
    /// <returns>The calls that they cost when nothing fails.</returns>
    long CallsFor(string stream, DeliveryOperation operation, long deliveries);
}
