namespace IntegrationHub.Abstractions;

/// <summary>What the hub should do about a failure.</summary>
public enum FailureKind
{
    /// <summary>Try again, after <see cref="ConnectorException.RetryAfter"/> when it is given.</summary>
    Transient,

    /// <summary>This request will never be accepted as it is.</summary>
    Rejected,

    /// <summary>Nothing on this connection will succeed until a person acts, for instance authorises it again.</summary>
    Blocked,
}

/// <summary>
/// A call to an external system failed as a whole. Thrown from a write, it promises that <em>nothing</em> of the batch was applied;
/// when that is not certain the results are <see cref="DeliveryOutcome.Unknown"/> instead.
/// </summary>
/// <remarks>The message names the thing, what was expected, found, and to be done. It holds no secret and no personal value.</remarks>
public sealed class ConnectorException(FailureKind kind, string code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public FailureKind Kind { get; } = kind;

    /// <summary>A short, stable code that failures of one sort share, such as <c>csv.quoting</c> or <c>rest.429</c>.</summary>
    public string Code { get; } = code;

    /// <summary>How long the system asks to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The system asked for fewer calls: no record's own retry budget is charged for it.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>A read cannot go on from its checkpoint: it expired, cannot be understood, or the system says that changes after it were lost. The hub then
    /// reads the stream from the beginning, deletions included.</summary>
    public bool IsPositionLost { get; init; }
}
