using System.Text.Json.Nodes;
using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.SystemTests.Fixtures;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.BadInput;

/// <summary>The disk under the store is full in the middle of a load, and has room again later.</summary>
public sealed class FullDiskTests(PostgresServer postgres)
{
    private const int Patients = 800, SmallKibibytes = 1_400, AmpleKibibytes = 400 << 10;

    [Fact]
    public async Task ARoundStopsAndSaysSoAndTheNextGoesOn()
    {
        using var disk = SmallDisk.Mount(SmallKibibytes);
        await using var hub = await CreateAsync(disk);

        var full = await hub.Folder.RunAsync("sync");

        Assert.True(full.ExitCode == 3, full.ToString());
        Assert.Contains("full", full.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", full.Error, StringComparison.Ordinal);
        Assert.Equal(Patients, hub.Registry.Read().Count);
        disk.Resize(AmpleKibibytes);
        await hub.SyncAsync();
        await AssertAllInBothAsync(hub);
        await hub.AssertQuietAsync();
    }

    [Fact]
    public async Task ARunningHubTurnsRedAndGoesOnByItself()
    {
        using var disk = SmallDisk.Mount(SmallKibibytes);
        using var health = new HubHealth();
        await using var hub = await CreateAsync(disk);
        hub.Folder.Change("hub.json", root => root["http"] = new JsonObject { ["urls"] = new JsonArray(health.Url) });

        using var process = hub.Folder.Start("run");
        await health.WaitUntilAsync(static (isWell, findings) => !isWell && findings.Contains("Nothing was committed", StringComparison.Ordinal));
        Assert.False(process.HasExited);
        disk.Resize(AmpleKibibytes);
        await health.WaitUntilAsync(static (isWell, _) => isWell);

        while (hub.Registry.Read().Count < 2 * Patients || (await hub.Clinic.ReadAsync()).Count < 2 * Patients)
            Assert.False(process.HasExited);
        process.Kill();
        await hub.SyncAsync();
        await AssertAllInBothAsync(hub);
        await hub.AssertQuietAsync();
    }

    private async Task<PatientHub> CreateAsync(SmallDisk disk)
    {
        var everybody = SomePatients.Make(2 * Patients, "p");
        var hub = await PatientHub.CreateAsync(postgres, [.. everybody.Take(Patients)], [.. everybody.Skip(Patients)]);
        hub.Folder.Change("hub.json", root =>
        {
            root["store"] = new JsonObject { ["folder"] = disk.Path };
            root["sync"] = new JsonObject { ["batchSize"] = 100, ["sweepInterval"] = "00:00:01" };
        });
        return hub;
    }

    private static async Task AssertAllInBothAsync(PatientHub hub)
    {
        var wanted = SomePatients.Make(2 * Patients, "p").Select(static one => one.Content).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(wanted, hub.Registry.Read().Values.Select(static one => one.Content).Order(StringComparer.Ordinal));
        Assert.Equal(wanted, (await hub.Clinic.ReadAsync()).Values.Select(static one => one.Content).Order(StringComparer.Ordinal));
    }
}
