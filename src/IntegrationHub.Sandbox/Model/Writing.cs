namespace IntegrationHub.Sandbox;

/// <summary>Who writes.</summary>
/// <param name="Actor"><c>user</c> for somebody at the system's own screens, <c>seed</c> for data from before, otherwise <c>api:</c> and
/// the caller's name.</param>
/// <param name="IdempotencyKey">What the caller sent as <c>Idempotency-Key</c>. Recorded; it does not keep a repeated create from creating
/// again.</param>
/// <param name="CorrelationId">What the caller sent as <c>X-Correlation-Id</c>.</param>
public sealed record Origin(string Actor, string? IdempotencyKey = null, string? CorrelationId = null)
{
    /// <summary>Somebody at the system's own screens.</summary>
    public static Origin User { get; } = new("user");

    /// <summary>Data that was there before anybody asked.</summary>
    public static Origin Seed { get; } = new("seed");
}

/// <summary>How a write ended.</summary>
public enum WriteStatus
{
    Created,
    Updated,
    Deleted,

    /// <summary>No such record.</summary>
    NotFound,

    /// <summary>The record is deleted.</summary>
    Gone,

    /// <summary>A unique value belongs to another record.</summary>
    Duplicate,

    /// <summary>The record has another version than the writer said.</summary>
    Stale,

    /// <summary>Somebody has the record open.</summary>
    Locked,

    /// <summary>Fields break rules; nothing was stored.</summary>
    Invalid,
}

/// <summary>A rule that a written field breaks. Carries no value.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Code"><c>required</c>, <c>too_long</c>, <c>not_in_picklist</c>, <c>invalid_format</c>, <c>wrong_type</c>,
/// <c>unknown_field</c>, <c>read_only</c> or <c>no_such_parent</c>.</param>
/// <param name="Message">One sentence.</param>
public sealed record FieldError(string Field, string Code, string Message);

/// <summary>What became of one write.</summary>
public sealed record WriteResult(WriteStatus Status)
{
    /// <summary>The state after the write; on <see cref="WriteStatus.Stale"/> and <see cref="WriteStatus.Locked"/> the state that
    /// stands.</summary>
    public SandboxRecord? Record { get; init; }

    /// <summary>On <see cref="WriteStatus.Invalid"/>, one for each broken rule.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>On <see cref="WriteStatus.Duplicate"/>, the field that clashes.</summary>
    public string? DuplicateField { get; init; }

    /// <summary>On <see cref="WriteStatus.Duplicate"/>, the key of the record that has the value.</summary>
    public string? ExistingKey { get; init; }

    /// <summary>Whether the write was taken.</summary>
    public bool Accepted => Status is WriteStatus.Created or WriteStatus.Updated or WriteStatus.Deleted;
}
