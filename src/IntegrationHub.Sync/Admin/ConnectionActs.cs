using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>Pauses, resumes and resets connections, and releases the deletions that a read has held.</summary>
public sealed class ConnectionActs(SyncContext context, IStoreQueries queries)
{
    private readonly ActRunner acts = new(context);

    /// <summary>Nothing is read from the connection or written to it until it is resumed. A call that is under way ends by itself.</summary>
    /// <returns>False when it was paused already.</returns>
    /// <exception cref="AdminException">There is no such connection.</exception>
    public async Task<bool> PauseAsync(string connection, string actor, CancellationToken cancellationToken)
    {
        var streams = await StreamsAsync(connection, null, cancellationToken);
        return await acts.RunAsync(actor, async act =>
        {
            if ((await context.Store.ListPausedConnectionsAsync(cancellationToken)).Contains(connection, StringComparer.Ordinal))
                return false;
            act.Changes.Pauses.Add(new(connection, IsPaused: true));
            act.Note("connection.paused", $"connection/{connection}", $"{streams.Count} streams", connection);
            return true;
        }, cancellationToken);
    }

    /// <summary>Lets the connection run again, at once: a pause ends, and what had blocked its streams counts as mended.</summary>
    /// <returns>The streams that were blocked or failing.</returns>
    /// <exception cref="AdminException">There is no such connection.</exception>
    public async Task<IReadOnlyList<StreamName>> ResumeAsync(string connection, string actor, CancellationToken cancellationToken)
    {
        // A blocked stream is not read, so its progress can be changed; the others are left as they are.
        var troubled = (await StreamsAsync(connection, null, cancellationToken)).Where(IsTroubled).ToArray();
        return await acts.RunBesideReadsAsync(actor, troubled, async act =>
        {
            var mended = new List<StreamName>();
            foreach (var stream in (await StreamsAsync(connection, null, cancellationToken)).Where(IsTroubled))
            {
                act.Changes.OtherProgress.Add(stream.Progress with { IsBlocked = false, Failures = 0, ErrorCode = null, ErrorMessage = null, NextReadAt = act.Now });
                mended.Add(stream.Name);
            }

            act.Changes.Pauses.Add(new(connection, IsPaused: false));
            act.Note("connection.resumed", $"connection/{connection}", $"{mended.Count} streams mended", connection);
            return (IReadOnlyList<StreamName>)mended;
        }, cancellationToken);
    }

    /// <summary>Forgets how far streams have been read: the next read starts at the beginning. Nothing is deleted, and what has not changed stops at LAND.</summary>
    /// <param name="stream">One stream; null for all of the connection.</param>
    /// <returns>The streams that were reset.</returns>
    /// <exception cref="AdminException">There is no such connection or stream, or it is being read just now.</exception>
    public async Task<IReadOnlyList<StreamName>> ResetAsync(string connection, string? stream, string actor, CancellationToken cancellationToken)
    {
        var chosen = await StreamsAsync(connection, stream, cancellationToken);
        return await acts.RunBesideReadsAsync(actor, chosen, async act =>
        {
            foreach (var state in await StreamsAsync(connection, stream, cancellationToken))
            {
                act.Changes.OtherProgress.Add(state.Progress with { Checkpoint = null, FullReadDue = true, NextReadAt = act.Now });
                act.Note("stream.reset", $"stream/{state.Progress.Stream}", "read from the beginning", state.Name.ToString());
            }

            return (IReadOnlyList<StreamName>)[.. chosen.Select(static state => state.Name)];
        }, cancellationToken);
    }

