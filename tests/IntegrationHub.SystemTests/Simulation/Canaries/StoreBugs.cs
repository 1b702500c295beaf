using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using IntegrationHub.SystemTests.Simulation.Hub;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Canaries;

/// <summary>A planted bug that sits between the hub and its store.</summary>
internal sealed class StoreBug(Func<IStore, World, int, IStore> wrap) : Canary
{
    public override IStore Wrap(IStore store, World world, int start) => wrap(store, world, start);
}

/// <summary>Says that a commit is done before it is: it is done before the next call, if the process lives to make one.</summary>
internal sealed class AcknowledgesFirst(IStore inner) : PassingStore(inner)
{
    private Func<ValueTask>? waiting;

    public override ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        if (Commits.KindOf(lease, changes) is not ("attempt" or "settle"))
            return base.CommitAsync(lease, changes, cancellationToken);
        var before = waiting;
        waiting = () => Inner.CommitAsync(lease, changes, cancellationToken);
        return before?.Invoke() ?? ValueTask.CompletedTask;
    }

    protected override async ValueTask<T> PassAsync<T>(string point, Func<ValueTask<T>> call)
    {
        if (waiting is { } commit)
        {
            waiting = null;
            await commit();
        }

        return await call();
    }
}

/// <summary>Moves the checkpoint on before the page's records are stored.</summary>
internal sealed class StoresCheckpointFirst(IStore inner) : PassingStore(inner)
{
    public override async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        if (changes.Landed.Count > 0 && changes.Progress is { } progress)
        {
            await Inner.CommitAsync(lease, new StepChanges { Progress = progress }, cancellationToken);
            changes.Progress = null;
        }

        await Inner.CommitAsync(lease, changes, cancellationToken);
    }
}

/// <summary>Forgets one record of each larger page, and goes on as if it had been stored.</summary>
internal sealed class SkipsInbox(IStore inner) : PassingStore(inner)
{
    public override ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        if (changes.Landed.Count > 2)
            changes.Landed.RemoveAt(1);
        return Inner.CommitAsync(lease, changes, cancellationToken);
    }
}

/// <summary>Writes the audit entries of a commit with the next one.</summary>
internal sealed class AuditsLater(IStore inner) : PassingStore(inner)
{
    private readonly List<AuditEntry> waiting = [];

    public override async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        AuditEntry[] own = [.. changes.Audit];
        changes.Audit.Clear();
        changes.Audit.AddRange(waiting);
        await Inner.CommitAsync(lease, changes, cancellationToken);
        waiting.Clear();
        waiting.AddRange(own);
    }
}

/// <summary>Names an effect by record and operation alone.</summary>
internal sealed class KeysWithoutVersion(IStore inner) : PassingStore(inner)
{
    public override ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        for (var i = 0; i < changes.Deliveries.Count; i++)
        {
            if (changes.Deliveries[i] is { State: DeliveryState.Attempting } row)
                changes.Deliveries[i] = row with { EffectKey = $"{row.Stream:x8}{row.GoldenId:x8}{row.SourceRecordId:x8}{(int)row.Operation:x8}" };
        }

        return Inner.CommitAsync(lease, changes, cancellationToken);
    }
}

/// <summary>Does not remember what it wrote: what comes back is taken for the system's own.</summary>
internal sealed class ForgetsEchoes(IStore inner) : PassingStore(inner)
{
    public override ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        if (Commits.KindOf(lease, changes) == "settle")
        {
            for (var i = 0; i < changes.SourceRecords.Count; i++)
            {
                var record = changes.SourceRecords[i];
                changes.SourceRecords[i] = record with { Stage = RecordStage.Landed, DueAt = record.LandedAt, Fields = Forget(record.Fields) };
            }
        }

        return Inner.CommitAsync(lease, changes, cancellationToken);
    }

    private static FieldStates Forget(FieldStates fields) =>
        FieldStates.From(fields.AsSpan().ToArray().Select(static state => state with { Seen = state.Own?.Value, Base = null }));
}

/// <summary>Takes the time at which the hub worked on a record for the time at which it was edited.</summary>
internal sealed class OrdersByArrival(IStore inner, World world) : PassingStore(inner)
{
    public override async ValueTask<IReadOnlyList<SourceRecord>> LoadDueRecordsAsync(int limit, CancellationToken cancellationToken) =>
        [.. (await Inner.LoadDueRecordsAsync(limit, cancellationToken)).OrderByDescending(static record => record.Id).Select(record => record with { Modified = world.Time.Now })];
}

/// <summary>Shares every lease among all processes.</summary>
internal sealed class SharesLeases(IStore inner) : PassingStore(inner)
{
    public override ValueTask<Lease?> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Inner.TryAcquireLeaseAsync(name, "anybody", duration, cancellationToken);

    public override ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>Keeps dead letters in memory alone.</summary>
internal sealed class KeepsDeadLettersInMemory(IStore inner) : PassingStore(inner)
{
    public override ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        for (var i = 0; i < changes.Deliveries.Count; i++)
        {
            if (changes.Deliveries[i] is { State: DeliveryState.Dead } row)
                changes.Deliveries[i] = row with { State = DeliveryState.Settled };
        }

        return Inner.CommitAsync(lease, changes, cancellationToken);
    }
}

/// <summary>Takes every deletion for its own, so that what users deleted is made again.</summary>
internal sealed class Resurrects(IStore inner) : PassingStore(inner)
{
    public override ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        for (var i = 0; i < changes.SourceRecords.Count; i++)
        {
            if (changes.SourceRecords[i] is { Removal: Removal.BySystem } record)
                changes.SourceRecords[i] = record with { Removal = Removal.ByHub };
        }

        return Inner.CommitAsync(lease, changes, cancellationToken);
    }
}

/// <summary>Where two sources say different things at the same time, decides by a hash that differs from process to process.</summary>
internal sealed class BreaksTiesByHash(IStore inner, int start) : PassingStore(inner)
{
    public override async ValueTask CommitAsync(Lease lease, StepChanges changes, CancellationToken cancellationToken)
    {
        if (Commits.KindOf(lease, changes) == "refine")
        {
            for (var i = 0; i < changes.GoldenRecords.Count; i++)
                changes.GoldenRecords[i] = await DecideAsync(changes.GoldenRecords[i], changes, cancellationToken);
        }

        await Inner.CommitAsync(lease, changes, cancellationToken);
    }

    private async ValueTask<GoldenRecord> DecideAsync(GoldenRecord golden, StepChanges changes, CancellationToken cancellationToken)
    {
        var stored = await Inner.LoadClustersAsync([golden.Id], cancellationToken);
        var members = stored.TryGetValue(golden.Id, out var cluster) ? cluster.Members : [];
        var all = members.Concat(changes.SourceRecords.Where(record => record.GoldenId == golden.Id)).ToArray();
        return golden with
        {
            Fields = [.. golden.Fields.Select(field =>
            {
                var tied = all.Where(member => member.Fields.Find(field.Path).Own is { } own && own.At == field.At && own.Value != field.Value).ToArray();
                return tied.Length == 0 || (golden.Id + start) % 2 == 0
                    ? field
                    : field with { Value = tied[0].Fields.Find(field.Path).Own!.Value.Value, RecordId = tied[0].Id };
            })],
        };
    }
}
