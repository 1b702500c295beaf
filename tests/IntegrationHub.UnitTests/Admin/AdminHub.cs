using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;

namespace IntegrationHub.UnitTests.Admin;

/// <summary>Short words for what these tests do again and again.</summary>
internal static class AdminHub
{
    public const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "city": "London" }""";
    public const string Grace = """{ "given": "Grace", "family": "Hopper", "email": "grace@example.org", "phone": "+12025550143", "title": "Admiral" }""";

    public static Administration Administration(this HubHarness hub) => new(hub.Context, hub.Store);

    public static async Task<Cluster> ClusterAsync(this HubHarness hub, long goldenId) =>
        (await hub.Store.LoadClustersAsync([goldenId], CancellationToken.None))[goldenId];

    public static async Task<string> GoldenTextAsync(this HubHarness hub, long goldenId, string path) =>
        (await hub.ClusterAsync(goldenId)).Golden.ToFieldMap().Find(path)?.AsText ?? "absent";

    /// <summary>The source record that a connection holds of a customer.</summary>
    public static async Task<SourceRecord> RecordOfAsync(this HubHarness hub, long goldenId, string connection) =>
        (await hub.ClusterAsync(goldenId)).Members.Single(member => member.Stream == hub.Stream(connection).Number);

    public static async Task<IReadOnlyList<string>> AuditedAsync(this HubHarness hub, string actor) =>
        [.. (await hub.Store.ListAuditAsync(new() { Actor = actor }, null, 100, CancellationToken.None)).Reverse().Select(static one => $"{one.Entry.Action} {one.Entry.Object} {one.Entry.Outcome}")];

    /// <summary>Takes every activation back, so that the streams ask again.</summary>
    public static async Task ForgetActivationsAsync(this IStore store)
    {
        var lease = await store.TryAcquireLeaseAsync("test", "test", TimeSpan.FromMinutes(1), CancellationToken.None);
        var changes = new StepChanges();
        changes.Activations.AddRange((await store.ListActivationsAsync(CancellationToken.None)).Keys.Select(static stream => new StreamActivation(stream, Rights.None)));
        await store.CommitAsync(lease!, changes, CancellationToken.None);
    }

    public static async Task<T[]> AllAsync<T>(this IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items)
            all.Add(item);
        return [.. all];
    }

    public static ValueTask<IReadOnlyList<QuarantineEntry>> QuarantinedAsync(this HubHarness hub) =>
        hub.Store.ListQuarantineAsync(FindingFilter.None, new(0, 100), CancellationToken.None);
}
