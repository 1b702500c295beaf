using Xunit;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>People edit the file and the table; each test works on a patient of its own among all of them.</summary>
[Collection(PatientPairsGroup.Name)]
public sealed class EditTests(PatientPairs pairs)
{
    [Fact]
    public async Task AnEditInTheTableReachesTheFile()
    {
        var hub = (await pairs.GetAsync()).Hub;
        var (registry, clinic) = await pairs.TakeAsync();

        await hub.Clinic.EditAsync(clinic.Key, "suburb", "edited in the table");
        await hub.SyncAsync();

        Assert.Equal(registry.With("suburb", "edited in the table").Content, hub.Registry.Read()[registry.Key].Content);
    }

    [Fact]
    public async Task AnEditInTheFileReachesTheTable()
    {
        var hub = (await pairs.GetAsync()).Hub;
        var (registry, clinic) = await pairs.TakeAsync();

        hub.Registry.Edit(registry.With("suburb", "edited in the file"));
        await hub.SyncAsync();

        Assert.Equal(clinic.With("suburb", "edited in the file").Content, (await hub.Clinic.ReadAsync())[clinic.Key].Content);
    }

    [Fact]
    public async Task ADateIsWrittenInTheFormOfItsSystem()
    {
        var hub = (await pairs.GetAsync()).Hub;
        var (registry, clinic) = await pairs.TakeAsync();

        hub.Registry.Edit(registry.With("date_of_birth", "19840229"));
        await hub.SyncAsync();

        Assert.Equal("19840229", (await hub.Clinic.ReadAsync())[clinic.Key]["date_of_birth"]);
    }

    [Fact]
    public async Task AnEditTouchesOneRowAndWritesItOnce()
    {
        var hub = (await pairs.GetAsync()).Hub;
        var (registry, clinic) = await pairs.TakeAsync();
        await hub.SyncAsync();
        var last = await hub.Clinic.LastChangeAsync();

        hub.Registry.Edit(registry.With("postcode", "9999"));
        await hub.SyncAsync();
        await hub.SyncAsync();

        var change = Assert.Single(await hub.Clinic.ChangesAsync(last));
        Assert.Equal(("update", clinic.Key, true), (change.Operation, change.Key, change.IsByHub));
    }

    [Fact]
    public async Task EditsOfTwoFieldsInTwoSystemsBothSurvive()
    {
        var hub = (await pairs.GetAsync()).Hub;
        var (registry, clinic) = await pairs.TakeAsync();

        await hub.Clinic.EditAsync(clinic.Key, "surname", "tabled");
        hub.Registry.Edit(registry.With("postcode", "1234"));
        await hub.SyncAsync();

        var wanted = registry.With("surname", "tabled").With("postcode", "1234").Content;
        Assert.Equal(wanted, hub.Registry.Read()[registry.Key].Content);
        Assert.Equal(wanted, (await hub.Clinic.ReadAsync())[clinic.Key].Content);
    }

    [Fact]
    public async Task TheSameFieldGoesByThePolicyAndBothSidesCanBeSeen()
    {
        var hub = (await pairs.GetAsync()).Hub;
        var (registry, clinic) = await pairs.TakeAsync();
        var before = DateTimeOffset.UtcNow;

        await hub.Clinic.EditAsync(clinic.Key, "address_1", "by the clinic");
        hub.Registry.Edit(registry.With("address_1", "by the registry"));
        await hub.SyncAsync();

        // The file shows no times: its edit counts from when it was seen, after the table's.
        Assert.Equal("by the registry", hub.Registry.Read()[registry.Key]["address_1"]);
        Assert.Equal("by the registry", (await hub.Clinic.ReadAsync())[clinic.Key]["address_1"]);
        var listed = (await hub.Folder.RunAsync("conflicts", "list", "--since", before.ToString("O"), "--json")).Json.GetProperty("conflicts");
        var conflict = Assert.Single(listed.EnumerateArray(), one => one.GetProperty("path").GetString() == "addresses[type=home].line1");
        Assert.Equal("mostRecent", conflict.GetProperty("rule").GetString());
        var times = new[] { "left", "right" }.Select(side => conflict.GetProperty(side).GetProperty("at").GetDateTimeOffset()).ToList();
        Assert.All(times, time => Assert.InRange(time, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1)));
        Assert.NotEqual(times[0], times[1]);
        var shown = (await hub.Folder.RunAsync("conflicts", "show", $"conflict/{conflict.GetProperty("conflict")}", "--json")).Json;
        var values = new[] { "left", "right" }.Select(side => shown.GetProperty(side).GetProperty("value").GetString()).Order(StringComparer.Ordinal);
        Assert.Equal(["by the clinic", "by the registry"], values);
    }

    [Fact]
    public async Task AWholeRoundOverEverythingWritesNothing()
    {
        var hub = (await pairs.GetAsync()).Hub;
        await hub.SyncAsync();

        await hub.AssertQuietAsync();
    }
}
