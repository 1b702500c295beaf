using System.Collections.Concurrent;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Sync.Store;
using IntegrationHub.Web.Health;

namespace IntegrationHub.Hub.Running;

/// <summary>How the workers are, by what they say of themselves; and whether store and disk can be used.</summary>
internal sealed class LoopHealth(HubInstance hub) : IHubHealth
{
    private const long FreeBytesMin = 100 << 20;
    private static readonly TimeSpan ProbeLease = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, HealthFinding> loops = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> ended = new(StringComparer.Ordinal);

    public void Turned(string loop) => loops[loop] = new(loop, IsWell: true, "");

    /// <param name="detail">Without a personal value.</param>
    public void Failed(string loop, string detail) => loops[loop] = new(loop, IsWell: false, detail);

    /// <summary>The worker has ended although the hub goes on: only a new start brings it back.</summary>
    public void Ended(string loop) => ended[loop] = true;

    public IReadOnlyList<HealthFinding> Live() => ended.IsEmpty
        ? [new("workers", IsWell: true, "")]
        : [.. ended.Keys.Order(StringComparer.Ordinal).Select(static loop => new HealthFinding(loop, IsWell: false, "The worker has ended. Start the hub again."))];

    public async ValueTask<IReadOnlyList<HealthFinding>> ReadyAsync(CancellationToken cancellationToken) =>
        [await StoreAsync(cancellationToken), Disk(), .. Live(), .. loops.Values.OrderBy(static finding => finding.Name, StringComparer.Ordinal)];

    private async Task<HealthFinding> StoreAsync(CancellationToken cancellationToken)
    {
        if (hub.Observed.IsDraining)
            return new("store", IsWell: false, "The hub is being stopped.");
        try
        {
            // A commit like any other: nothing less shows that the store takes one.
            var lease = await hub.Database.TryAcquireLeaseAsync("health", hub.Context.Owner, ProbeLease, cancellationToken);
            if (lease is not null)
                await hub.Database.ReleaseLeaseAsync(lease, cancellationToken);
            return new("store", IsWell: true, "");
        }
        catch (StoreUnavailableException failure)
        {
            return new("store", IsWell: false, failure.Message);
        }
    }

    private HealthFinding Disk()
    {
        var folder = hub.Configuration.Hub.DataFolder;
        try
        {
            var free = new DriveInfo(folder).AvailableFreeSpace;
            return new("disk", free >= FreeBytesMin, free >= FreeBytesMin ? "" : $"{free >> 20} MiB are free where {folder} lies; {FreeBytesMin >> 20} MiB were expected. Free space, or move the data folder.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new("disk", IsWell: false, $"The free space of {folder} cannot be told ({failure.GetType().Name}). Check the folder.");
        }
    }
}
