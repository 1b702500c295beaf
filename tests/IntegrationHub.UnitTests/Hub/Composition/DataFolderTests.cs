using IntegrationHub.Hub.Composition;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Composition;

public sealed class DataFolderTests : IDisposable
{
    private readonly ScratchConfiguration scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void TheKeyIsMadeOnceAndForItsOwnerAlone()
    {
        var hub = scratch.Read().OrThrow().Hub;

        var first = DataFolder.Open(hub).Of("domain", "text");

        Assert.Equal(first, DataFolder.Open(hub).Of("domain", "text"));
        Assert.NotEqual(first, new KeyedDigests(new byte[32]).Of("domain", "text"));
        Assert.Equal(32, new FileInfo(hub.KeyFile).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(hub.KeyFile));
    }

    [Fact]
    public async Task ADatabaseWithoutItsKeyIsNotOpened()
    {
        var configuration = scratch.Read().OrThrow();
        await using (await OpenAsync(configuration, HubPurpose.Work))
        {
        }

        File.Delete(configuration.Hub.KeyFile);

        var refused = await Assert.ThrowsAsync<HubOpenException>(() => OpenAsync(configuration, HubPurpose.Administer));
        Assert.Contains("backup", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(configuration.Hub.KeyFile));
    }

    [Fact]
    public async Task OneFolderHasOneWorkerAndAnyNumberOfAdministrators()
    {
        var configuration = scratch.Read().OrThrow();
        await using (await OpenAsync(configuration, HubPurpose.Work))
        {
            var refused = await Assert.ThrowsAsync<HubOpenException>(() => OpenAsync(configuration, HubPurpose.Work));
            Assert.Contains("stop the other one", refused.Message, StringComparison.Ordinal);
            await using var administrator = await OpenAsync(configuration, HubPurpose.Administer);
            Assert.NotEqual(configuration.Hub.Node, administrator.Context.Owner);
        }

        await using var again = await OpenAsync(configuration, HubPurpose.Work);
        Assert.Equal(configuration.Hub.Node, again.Context.Owner);
    }

    [Fact]
    public async Task ADrainingStoreGivesAndRenewsNoLease()
    {
        await using var hub = await OpenAsync(scratch.Read().OrThrow(), HubPurpose.Work);
        Assert.NotNull(await hub.Store.TryAcquireLeaseAsync("refine", "me", TimeSpan.FromMinutes(1), CancellationToken.None));

        hub.Observed.Drain();

        Assert.Null(await hub.Store.TryAcquireLeaseAsync("refine", "me", TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Null(await hub.Way.ReadAsync(hub.Settings.Streams[0], whole: true, CancellationToken.None));
    }

    private static Task<HubInstance> OpenAsync(IntegrationHub.Hub.Configuration.HubConfiguration configuration, HubPurpose purpose) =>
        HubInstance.OpenAsync(configuration, new ManualClock(), purpose, null, CancellationToken.None);
}
