using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>One act of a person while it is decided: its changes and its audit entries, committed together or not at all.</summary>
internal sealed class Act(SyncContext context, string actor, IdPool ids)
{
    private long run;

    public StepChanges Changes { get; } = new();

    public DateTimeOffset Now { get; } = context.Clock.GetUtcNow();

    public string Actor => actor;

    /// <summary>Writes down what is done.</summary>
    /// <param name="reason">A code or a path; never a value.</param>
    public void Note(string action, string what, string outcome, string? system = null, string? reason = null) => Changes.Audit.Add(new AuditEntry
    {
        At = Now,
        Actor = actor,
        Action = action,
        Object = what,
        Outcome = outcome,
        System = system,
        Reason = reason,
        Correlation = run == 0 ? null : $"run/{run}",
        Configuration = context.Settings.Survivorship.Version,
    });

    /// <summary>Sends a record through the steps after LAND once more; its stored payload stays. The act is a run of its own, so that the counts of the
    /// run that landed the record stay true.</summary>
    /// <param name="counted">Under which name it is counted, such as <c>replayed</c>.</param>
    public SourceRecord Revisit(SourceRecord record, string counted)
    {
        if (run == 0)
            run = ids.Next(IdRange.Run);
        var revisited = record with { Raw = null, Stage = RecordStage.Landed, DueAt = Now, Run = run };
        Changes.SourceRecords.RemoveAll(known => known.Id == record.Id);
        Changes.SourceRecords.Add(revisited);
        Changes.Tallies.Add(new(run, record.Stream, counted, 1));
        return revisited;
    }

    /// <summary>Has the golden record worked out again, by way of one of its records.</summary>
    public void Recompute(Cluster cluster)
    {
        if (Changes.SourceRecords.Exists(record => record.GoldenId == cluster.Golden.Id && record.Stage == RecordStage.Landed))
            return;
        // A record that is linked goes through RESOLVE; one in quarantine is looked at again too, which is noise that is avoided when it can be.
        var record = cluster.Members.Where(static member => member.Removal == Removal.None)
            .OrderBy(static member => member.Stage is RecordStage.Linked or RecordStage.Landed ? 0 : 1).FirstOrDefault();
        if (record is null)
            throw AdminException.Refused($"{Names.Of(cluster.Golden)} has no source record left in any system, so nothing can be changed on it.");
        Revisit(record, "recomputed");
    }
}
