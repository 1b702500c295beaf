using IntegrationHub.Abstractions;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;

namespace IntegrationHub.UnitTests.Scenarios.Histories;

/// <summary>One history: a hub and two or three systems, taken through steps and then left in peace.</summary>
internal sealed class HistoryRun : IAsyncDisposable
{
    public static readonly string[] Names = ["a", "b", "c"];
    private readonly Users users;

    private HistoryRun(int seed)
    {
        var random = new Random(seed);
        OnDelete = new[] { DeletePolicy.Unlink, DeletePolicy.DeleteWins, DeletePolicy.EditWins }[random.Next(3)];
        for (var i = 0; i < 2 + (seed % 2); i++)
        {
            var system = Hub.Add(Names[i], settings => settings with { OnDelete = OnDelete, DeleteLimit = new(1, 1_000) });
            system.PageSize = 2 + random.Next(6);
            system.Traits = system.Traits with
            {
                WriteBatchMax = 1 + random.Next(5),
                Deletes = random.Next(4) == 0 ? DeleteDetection.ByAbsence : DeleteDetection.Shown,
            };
            Systems.Add(system);
        }

        users = new(Systems, Hub.Clock, Seen);
    }

    public HubHarness Hub { get; } = new();

    public List<MemorySystem> Systems { get; } = [];

    public IReadOnlyList<UserEdit> Edits => users.Edits;

    /// <summary>What users deleted, as <c>a/a1</c>.</summary>
    public IReadOnlySet<string> Deleted => users.Deleted.Select(static one => $"{Names[one.System]}/{one.Key}").ToHashSet(StringComparer.Ordinal);

    public DeletePolicy OnDelete { get; }

