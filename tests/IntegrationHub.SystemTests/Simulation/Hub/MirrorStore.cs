using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Hub;

/// <summary>What the store has been told, kept in memory for those who judge: filled from what is committed, and from nothing else.</summary>
internal sealed class Mirror
{
    /// <summary>Source records as last written by a step after LAND, by stream and key.</summary>
    public Dictionary<(int Stream, string Key), SourceRecord> Records { get; } = [];

    public SortedSet<long> RecordIds { get; } = [];

    public SortedSet<long> GoldenIds { get; } = [];

    /// <summary>When a source record was first part of a golden record, in true time.</summary>
    public Dictionary<long, DateTimeOffset> LinkedAt { get; } = [];

    /// <summary>Golden records that took up another one, or lost a part to another one, and when that was last.</summary>
    public Dictionary<long, DateTimeOffset> RegroupedAt { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public Dictionary<(int Stream, string Name), long> Tallies { get; } = [];

    /// <summary>Attempts that were committed before a call: the delivery and the effect that it announces.</summary>
    public Dictionary<string, List<(DateTimeOffset At, string EffectKey)>> Attempts { get; } = new(StringComparer.Ordinal);

    /// <summary>Records that systems were seen to have deleted, by golden record and stream, and when the hub took it in.</summary>
    public Dictionary<(long Golden, int Stream), DateTimeOffset> RemovedBySystem { get; } = [];

    public void Take(DateTimeOffset now, string kind, StepChanges changes)
    {
        foreach (var landed in changes.Landed)
            RecordIds.Add(landed.Record.Id);
        foreach (var record in changes.SourceRecords)
            Take(now, record);
        foreach (var golden in changes.GoldenRecords)
        {
            GoldenIds.Add(golden.Id);
            if (golden.Status == GoldenStatus.Merged)
                RegroupedAt[golden.MergedInto] = now;
        }

        Audit.AddRange(changes.Audit);
        foreach (var tally in changes.Tallies)
            Tallies[(tally.Stream, tally.Name)] = Tallies.GetValueOrDefault((tally.Stream, tally.Name)) + tally.Count;
        if (kind == "attempt")
            TakeAttempts(now, changes.Deliveries);
    }

    private void Take(DateTimeOffset now, SourceRecord record)
    {
        RecordIds.Add(record.Id);
        var key = (record.Stream, record.Key);
        if (Records.TryGetValue(key, out var before) && before.GoldenId != 0 && before.GoldenId != record.GoldenId)
            RegroupedAt[before.GoldenId] = RegroupedAt[record.GoldenId] = now;
        if (record.GoldenId != 0)
            LinkedAt.TryAdd(record.Id, now);
        if (record.Removal == Removal.BySystem && before?.Removal != Removal.BySystem)
            RemovedBySystem[(record.GoldenId, record.Stream)] = now;
        Records[key] = record;
    }

    private void TakeAttempts(DateTimeOffset now, List<PendingDelivery> rows)
    {
        foreach (var row in rows.Where(static row => row.State == DeliveryState.Attempting))
        {
            if (!Attempts.TryGetValue($"{row.Id}", out var list))
                Attempts[$"{row.Id}"] = list = [];
            list.Add((now, row.EffectKey));
        }
    }
}

/// <summary>Stands right before the database and tells the mirror what was committed.</summary>
internal sealed class MirrorStore(IStore inner, World world) : PassingStore(inner)
{
    public override async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        await Inner.CommitAsync(lease, changes, cancellationToken);
        var kind = Commits.KindOf(lease, changes);
        world.Mirror.Take(world.Time.Now, kind, changes);
        world.Trace.Note(
            world.Time.Now,
            $"commit {kind} {lease.Name}/{lease.Epoch}: {changes.Landed.Count} landed, {changes.SourceRecords.Count} records, {changes.GoldenRecords.Count} golden, "
            + $"{changes.Deliveries.Count} deliveries, {changes.Conflicts.Count} conflicts, {changes.Quarantined.Count} quarantined");
        world.Trace.Tell(() => string.Join(", ", changes.Landed.Select(static one => $"{one.Record.Key}{(one.Record.LandedDeleted ? " gone" : "")}")
            .Concat(changes.SourceRecords.Select(static one => $"{one.Key}={one.Id} of {one.GoldenId} {one.Stage}{(one.IsLive ? "" : $" gone {one.Removal}")}"))
            .Concat(changes.GoldenRecords.Select(static one => $"{one} v{one.Version} {one.Status} ({string.Join(", ", one.Fields.Select(static field => $"{field.Value.AsText} of {field.RecordId} {field.At:HH:mm:ss.fff}"))})"))
            .Concat(changes.Deliveries.Select(static one => $"{one} for {one.GoldenId} record {one.SourceRecordId} {one.Operation} {one.State} {one.Sent}/{one.Wanted} {one.ErrorCode} {(one.EffectKey.Length > 6 ? one.EffectKey[..6] : "")}"))
            .Concat(changes.Conflicts.Select(static one => $"conflict on {one.Path} of {one.GoldenId}: {one.Left.Value?.AsText} against {one.Right.Value?.AsText}, {one.State}"))
            .Concat(changes.Audit.Where(static one => one.Action == "delivery.settled").Select(static one => $"{one.Object}: {one.Outcome} {one.Reason} {one.Correlation?[..6]}"))));
    }
}
