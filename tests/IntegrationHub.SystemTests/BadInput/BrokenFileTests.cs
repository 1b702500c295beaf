using System.Text.Json;
using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.BadInput;

/// <summary>The file that yesterday held thousands comes back empty or broken. Deletions in it would count: nothing may be taken for one.</summary>
public sealed class BrokenFileTests(PostgresServer postgres)
{
    private const int Patients = 2_000;

    [Fact]
    public async Task S14_AFileWithoutRowsDeletesNothingAndIsHeldForAPerson()
    {
        await using var hub = await CreateAsync();
        var text = await File.ReadAllTextAsync(hub.Registry.FilePath);
        await File.WriteAllTextAsync(hub.Registry.FilePath, text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)]);

        var round = await hub.SyncAsync();

        Assert.Equal(1, round.ExitCode);
        Assert.Equal(Patients, (await hub.Clinic.ReadAsync()).Count);
        var status = await StatusAsync(hub);
        Assert.Equal(Patients, status.GetProperty("heldDeletes").GetInt32());
        Assert.Contains("release-deletes", status.GetProperty("remedies").ToString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(hub.Registry.FilePath, text);
        await hub.SyncAsync();
        Assert.Equal(0, (await StatusAsync(hub)).GetProperty("heldDeletes").GetInt32());
        Assert.Equal(Patients, hub.Registry.Read().Count);
        await hub.AssertQuietAsync();
    }

    [Fact]
    public async Task S14_EditsElsewhereWhileTheFileIsEmptyDeleteNothingAndArriveLater()
    {
        await using var hub = await CreateAsync();
        var text = await File.ReadAllTextAsync(hub.Registry.FilePath);
        await File.WriteAllTextAsync(hub.Registry.FilePath, text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)]);
        for (var i = 1; i <= 20; i++)
            await hub.Clinic.EditAsync($"c-{i:D5}", "suburb", "edited meanwhile");

        await hub.SyncAsync();

        Assert.DoesNotContain(await hub.Clinic.ChangesAsync(), static change => change.Operation == "delete");
        Assert.Equal(20, (await StatusAsync(hub)).GetProperty("planned").GetInt32());
    }

    [Fact]
    public async Task AFileWithoutAByteDeletesNothingAndIsExplained()
    {
        await using var hub = await CreateAsync();
        await File.WriteAllTextAsync(hub.Registry.FilePath, "");

        var round = await hub.SyncAsync();

        Assert.Equal(1, round.ExitCode);
        Assert.Equal(Patients, (await hub.Clinic.ReadAsync()).Count);
        Assert.False(string.IsNullOrEmpty((await StatusAsync(hub)).GetProperty("errorCode").GetString()));
        Assert.Equal(0, new FileInfo(hub.Registry.FilePath).Length);
    }

    [Fact]
    public async Task AnOpenQuoteInTheMiddleDeletesAndWritesNothing()
    {
        await using var hub = await CreateAsync();
        var text = await File.ReadAllTextAsync(hub.Registry.FilePath);
        var middle = text.IndexOf("street ", text.Length / 2, StringComparison.Ordinal);
        var broken = text.Insert(middle, "\"");
        await File.WriteAllTextAsync(hub.Registry.FilePath, broken);

        var round = await hub.SyncAsync();

        Assert.Equal(1, round.ExitCode);
        Assert.Equal(Patients, (await hub.Clinic.ReadAsync()).Count);
        Assert.DoesNotContain(await hub.Clinic.ChangesAsync(), static change => change.IsByHub);
        Assert.Equal(broken, await File.ReadAllTextAsync(hub.Registry.FilePath));
        var status = await StatusAsync(hub);
        Assert.Equal("csv.quoting", status.GetProperty("errorCode").GetString());
        Assert.Equal(0, status.GetProperty("heldDeletes").GetInt32());

        await File.WriteAllTextAsync(hub.Registry.FilePath, text);
        await hub.Folder.RunAsync("connection", "resume", "registry");
        await hub.SyncAsync();
        Assert.Equal("ok", (await StatusAsync(hub)).GetProperty("state").GetString());
        await hub.AssertQuietAsync();
    }

    private async Task<PatientHub> CreateAsync()
    {
        var hub = await PatientHub.CreateAsync(postgres, SomePatients.Make(Patients, "r"), SomePatients.Make(Patients, "c"));
        hub.Folder.Change("connections/registry.json", static root => root["streams"]![0]!["onDelete"] = "deleteWins");
        await hub.SyncAsync();
        Assert.Equal(Patients, (await hub.Clinic.ReadAsync()).Count);
        return hub;
    }

    private static async Task<JsonElement> StatusAsync(PatientHub hub) =>
        (await hub.Folder.RunAsync("status", "--json")).Json.GetProperty("streams").EnumerateArray().Single(static stream => stream.GetProperty("connection").GetString() == "registry");
}