    /// <summary>Releases the deletions that a complete read implied and that exceeded the limit: the next complete read, due now, applies them.</summary>
    /// <param name="stream">One stream; null for every stream of the connection that holds some.</param>
    /// <returns>The streams and how many deletions each had held.</returns>
    /// <exception cref="AdminException">There is no such connection or stream, nothing is held, or it is being read just now.</exception>
    public async Task<IReadOnlyList<(StreamName Stream, int Held)>> ReleaseDeletesAsync(
        string connection, string? stream, string actor, CancellationToken cancellationToken)
    {
        var chosen = await HoldingAsync(connection, stream, cancellationToken);
        return await acts.RunBesideReadsAsync(actor, chosen, async act =>
        {
            var released = new List<(StreamName, int)>();
            foreach (var state in await HoldingAsync(connection, stream, cancellationToken))
            {
                act.Changes.OtherProgress.Add(state.Progress with { DeletesReleased = true, FullReadDue = true, NextReadAt = act.Now });
                act.Note("deletes.released", $"stream/{state.Progress.Stream}", $"released {state.Progress.HeldDeletes}", state.Name.ToString());
                released.Add((state.Name, state.Progress.HeldDeletes));
            }

            return (IReadOnlyList<(StreamName, int)>)released;
        }, cancellationToken);
    }

    /// <summary>Lets the hub write to the connection by itself from now on, with the rights that its streams have. What waits for approval is sent.</summary>
    /// <returns>The streams that had waited; none when all were active.</returns>
    /// <exception cref="AdminException">There is no such connection, or nothing of it is written.</exception>
    public async Task<IReadOnlyList<StreamName>> ActivateAsync(string connection, string? stream, string actor, CancellationToken cancellationToken)
    {
        var chosen = (await StreamsAsync(connection, stream, cancellationToken)).Select(state => context.Settings.Find(state.Progress.Stream)).OfType<StreamSettings>()
            .Where(static one => one.Writes).ToArray();
        if (chosen.Length == 0)
            throw AdminException.Refused($"Nothing of {connection} is written: its direction is \"in\", or it is no longer configured.");
        return await acts.RunAsync(actor, async act =>
        {
            var active = await context.Store.ListActivationsAsync(cancellationToken);
            var activated = new List<StreamName>();
            foreach (var one in chosen.Where(one => (one.Rights & ~active.GetValueOrDefault(one.Number)) != Rights.None))
            {
                act.Changes.Activations.Add(new(one.Number, one.Rights));
                act.Note("stream.activated", $"stream/{one.Number}", one.Rights.ToString(), one.Name.ToString());
                activated.Add(one.Name);
            }

            return (IReadOnlyList<StreamName>)activated;
        }, cancellationToken);
    }

    private static bool IsTroubled(StreamState stream) => stream.Progress.IsBlocked || stream.Progress.Failures > 0 || stream.Progress.ErrorCode is not null;

    private async Task<IReadOnlyList<StreamState>> HoldingAsync(string connection, string? stream, CancellationToken cancellationToken)
    {
        var holding = (await StreamsAsync(connection, stream, cancellationToken)).Where(static state => state.Progress.HeldDeletes > 0).ToArray();
        return holding.Length > 0
            ? holding
            : throw AdminException.Refused($"No deletions are held on {(stream is null ? connection : $"{connection}/{stream}")}. See 'hub status'.");
    }

    private async Task<IReadOnlyList<StreamState>> StreamsAsync(string connection, string? stream, CancellationToken cancellationToken)
    {
        var all = await queries.ListStreamsAsync(cancellationToken);
        var own = all.Where(state => state.Name.Connection == connection).ToArray();
        if (own.Length == 0)
        {
            var known = all.Select(static state => state.Name.Connection).Distinct(StringComparer.Ordinal);
            throw AdminException.Unknown($"There is no connection '{connection}'. There are: {string.Join(", ", known)}.");
        }

        if (stream is null)
            return own;
        var chosen = Array.FindAll(own, state => state.Name.Stream == stream);
        return chosen.Length > 0
            ? chosen
            : throw AdminException.Unknown(
                $"The connection '{connection}' has no stream '{stream}'. It has: {string.Join(", ", own.Select(static state => state.Name.Stream))}.");
    }
}
