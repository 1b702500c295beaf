using System.Reflection;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;
using Xunit;
using static IntegrationHub.UnitTests.Admin.AdminHub;

namespace IntegrationHub.UnitTests.Admin;

public sealed class ActRetryTests
{
    private const string City = "addresses[type=mailing].city";

    [Fact]
    public async Task AnActDecidesAgainWhenThePipelineChangesTheRowMeanwhile()
    {
        await using var hub = new HubHarness();
        var crm = hub.Add("crm");
        var key = crm.Create(Ada);
        await hub.SettleAsync();
        crm.Edit(key, """{ "city": "Oxford" }""");
        var store = Interloper.Around(hub.Context.Store, () => hub.SyncAsync());

        await new Administration(hub.Context with { Store = store }, hub.Store).CustomerActs.PinAsync(1, City, null, "ada", default);
        await hub.SettleAsync();

        // What is pinned is what the customer said when the act was committed, and it was done once.
        Assert.Equal("Oxford", await hub.GoldenTextAsync(1, City));
        Assert.Single((await hub.ClusterAsync(1)).Golden.Overrides);
        Assert.Single(await hub.AuditedAsync("ada"));
    }

    [Fact]
    public async Task WhileSomebodyElseActsAnActWaitsAndThenSaysSo()
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(Ada);
        await hub.SettleAsync();
        var other = await hub.Store.TryAcquireLeaseAsync("admin", "somebody", TimeSpan.FromHours(1), default);

        var busy = hub.Administration().CustomerActs.PinAsync(1, City, "Bern", "ada", default);
        for (var i = 0; i < 100 && !busy.IsCompleted; i++)
            hub.Clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal("admin.busy", (await Assert.ThrowsAsync<AdminException>(() => busy)).Code);

        var waiting = hub.Administration().CustomerActs.PinAsync(1, City, "Bern", "ada", default);
        Assert.False(waiting.IsCompleted);
        await hub.Store.ReleaseLeaseAsync(other!, default);
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        await waiting;
        await hub.SettleAsync();
        Assert.Equal("Bern", await hub.GoldenTextAsync(1, City));
    }
}

/// <summary>A store that lets something happen between what an act reads and its first commit.</summary>
#pragma warning disable CA1852 // The proxy derives from it.
internal class Interloper : DispatchProxy
#pragma warning restore CA1852
{
    private IStore store = null!;
    private Func<Task>? meanwhile;

    public static IStore Around(IStore store, Func<Task> meanwhile)
    {
        var proxy = Create<IStore, Interloper>();
        var interloper = (Interloper)(object)proxy;
        (interloper.store, interloper.meanwhile) = (store, meanwhile);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IStore.CommitAsync) && Interlocked.Exchange(ref meanwhile, null) is { } happening)
            happening().GetAwaiter().GetResult();
        return targetMethod.Invoke(store, args);
    }
}
