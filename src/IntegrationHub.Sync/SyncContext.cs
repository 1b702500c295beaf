using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync;

/// <summary>What every worker of one hub shares.</summary>
/// <param name="Owner">Names this process in leases; no two running processes share it.</param>
/// <param name="Random">Seeded; used for jitter alone.</param>
public sealed record SyncContext(IStore Store, HubSettings Settings, KeyedDigests Digests, TimeProvider Clock, Random Random, string Owner)
{
    public SyncOptions Options { get; init; } = new();

    /// <summary>Whether a person has paused a connection. Asked before each batch, so that a pause takes hold at once.</summary>
    internal async ValueTask<bool> IsPausedAsync(StreamSettings stream, CancellationToken cancellationToken) =>
        (await Store.ListPausedConnectionsAsync(cancellationToken)).Contains(stream.Name.Connection, StringComparer.Ordinal);

    internal static Digest KeyDigest(KeyedDigests digests, int stream, string key) => digests.Of($"key/{stream}", key);
}
