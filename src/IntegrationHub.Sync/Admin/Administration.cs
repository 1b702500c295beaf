using IntegrationHub.Sync.Reconcile;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>What operators, stewards and auditors do with the hub. The command line and the pages are shells around it.</summary>
/// <remarks>Every act is one transaction with its audit entry, and says who did it. Safe for many callers at once.</remarks>
/// <param name="context">The same as the workers of this process share.</param>
/// <param name="queries">The queries of the same store.</param>
public sealed class Administration(SyncContext context, IStoreQueries queries)
{
    /// <summary>The store's lists: quarantine, dead letters, conflicts, the audit log, counts.</summary>
    public IStoreQueries Queries => queries;

    public StatusQuery Status { get; } = new(context, queries);

    public ConnectionActs Connections { get; } = new(context, queries);

    public QuarantineActs Quarantine { get; } = new(context, queries);

    public DeadLetterActs DeadLetters { get; } = new(context, queries);

    public ConflictActs Conflicts { get; } = new(context, queries);

    public CustomerQuery Customers { get; } = new(context, queries);

    public CustomerActs CustomerActs { get; } = new(context);

    public PlanActs Plans { get; } = new(context, queries);

    public ReconcileWork Reconciling { get; } = new(context, queries);

    public ExplainQuery Explaining { get; } = new(context, queries);

    /// <summary>Writes to the audit log that somebody is shown values.</summary>
    public Task NoteAccessAsync(string action, string what, string actor, CancellationToken cancellationToken) => new ActRunner(context).RunAsync(actor, act =>
    {
        act.Note(action, what, "shown");
        return Task.FromResult(true);
    }, cancellationToken);
}
