using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>Runs acts: each is one transaction, under a lease of its own so that two people never decide on the same state at once.</summary>
internal sealed class ActRunner(SyncContext context)
{
    private const string LeaseName = "admin";
    private const int TriesMax = 20;
    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // Another owner than the workers of this process: a read's lease that they hold must not be handed to an act.
    private readonly string owner = $"{context.Owner}/admin";

    /// <param name="decide">Reads and decides; runs again on fresh state when a row changed meanwhile.</param>
    /// <exception cref="AdminException">The act cannot be done; nothing was changed.</exception>
    public async Task<T> RunAsync<T>(string actor, Func<Act, Task<T>> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var lease = await AcquireAsync(cancellationToken);
            try
            {
                var ids = new IdPool(context.Store);
                await ids.EnsureAsync(IdRange.Run, 1, 1, cancellationToken);
                var act = new Act(context, actor, ids);
                var result = await decide(act);
                if (!act.Changes.IsEmpty)
                    await context.Store.CommitAsync(lease, act.Changes, cancellationToken);
                return result;
            }
            catch (Exception failure) when (failure is StaleStepException or LeaseLostException && attempt < TriesMax)
            {
                // The pipeline changed a row meanwhile, or another act ended and gave the shared lease back: decide again on what is there now.
            }
            finally
            {
                await context.Store.ReleaseLeaseAsync(lease, CancellationToken.None);
            }
        }
    }

    /// <summary>Runs an act on the progress of streams while nothing reads them: a running read writes its own progress with every page and would
    /// overwrite the act.</summary>
    public async Task<T> RunBesideReadsAsync<T>(
        string actor, IReadOnlyList<StreamState> streams, Func<Act, Task<T>> decide, CancellationToken cancellationToken)
    {
        var held = new List<Lease>(streams.Count);
        try
        {
            foreach (var stream in streams)
            {
                held.Add(await context.Store.TryAcquireLeaseAsync($"read:{stream.Name}", owner, LeaseDuration, cancellationToken) ?? throw AdminException.Busy(
                    $"{stream.Name} is being read just now. Try again when the read is over; to keep the next one from starting, pause the connection first."));
            }

            return await RunAsync(actor, decide, cancellationToken);
        }
        finally
        {
            foreach (var lease in held)
                await context.Store.ReleaseLeaseAsync(lease, CancellationToken.None);
        }
    }

    private async Task<Lease> AcquireAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await context.Store.TryAcquireLeaseAsync(LeaseName, owner, LeaseDuration, cancellationToken) is { } lease)
                return lease;
            if (attempt == TriesMax)
                throw AdminException.Busy("Somebody else is changing something just now. Try again in a few seconds.");
            await Task.Delay(Pause, context.Clock, cancellationToken);
        }
    }
}
