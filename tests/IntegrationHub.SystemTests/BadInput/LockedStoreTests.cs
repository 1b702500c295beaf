using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.UnitTests.Fixtures;
using Microsoft.Data.Sqlite;
using Xunit;

namespace IntegrationHub.SystemTests.BadInput;

/// <summary>Another program holds the database for longer than SQLite itself waits.</summary>
public sealed class LockedStoreTests(PostgresServer postgres)
{
    private const int Patients = 50;
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(7);

    [Fact]
    public async Task TheHubWaitsAndGoesOn()
    {
        await using var hub = await PatientHub.CreateAsync(postgres, SomePatients.Make(Patients, "r"), SomePatients.Make(Patients, "c"));
        await hub.SyncAsync();
        var edited = hub.Registry.Read()["r-00001"].With("suburb", "edited under a lock");

        await using (var other = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = hub.Folder.DatabaseFile, Pooling = false }.ToString()))
        {
            await other.OpenAsync();
            await ExecuteAsync(other, "BEGIN EXCLUSIVE");
            hub.Registry.Edit(edited);
            using var process = hub.Folder.Start("sync", "--json");
            await Task.Delay(HeldFor);
            Assert.False(process.HasExited, "The hub did not wait for the lock.");
            await ExecuteAsync(other, "ROLLBACK");
            var ended = await process.EndAsync();
            Assert.True(ended.ExitCode == 0, ended.ToString());
        }

        Assert.Equal("edited under a lock", (await hub.Clinic.ReadAsync())["c-00001"]["suburb"]);
        await hub.AssertQuietAsync();
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
