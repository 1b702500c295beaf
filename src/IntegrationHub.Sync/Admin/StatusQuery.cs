using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>One stream as an operator wants to see it.</summary>
/// <param name="IsConfigured">False for a stream whose records are kept but that the configuration no longer names.</param>
/// <param name="Lag">For how long the oldest unfinished work has been waiting; zero when none waits.</param>
/// <param name="Remedies">What needs a person, one sentence each with what to do; none when all is well.</param>
/// <param name="AwaitsApproval">Writes that wait for a person to approve them.</param>
public sealed record StreamStatus(StreamState State, bool IsConfigured, TimeSpan Lag, long AwaitsApproval, IReadOnlyList<string> Remedies);

/// <summary>Where everything stands.</summary>
public sealed class StatusQuery(SyncContext context, IStoreQueries queries)
{
    /// <summary>Every stream in order of connection and name.</summary>
    public async Task<IReadOnlyList<StreamStatus>> ShowAsync(CancellationToken cancellationToken)
    {
        var states = await queries.ListStreamsAsync(cancellationToken);
        var now = context.Clock.GetUtcNow();
        var paused = await PausedFieldsAsync(cancellationToken);
        return [.. states.OrderBy(static state => state.Name.Connection, StringComparer.Ordinal).ThenBy(static state => state.Name.Stream, StringComparer.Ordinal)
            .Select(state => new StreamStatus(
                state,
                context.Settings.Find(state.Progress.Stream) is not null,
                state.WaitingSince is { } since && since < now ? now - since : TimeSpan.Zero,
                AwaitingApproval(state),
                [.. RemediesOf(state, AwaitingApproval(state)), .. paused[state.Name]]))];
    }

    // Fields that two systems keep changing for each other; the first of them are enough to act on.
    private async Task<ILookup<StreamName, string>> PausedFieldsAsync(CancellationToken cancellationToken)
    {
        var conflicts = await queries.ListConflictsAsync(new() { Code = Refine.Oscillation.Rule, State = ConflictState.Open }, new(0, 20), cancellationToken);
        var remedies = new List<(StreamName Stream, string Text)>();
        foreach (var conflict in conflicts)
        {
            var writers = (await context.Store.LoadRecordsAsync([conflict.Left.SourceRecordId, conflict.Right.SourceRecordId], withRaw: false, cancellationToken))
                .Select(record => (record.Id, context.Settings.Find(record.Stream)?.Name)).Distinct().ToArray();
            var text = $"'{conflict.Path}' of {Names.OfCustomer(conflict.GoldenId)} is paused: {string.Join(" and ", writers.Select(static one => $"{one.Name} (record/{one.Id})"))} "
                + $"keep changing it back. Stop one of them, then say what is right: hub conflicts show {conflict.Id}";
            remedies.AddRange(writers.Select(static one => one.Name).OfType<StreamName>().Distinct().Select(name => (name, text)));
        }

        return remedies.ToLookup(static one => one.Stream, static one => one.Text);
    }

    private long AwaitingApproval(StreamState state)
    {
        if (context.Settings.Find(state.Progress.Stream) is not { AsksBeforeWriting: true })
            return 0;
        return Enum.GetValues<DeliveryOperation>().Where(operation => !state.Activated.HasFlag(operation.Needs())).Sum(state.PlannedWrites.Of);
    }

    private static List<string> RemediesOf(StreamState state, long awaiting)
    {
        var (name, progress) = (state.Name, state.Progress);
        var remedies = new List<string>();
        if (state.IsPaused)
            remedies.Add($"{name.Connection} is paused. To let it run: hub connection resume {name.Connection}");
        if (progress.IsBlocked)
            remedies.Add($"{name} is blocked ({progress.ErrorCode}): {progress.ErrorMessage} Then: hub connection resume {name.Connection}");
        else if (progress.ErrorCode is not null)
            remedies.Add($"{name} failed {Count(progress.Failures, "time")} in a row ({progress.ErrorCode}) and is tried again: {progress.ErrorMessage}");
        if (awaiting > 0)
        {
            remedies.Add(
                $"{name} has {Count(awaiting, "write")} that await approval. To see them: hub sync {name.Connection} --plan, or beside a running hub: hub plan new {name.Connection}. "
                + $"To let the hub write by itself without looking: hub connection activate {name.Connection}");
        }

        if (progress.HeldDeletes > 0 && !progress.DeletesReleased)
            remedies.Add($"{name} holds {Count(progress.HeldDeletes, "deletion")} that a read implied. If that is right: hub connection release-deletes {name.Connection} {name.Stream}");
        if (state.LastReconciliation is { Open: > 0 } last)
        {
            remedies.Add(
                $"{name} differs from what the hub holds: {Count(last.Open, "difference")} found {last.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm}Z. "
                + $"To look again: hub reconcile {name.Connection}; to mend it: hub reconcile {name.Connection} --repair");
        }

        if (state.Dead > 0)
            remedies.Add($"{name} has {Count(state.Dead, "dead letter")}. See: hub dead-letters list --connection {name.Connection}");
        if (state.Quarantined > 0)
            remedies.Add($"{name} has {Count(state.Quarantined, "record")} in quarantine. See: hub quarantine list --connection {name.Connection}");
        return remedies;
    }

    private static string Count(long count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";
}
