using IntegrationHub.SystemTests.Fixtures;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>A hub between the registry's file and the clinic's table, all three real.</summary>
internal sealed class PatientHub : IAsyncDisposable
{
    private PatientHub(HubFolder folder, RegistryFile registry, ClinicTable clinic)
    {
        Folder = folder;
        Registry = registry;
        Clinic = clinic;
    }

    public HubFolder Folder { get; }

    public RegistryFile Registry { get; }

    public ClinicTable Clinic { get; }

    public static async Task<PatientHub> CreateAsync(PostgresServer postgres, IReadOnlyList<Patient> registry, IReadOnlyList<Patient> clinic)
    {
        var table = new ClinicTable(await postgres.NewDatabaseAsync());
        await table.CreateAsync(clinic);
        var folder = new HubFolder();
        folder.CopyFrom(Path.Combine(AppContext.BaseDirectory, "Febrl", "configuration"));
        folder.Set("SYSTEM_TEST_CLINIC", table.HubConnectionString);
        var file = new RegistryFile(folder.File(Path.Combine("files", "patients.csv")));
        file.Create(registry);
        return new(folder, file, table);
    }

    /// <summary>Sets what follows a deletion in the clinic's table.</summary>
    public void OnClinicDelete(string policy) => Folder.Change("connections/clinic.json", root => root["streams"]![0]!["onDelete"] = policy);

    /// <summary>One round; findings (records in quarantine) are no failure.</summary>
    public async Task<HubResult> SyncAsync(params string[] options)
    {
        var result = await Folder.RunAsync(["sync", .. options, "--json"]);
        Assert.True(result.ExitCode is 0 or 1, result.ToString());
        return result;
    }

    /// <summary>Asserts that a round over everything, read from the beginning, writes nothing anywhere.</summary>
    public async Task AssertQuietAsync()
    {
        var (file, change) = (Registry.Bytes, await Clinic.LastChangeAsync());

        await SyncAsync("--whole");

        Assert.Equal(change, await Clinic.LastChangeAsync());
        Assert.Equal(file, Registry.Bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await Clinic.DisposeAsync();
        Folder.Dispose();
    }
}
