namespace IntegrationHub.Sync.Schedule;

/// <summary>The kinds of worker (see <see cref="RecordWay"/>).</summary>
public enum WorkKind
{
    /// <summary>LAND, for the streams of one connection.</summary>
    Read,

    /// <summary>MAP to PLAN, for all connections.</summary>
    Refine,

    /// <summary>ATTEMPT to SETTLE, for one connection.</summary>
    Deliver,

    /// <summary>Comparing a whole connection with what the hub holds. Goes by its schedule; nobody is notified.</summary>
    Reconcile,
}

/// <summary>"There is work." Names who has it and never what it is.</summary>
/// <param name="Connection">The connection; null for <see cref="WorkKind.Refine"/>.</param>
public readonly record struct WorkDue(WorkKind Kind, string? Connection = null);

/// <summary>
/// Wakes workers before their next sweep. Work lives in the store alone, so every notice may be lost, repeated or late without harm.
/// </summary>
public interface IWakeUps
{
    /// <summary>Tells that there is work. Returns at once and never throws.</summary>
    ValueTask NotifyAsync(WorkDue due, CancellationToken cancellationToken);

    /// <summary>Waits for a notice; one that came since the last wait counts.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>True when a notice came, false when the time ran out.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    ValueTask<bool> WaitAsync(WorkDue kind, TimeSpan timeout, CancellationToken cancellationToken);
}
