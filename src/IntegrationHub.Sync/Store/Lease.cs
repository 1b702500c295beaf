namespace IntegrationHub.Sync.Store;

/// <summary>The right to do one kind of work alone, such as <c>refine</c> or <c>deliver:crm</c>, until it expires. A lease is held for a role, not for a
/// row: the epoch is checked inside each commit, so whoever was paused and wakes up late is refused by the store.</summary>
/// <param name="Epoch">Grows by one each time the lease changes hands.</param>
public sealed record Lease(string Name, string Owner, long Epoch, DateTimeOffset ExpiresAt);

/// <summary>The lease changed hands; nothing of the step was committed. The holder starts again from a new lease.</summary>
public sealed class LeaseLostException(Lease lease)
    : Exception($"The lease '{lease.Name}' (epoch {lease.Epoch}) was taken over; nothing was committed. Acquire it again.")
{
    public Lease Lease { get; } = lease;
}

/// <summary>A row changed after the step had read it; nothing was committed. The step runs again on what is there now.</summary>
public sealed class StaleStepException(string what)
    : Exception($"{what} changed after the step had read it; nothing was committed. Run the step again.");

/// <summary>The store cannot take the commit now (disk full, locked by another program); nothing was committed.</summary>
/// <param name="code">A stable code such as <c>store.full</c> or <c>store.locked</c>.</param>
public sealed class StoreUnavailableException(string code, string message, Exception innerException) : Exception(message, innerException)
{
    public string Code { get; } = code;
}
