using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Store;

/// <summary>A part of a long list. Lists are paged by key, so a row that comes or goes meanwhile shifts no page.</summary>
/// <param name="After">The key of the last row of the page before; 0 for the first page.</param>
/// <param name="Limit">The most rows wanted, 1 to 1,000.</param>
public readonly record struct ListPage(long After, int Limit);

/// <summary>Narrows a list of findings; what is null narrows nothing.</summary>
public sealed record FindingFilter
{
    public static FindingFilter None { get; } = new();

    /// <summary>Only findings of this connection (of a conflict: of any source record of its customer).</summary>
    public string? Connection { get; init; }

    /// <summary>Quarantine: the rule that was broken. Dead letters: the error's code. Conflicts: the rule that decided.</summary>
    public string? Code { get; init; }

    /// <summary>Only what was found at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Conflicts only.</summary>
    public ConflictState? State { get; init; }
}

/// <summary>Narrows the audit log; what is null narrows nothing.</summary>
public sealed record AuditFilter
{
    /// <summary>Who: the exact name.</summary>
    public string? Actor { get; init; }

    /// <summary>What: an action such as <c>golden.changed</c>, or the beginning of some, such as <c>golden.</c>.</summary>
    public string? Action { get; init; }

    /// <summary>To what: the exact name, such as <c>customer/17</c> or <c>record/4711</c>.</summary>
    public string? Object { get; init; }

    /// <summary>The connection, or connection and stream, concerned: <c>crm</c> or <c>crm/contacts</c>.</summary>
    public string? System { get; init; }

    public DateTimeOffset? Since { get; init; }
}

/// <summary>An audit entry and its place in the log.</summary>
public sealed record StoredAuditEntry(long Sequence, AuditEntry Entry);

/// <summary>Writes by what they do.</summary>
public readonly record struct WriteCounts(long Creates, long Updates, long Deletes)
{
    public long Total => Creates + Updates + Deletes;

    public long Of(DeliveryOperation operation) => operation switch
    {
        DeliveryOperation.Create => Creates,
        DeliveryOperation.Update => Updates,
        _ => Deletes,
    };

    /// <summary>These and more of one kind.</summary>
    public WriteCounts Plus(DeliveryOperation operation, long count) => operation switch
    {
        DeliveryOperation.Create => this with { Creates = Creates + count },
        DeliveryOperation.Update => this with { Updates = Updates + count },
        _ => this with { Deletes = Deletes + count },
    };
}

/// <summary>How many effects of a plan, to one stream and of one kind, are in one state.</summary>
public readonly record struct EffectCount(int Stream, DeliveryOperation Operation, EffectState State, long Count);

/// <summary>A difference and its place in the list.</summary>
public readonly record struct PlacedDifference(long Place, Difference Difference);

/// <summary>How many differences of one kind a reconciliation found.</summary>
public readonly record struct DifferenceCount(DifferenceKind Kind, bool IsRepaired, long Count);

/// <summary>Where one stream stands.</summary>
public sealed record StreamState
{
    public required StreamName Name { get; init; }

    public required StreamProgress Progress { get; init; }

    /// <summary>A person has paused the connection.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Records that the system holds.</summary>
    public int Live { get; init; }

    /// <summary>Landed records that still have to go through the steps after LAND.</summary>
    public int DueRecords { get; init; }

    public int Quarantined { get; init; }

    public int Planned { get; init; }

    /// <summary>The planned deliveries by what they do.</summary>
    public WriteCounts PlannedWrites { get; init; }

    /// <summary>What a person has allowed the hub to write to the stream by itself.</summary>
    public Rights Activated { get; init; }

    public int Attempting { get; init; }

    public int Dead { get; init; }

    /// <summary>Since when the oldest unfinished work waits: a landed record that is not refined, or a delivery that is due. Null when none waits.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>The newest reconciliation; null when there was none.</summary>
    public Reconciliation? LastReconciliation { get; init; }

    /// <summary>The last run that counted something for this stream; 0 when there was none.</summary>
    public long LastRun { get; init; }

    /// <summary>What the last run counted.</summary>
    public IReadOnlyList<Tally> LastRunCounts { get; init; } = [];
}

