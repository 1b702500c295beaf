using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Store;

/// <summary>One record of a landed page: raw and unexamined.</summary>
/// <param name="Record">Raw parts filled in; <see cref="SourceRecord.Revision"/> 0 when it is new.</param>
public sealed record LandedRecord(SourceRecord Record);

/// <summary>A match key that a source record takes on or gives up.</summary>
public readonly record struct MatchKeyChange(Digest Key, long SourceRecordId, bool Added);

/// <summary>How far a stream has been read and how that went.</summary>
public sealed record StreamProgress
{
    public required int Stream { get; init; }

    /// <summary>Null: read from the beginning.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Once every live record had been read from the beginning to the end. Creates in other systems wait for it.</summary>
    public bool InitialReadDone { get; init; }

    /// <summary>The next read starts at the beginning, for instance because only a whole read shows what was deleted.</summary>
    public bool FullReadDue { get; init; }

    public DateTimeOffset? LastReadAt { get; init; }

    /// <summary>When a complete read last ended.</summary>
    public DateTimeOffset? LastWholeReadAt { get; init; }

    public DateTimeOffset? NextReadAt { get; init; }

    /// <summary>Reads that failed in a row.</summary>
    public int Failures { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>Nothing runs on this stream until a person acts (and resumes it).</summary>
    public bool IsBlocked { get; init; }

    /// <summary>Deletions that a complete read implied and that exceed the limit; they wait for a person. 0 when there are none.</summary>
    public int HeldDeletes { get; init; }

    /// <summary>A person has released the held deletions: the next complete read applies them.</summary>
    public bool DeletesReleased { get; init; }

    public long Revision { get; init; }
}

/// <summary>A count that belongs to a run (0: to none) and a stream (0: to none), such as <c>landed</c> or <c>filtered:eu-only</c>.</summary>
public readonly record struct Tally(long Run, int Stream, string Name, long Count);

/// <summary>A steward's word on two source records: they are one customer, or they are not. It outlives every matching.</summary>
public sealed record MatchDecision(long LeftRecordId, long RightRecordId, bool Same, string Actor, DateTimeOffset At);

/// <summary>With what configuration a stream's stored work was done.</summary>
/// <param name="MappingVersion">The mapping that its records went through; null before the first.</param>
/// <param name="PlanVersion">What its deliveries were planned by (mapping, rights, direction, filters); null before the first.</param>
/// <param name="PlanAfter">The last golden record that was planned by it; null when all are.</param>
public sealed record StreamConfiguration(int Stream, string? MappingVersion, string? PlanVersion, long? PlanAfter);

/// <summary>The open conflicts on one field of a customer who was split: they go with the side that they are about, or are moot.</summary>
/// <param name="GoldenId">The customer before; conflicts of those that had become part of it count too.</param>
/// <param name="To">The customer that both sides of the conflict are now; 0 when they are not one any more.</param>
public readonly record struct ConflictMove(long GoldenId, string Path, long To);

/// <summary>What a person has allowed the hub to write to a stream by itself.</summary>
public readonly record struct StreamActivation(int Stream, Rights Rights);

/// <summary>Effects of plans take another state.</summary>
/// <param name="Plan">The plan; 0 for every plan that has the delivery's effect.</param>
/// <param name="From">Only effects in this state.</param>
public readonly record struct EffectChange(long Plan, long DeliveryId, EffectState From, EffectState To);

/// <summary>By what configuration the golden records of an entity were worked out.</summary>
/// <param name="Version">Survivorship, matching, mappings and delete policies together; null before the first.</param>
/// <param name="After">The last golden record that was worked out by it; null when all are.</param>
public sealed record EntityConfiguration(string Entity, string? Version, long? After);

/// <summary>A source record whose key the system has given to another record: from here on it is found by its id alone.</summary>
/// <param name="Key">What stands in place of the key's digest; nothing that a system shows has it.</param>
public readonly record struct RetiredKey(long SourceRecordId, Digest Key);

/// <summary>Reconciliations of a stream are forgotten with their differences, but for the newest.</summary>
public readonly record struct ForgetReconciliations(int Stream, int Keep);

/// <summary>A person pauses a connection, or resumes it.</summary>
public readonly record struct ConnectionPause(string Connection, bool IsPaused);

/// <summary>
/// All that one step decided: new state, the work of the next step, progress, counts and audit entries. The store commits it together or not
/// at all. Every row that was read carries its revision, and a row that changed meanwhile refuses the whole step.
/// </summary>
public sealed class StepChanges
{
    public List<LandedRecord> Landed { get; } = [];

