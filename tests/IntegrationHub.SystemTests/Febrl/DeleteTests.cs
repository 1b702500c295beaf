using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>A row that goes from the table, under the policies that say what follows. A read from the beginning finds it.</summary>
public sealed class DeleteTests(PostgresServer postgres)
{
    private const int Patients = 200;

    [Fact]
    public async Task UnderDeleteWinsTheFilesRowGoesToo()
    {
        await using var hub = await CreateAsync("deleteWins");
        var (registry, clinic) = await FindPairAsync(hub);

        await hub.Clinic.DeleteAsync(clinic.Key);
        await hub.SyncAsync("--whole");

        Assert.DoesNotContain(registry.Key, hub.Registry.Read());
        Assert.DoesNotContain(clinic.Key, await hub.Clinic.ReadAsync());
        await hub.AssertQuietAsync();
    }

    [Fact]
    public async Task UnderUnlinkTheFilesRowStaysAndTheTablesDoesNotComeBack()
    {
        await using var hub = await CreateAsync("unlink");
        var (registry, clinic) = await FindPairAsync(hub);
        var rows = (await hub.Clinic.ReadAsync()).Count;

        await hub.Clinic.DeleteAsync(clinic.Key);
        await hub.SyncAsync("--whole");
        hub.Registry.Edit(registry.With("suburb", "edited later"));
        await hub.SyncAsync();

        Assert.Equal("edited later", hub.Registry.Read()[registry.Key]["suburb"]);
        Assert.Equal(rows - 1, (await hub.Clinic.ReadAsync()).Count);
        await hub.AssertQuietAsync();
    }

    [Fact]
    public async Task ARowThatGoesFromTheFileIsNotDeletedFromTheTableUnderUnlink()
    {
        await using var hub = await CreateAsync("deleteWins");
        var (registry, clinic) = await FindPairAsync(hub);

        hub.Registry.Delete(registry.Key);
        await hub.SyncAsync();

        Assert.Contains(clinic.Key, await hub.Clinic.ReadAsync());
        Assert.DoesNotContain(registry.Key, hub.Registry.Read());
    }

    private async Task<PatientHub> CreateAsync(string onClinicDelete)
    {
        var (originals, duplicates) = FebrlData.Load(Patients);
        var hub = await PatientHub.CreateAsync(postgres, originals, duplicates);
        hub.OnClinicDelete(onClinicDelete);
        await hub.SyncAsync();
        return hub;
    }

    private static async Task<(Patient Registry, Patient Clinic)> FindPairAsync(PatientHub hub)
    {
        var registry = hub.Registry.Read().Values.Where(static row => row.Key.EndsWith("-org", StringComparison.Ordinal)).ToLookup(static row => row.Content);
        var clinic = (await hub.Clinic.ReadAsync()).Values.First(row => row.Key.Contains("-dup-", StringComparison.Ordinal) && registry[row.Content].Any());
        return (registry[clinic.Content].First(), clinic);
    }
}