/// <summary>What operators, stewards and auditors ask of the store, beside what the pipeline needs. Reads only; every list is in order of its key.</summary>
/// <remarks>Every method may throw <see cref="StoreUnavailableException"/>.</remarks>
public interface IStoreQueries : IStoreSummary
{
    /// <summary>Every stream that was ever registered, in order of its number.</summary>
    ValueTask<IReadOnlyList<StreamState>> ListStreamsAsync(CancellationToken cancellationToken);

    /// <summary>By the ids of the source records.</summary>
    ValueTask<IReadOnlyList<QuarantineEntry>> ListQuarantineAsync(FindingFilter filter, ListPage page, CancellationToken cancellationToken);

    ValueTask<QuarantineEntry?> FindQuarantineAsync(long sourceRecordId, CancellationToken cancellationToken);

    /// <summary>By their ids.</summary>
    ValueTask<IReadOnlyList<PendingDelivery>> ListDeadLettersAsync(FindingFilter filter, ListPage page, CancellationToken cancellationToken);

    /// <summary>One delivery, whatever its state.</summary>
    ValueTask<PendingDelivery?> FindDeliveryAsync(long id, CancellationToken cancellationToken);

    /// <summary>By their ids.</summary>
    ValueTask<IReadOnlyList<Conflict>> ListConflictsAsync(FindingFilter filter, ListPage page, CancellationToken cancellationToken);

    ValueTask<Conflict?> FindConflictAsync(long id, CancellationToken cancellationToken);

    /// <summary>All conflicts of a golden record and of those that became part of it, in order of their ids.</summary>
    ValueTask<IReadOnlyList<Conflict>> ListConflictsOfAsync(long goldenId, CancellationToken cancellationToken);

    /// <summary>Golden records of an entity that are live or deleted (merged ones are part of another), by their ids.</summary>
    ValueTask<IReadOnlyList<GoldenRecord>> ListGoldenAsync(string entity, ListPage page, CancellationToken cancellationToken);

    /// <summary>Audit entries, the newest first.</summary>
    /// <param name="before">Only entries before this place in the log; null starts at the newest.</param>
    /// <param name="limit">The most entries wanted, 1 to 1,000.</param>
    ValueTask<IReadOnlyList<StoredAuditEntry>> ListAuditAsync(AuditFilter filter, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Counts in order of run, stream and name.</summary>
    /// <param name="run">Only this run's (0: those of no run); null sums all runs up under run 0.</param>
    ValueTask<IReadOnlyList<Tally>> ListTalliesAsync(long? run, CancellationToken cancellationToken);

    /// <summary>Planned deliveries of a stream with what they are about, by their ids; due or not.</summary>
    ValueTask<IReadOnlyList<DueDelivery>> ListPlannedAsync(int stream, ListPage page, CancellationToken cancellationToken);

    /// <summary>Plans that are complete, the newest first.</summary>
    /// <param name="limit">The most wanted, 1 to 1,000.</param>
    ValueTask<IReadOnlyList<WritePlan>> ListPlansAsync(int limit, CancellationToken cancellationToken);

    /// <summary>A plan that is complete; null when there is none.</summary>
    ValueTask<WritePlan?> FindPlanAsync(long id, CancellationToken cancellationToken);

    /// <summary>A plan's effects by the ids of their deliveries.</summary>
    ValueTask<IReadOnlyList<PlannedEffect>> ListEffectsAsync(long plan, ListPage page, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<EffectCount>> CountEffectsAsync(long plan, CancellationToken cancellationToken);

    /// <summary>Reconciliations, the newest first.</summary>
    /// <param name="stream">Of this stream; null for all.</param>
    /// <param name="limit">The most wanted, 1 to 1,000.</param>
    ValueTask<IReadOnlyList<Reconciliation>> ListReconciliationsAsync(int? stream, int limit, CancellationToken cancellationToken);

    /// <summary>What a reconciliation found, in the order in which it was found.</summary>
    /// <param name="kind">Only differences of this kind; null for all.</param>
    /// <param name="page">By <see cref="PlacedDifference.Place"/>.</param>
    ValueTask<IReadOnlyList<PlacedDifference>> ListDifferencesAsync(long run, DifferenceKind? kind, ListPage page, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<DifferenceCount>> CountDifferencesAsync(long run, CancellationToken cancellationToken);
}