    /// <summary>Keys that are free for another record before <see cref="SourceRecords"/> are written.</summary>
    public List<RetiredKey> RetiredKeys { get; } = [];

    /// <summary>Source records to insert (revision 0) or replace.</summary>
    public List<SourceRecord> SourceRecords { get; } = [];

    /// <summary>Keys that turned out to be shared: every record that joined its golden record by one of them is matched anew.</summary>
    public List<Digest> SharedKeys { get; } = [];

    /// <summary>Golden records to insert (revision 0) or replace.</summary>
    public List<GoldenRecord> GoldenRecords { get; } = [];

    public List<MatchKeyChange> MatchKeys { get; } = [];

    /// <summary>Deliveries to insert (revision 0) or replace.</summary>
    public List<PendingDelivery> Deliveries { get; } = [];

    public List<QuarantineEntry> Quarantined { get; } = [];

    /// <summary>Source records that leave quarantine.</summary>
    public List<long> Released { get; } = [];

    public List<Conflict> Conflicts { get; } = [];

    /// <summary>Carried out before <see cref="Conflicts"/> are written.</summary>
    public List<ConflictMove> ConflictMoves { get; } = [];

    public List<MatchDecision> Decisions { get; } = [];

    public StreamProgress? Progress { get; set; }

    /// <summary>Progress of further streams, for an act that concerns a whole connection.</summary>
    public List<StreamProgress> OtherProgress { get; } = [];

    public List<ConnectionPause> Pauses { get; } = [];

    public List<StreamConfiguration> Configurations { get; } = [];

    public List<StreamActivation> Activations { get; } = [];

    /// <summary>Plans to insert or replace.</summary>
    public List<WritePlan> Plans { get; } = [];

    /// <summary>Effects to insert.</summary>
    public List<PlannedEffect> Effects { get; } = [];

    public List<EffectChange> EffectChanges { get; } = [];

    /// <summary>Plans that were made before this are forgotten with their effects; null forgets none.</summary>
    public DateTimeOffset? ForgetPlansBefore { get; set; }

    public List<EntityConfiguration> EntityConfigurations { get; } = [];

    /// <summary>Reconciliations to insert or replace.</summary>
    public List<Reconciliation> Reconciliations { get; } = [];

    /// <summary>Differences to insert, or to replace where the run has found the same already.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>Null forgets none.</summary>
    public ForgetReconciliations? ForgetReconciliations { get; set; }

    /// <summary>Streams whose mapping changed: what they have landed goes through MAP again, without asking the system.</summary>
    public List<int> Remapped { get; } = [];

    public List<Tally> Tallies { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public bool IsEmpty =>
        Landed.Count + RetiredKeys.Count + SourceRecords.Count + SharedKeys.Count + GoldenRecords.Count + MatchKeys.Count + Deliveries.Count + Quarantined.Count
        + Released.Count + Conflicts.Count + ConflictMoves.Count + Decisions.Count + OtherProgress.Count + Pauses.Count + Configurations.Count
        + EntityConfigurations.Count + Remapped.Count + Tallies.Count + Audit.Count + Activations.Count + Plans.Count + Effects.Count + EffectChanges.Count
        + Reconciliations.Count + Differences.Count == 0 && Progress is null && ForgetPlansBefore is null && ForgetReconciliations is null;
}