    /// <summary>Takes the steps, lets the hub come to rest, and says what does not hold then.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(int seed, IReadOnlyList<HistoryStep> steps)
    {
        await using var run = new HistoryRun(seed);
        try
        {
            await run.BeginAsync();
            foreach (var step in steps)
                await run.TakeAsync(step);
            await run.ComeToRestAsync();
            return await new HistoryOracle(run).FindAsync();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return [$"stopped: {failure}"];
        }
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    /// <summary>What the hub has last seen in a field. The store in memory answers at once.</summary>
    private string Seen(int system, string key, string field)
    {
        var stream = Hub.Stream(Names[system]).Number;
        var digest = Hub.Context.Digests.Of($"key/{stream}", key);
        var landed = Hub.Store.FindLandedAsync(stream, [digest], CancellationToken.None).AsTask().Result;
        if (!landed.TryGetValue(digest, out var found))
            return "";
        var record = Hub.Store.LoadRecordsAsync([found.Id], withRaw: false, CancellationToken.None).AsTask().Result.Single();
        return record.Fields.Find(HistoryOracle.Paths[field]).Seen?.AsText ?? "";
    }

    private async Task BeginAsync()
    {
        await Hub.StartAsync();
        for (var i = 0; i < Systems.Count; i++)
            users.CreateLasting(i);
    }

    private async Task TakeAsync(HistoryStep step)
    {
        Hub.Clock.Advance(TimeSpan.FromMilliseconds(100 * (step.C % 4)));
        try
        {
            await ActAsync(step);
        }
        catch (ObjectDisposedException) when (Hub.IsKilled)
        {
            // What a kill looks like from inside.
        }

        if (Hub.IsKilled)
            await Hub.StartAsync();
    }

    private Task ActAsync(HistoryStep step)
    {
        var system = Systems[step.A % Systems.Count];
        switch (step.Kind)
        {
            case StepKind.Create: users.Create(step.A % Systems.Count, step.B); break;
            case StepKind.CreateAgainElsewhere: users.CreateAgainElsewhere(step); break;
            case StepKind.Edit: users.Edit(step); break;
            case StepKind.EditInTwoSystems: users.EditInTwoSystems(step); break;
            case StepKind.Revert: users.Revert(step); break;
            case StepKind.Clear: users.Clear(step); break;
            case StepKind.Spoil: users.Spoil(step); break;
            case StepKind.MakeEqual: users.MakeEqual(step); break;
            case StepKind.Delete: users.Delete(step); break;
            case StepKind.Advance: Hub.Clock.Advance(TimeSpan.FromSeconds(step.A * step.B % 900)); break;
            case StepKind.Sync: return Hub.SyncAsync(step.B % 10 == 0);
            case StepKind.ReadOne: return ReadAsync(step.A);
            case StepKind.Refine: return Hub.Way.RefineAsync(CancellationToken.None);
            case StepKind.DeliverOne: return Hub.Way.DeliverAsync(Hub.Context.Settings.Connections[step.A % Systems.Count], CancellationToken.None);
            case StepKind.EditDuringWrite: Meanwhile(system, step.B, () => Do(() => users.Edit(step))); break;
            case StepKind.LandDuringWrite: Meanwhile(system, step.B, () => ReadAsync(step.C)); break;
            case StepKind.WorkDuringWrite: Meanwhile(system, step.B, WorkAsync); break;
            case StepKind.Kill: Hub.KillIn(step.B % 40); break;
            default: GoWrong(system, step); break;
        }

        return Task.CompletedTask;
    }

    private static void GoWrong(MemorySystem system, HistoryStep step)
    {
        var left = 1 + (step.B % 2);
        switch (step.Kind)
        {
            case StepKind.LoseRequest: system.BeforeWrite = Failing(new IOException("The request was lost.")); break;
            case StepKind.LoseAnswer: system.AfterWrite = Failing(new IOException("The answer was lost.")); break;
            case StepKind.FailLookUp: system.BeforeFind = Failing(new IOException("The look-up failed.")); break;
            case StepKind.Throttle:
                system.BeforeWrite = Failing(new ConnectorException(FailureKind.Transient, "test.429", "Too many calls.") { IsThrottled = step.C % 2 == 0 });
                break;
            case StepKind.BreakRead:
                var broken = Failing(new ConnectorException(FailureKind.Transient, "test.broken", "The page is broken."));
                system.BeforePage = page => (page >= step.B % 3 ? broken : Nothing)();
                break;
            default:
                system.Refuse = delivery => left-- > 0 ? new(delivery.Id, step.Kind == StepKind.Lock ? DeliveryOutcome.Retry : DeliveryOutcome.Rejected) { Code = "test.refused" } : null;
                break;
        }

        // Once or twice, then all is well again.
        Action Failing(Exception failure) => () =>
        {
            if (left-- > 0)
                throw failure;
        };
    }

    private static void Nothing()
    {
    }

    private static Task Do(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    private static void Meanwhile(MemorySystem system, int when, Func<Task> act) => system.Meanwhile = isApplied =>
    {
        if (isApplied != (when % 2 == 0))
            return Task.CompletedTask;
        system.Meanwhile = static _ => Task.CompletedTask;
        return act();
    };

    private Task ReadAsync(int system) => Hub.Way.ReadAsync(Hub.Stream(Names[system % Systems.Count]), false, CancellationToken.None);

    private async Task WorkAsync()
    {
        for (var i = 0; i < Systems.Count; i++)
            await ReadAsync(i);
        await Hub.Way.RefineAsync(CancellationToken.None);
    }

    private async Task ComeToRestAsync()
    {
        foreach (var system in Systems)
        {
            system.BeforeWrite = system.AfterWrite = system.BeforeFind = Nothing;
            system.BeforePage = static _ => { };
            system.Refuse = static _ => null;
            system.Meanwhile = static _ => Task.CompletedTask;
        }

        await Hub.StartAsync();
        users.MendWhatIsSpoilt();
        for (var round = 0; round < 6; round++)
        {
            await Hub.SettleAsync();
            Hub.Clock.Advance(TimeSpan.FromHours(1));
            if (!await ReplayAsync() && round > 0)
                return;
        }
    }

    /// <summary>What an operator does once the systems are well again.</summary>
    private async Task<bool> ReplayAsync()
    {
        var changes = new StepChanges();
        var dead = await Hub.Store.ListDeadLettersAsync(FindingFilter.None, new(0, 1_000), CancellationToken.None);
        changes.Deliveries.AddRange(dead.Select(row => row.Revived(Hub.Clock.GetUtcNow())));
        var quarantined = await Hub.Store.ListQuarantineAsync(FindingFilter.None, new(0, 1_000), CancellationToken.None);
        var records = await Hub.Store.LoadRecordsAsync([.. quarantined.Select(static entry => entry.SourceRecordId)], withRaw: false, CancellationToken.None);
        changes.SourceRecords.AddRange(records.Where(static record => record.Stage == RecordStage.Quarantined)
            .Select(record => record with { Stage = RecordStage.Landed, DueAt = Hub.Clock.GetUtcNow() }));
        // A system that shows nothing any more is not believed without a person.
        foreach (var stream in Hub.Context.Settings.Streams)
        {
            if (await Hub.Store.LoadProgressAsync(stream.Number, CancellationToken.None) is { HeldDeletes: > 0, DeletesReleased: false } progress)
                changes.OtherProgress.Add(progress with { DeletesReleased = true });
        }

        if (changes.IsEmpty)
            return false;
        var lease = await Hub.Store.TryAcquireLeaseAsync("operator", "operator", TimeSpan.FromMinutes(1), CancellationToken.None);
        await Hub.Store.CommitAsync(lease!, changes, CancellationToken.None);
        return true;
    }
}
