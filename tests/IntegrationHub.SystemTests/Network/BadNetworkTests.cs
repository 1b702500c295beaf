using System.Globalization;
using IntegrationHub.SystemTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Network;

/// <summary>
/// The running hub behind a bad network, and killed in it: each fault alone, then pairs. The witness is a second world of the same people and
/// edits with a good network: in the end the systems of both must show the same. INTEGRATIONHUB_NETWORK_SECONDS says how long each fault
/// lasts (1; 10 at night), INTEGRATIONHUB_NETWORK_KILLS how often the hub is killed (12; 300 at night).
/// </summary>
public sealed class BadNetworkTests(ITestOutputHelper output)
{
    private const int Seed = 11, Parties = 60, EditsEach = 3, KillsUsual = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task WhateverTheNetworkDoesAndWheneverTheHubIsKilledTheSystemsEndAsWithAGoodOne()
    {
        var (lasting, kills) = (TimeSpan.FromSeconds(Variable("INTEGRATIONHUB_NETWORK_SECONDS", 1)), Variable("INTEGRATIONHUB_NETWORK_KILLS", KillsUsual));
        await using var suffering = await ThreeSystems.StartAsync(Seed, Parties);
        var (random, edits, readiness) = (new Random(Seed), new Random(Seed + 1), new List<TimeSpan>());
        async Task StrikeAsync(NetworkFault[] faults, int people)
        {
            using var hub = suffering.Folder.Start("run");
            suffering.Suffer(faults);
            await suffering.Health.WaitUntilAnsweringAsync();
            readiness.Add(DateTimeOffset.UtcNow - hub.StartedAt);
            suffering.Edit(edits, people);
            await Task.Delay(lasting + TimeSpan.FromMilliseconds(random.Next(900)));
            hub.Kill();
            suffering.AssertNothingTwice();
        }

        // The first load by itself: of a record that was edited before the hub first saw it, every field counts as edited then.
        foreach (var faults in Lanes(random, kills / 3))
            await StrikeAsync(faults, people: 0);
        suffering.Suffer();
        await SyncAsync(suffering);
        foreach (var faults in Lanes(random, kills - (kills / 3)))
            await StrikeAsync(faults, EditsEach);
        suffering.Suffer();
        await EndAsync(suffering);

        await using var good = await ThreeSystems.StartAsync(Seed, Parties);
        await SyncAsync(good);
        good.Edit(new Random(Seed + 1), EditsEach * (kills - (kills / 3)));
        await EndAsync(good);

        var hits = suffering.Proxies.SelectMany(static proxy => proxy.Hits).GroupBy(static hit => hit.Key, static hit => hit.Value);
        output.WriteLine($"{kills} kills, {suffering.Marks.Count} edits, {suffering.EffectCount} effects; faults: {string.Join(", ", hits.Select(static one => $"{one.Key} {one.Sum()}"))}");
        output.WriteLine($"ready after {readiness.Max().TotalSeconds:F1} s at most, {readiness.Average(static one => one.TotalSeconds):F1} s on average");
        Assert.Equal(good.Marks, suffering.Marks);
        Assert.Equal(good.Contents(), suffering.Contents());
    }

    /// <summary>Each fault alone, then pairs drawn.</summary>
    private static IEnumerable<NetworkFault[]> Lanes(Random random, int kills)
    {
        var all = Enum.GetValues<NetworkFault>();
        for (var lane = 0; lane < kills; lane++)
            yield return lane < all.Length ? [all[lane]] : [all[random.Next(all.Length)], all[random.Next(all.Length)]];
    }

    /// <summary>Rounds until one writes nothing and nothing is open: what failed again and again comes back after minutes only.</summary>
    private static async Task EndAsync(ThreeSystems systems)
    {
        var end = DateTime.UtcNow + Patience;
        for (var before = -1; before != systems.EffectCount || (HasOpen(systems) && DateTime.UtcNow < end);)
        {
            before = systems.EffectCount;
            await SyncAsync(systems);
        }

        var settled = systems.EffectCount;
        await SyncAsync(systems, "--whole");
        Assert.Equal(settled, systems.EffectCount);
        systems.AssertNothingTwice();
        Assert.False(HasOpen(systems), "Something is still to be done.");
        using var store = new StoreCopy(systems.Folder.DatabaseFile);
        Assert.Equal("ok", store.Integrity);
    }

    private static bool HasOpen(ThreeSystems systems)
    {
        using var store = new StoreCopy(systems.Folder.DatabaseFile);
        return store.LandedCount > 0 || systems.Sites.Any(site => store.AttemptingCount(site.Name) + store.PlannedCount(site.Name) > 0);
    }

    private static async Task SyncAsync(ThreeSystems systems, params string[] options)
    {
        var sync = await systems.Folder.RunAsync(["sync", "--json", .. options]);
        // 1: findings, such as the records that the population has broken on purpose.
        Assert.True(sync.ExitCode is 0 or 1, sync.ToString());
    }

    private static int Variable(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : usual;
}
