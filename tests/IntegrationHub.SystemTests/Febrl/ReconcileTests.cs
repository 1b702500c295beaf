using System.Text.Json;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>The table drifts where its time of change does not say so, and the hub's own command finds exactly that.</summary>
public sealed class ReconcileTests(PostgresServer postgres)
{
    private const int Patients = 300;

    private static readonly (string Column, string Path)[] Edited =
    [
        ("given_name", "name.given"), ("surname", "name.family"), ("street_number", "customFields.streetNumber"), ("address_1", "addresses[type=home].line1"),
        ("address_2", "addresses[type=home].line2"), ("suburb", "addresses[type=home].city"), ("state", "addresses[type=home].region"),
    ];

    [Fact]
    public async Task SevenEditsThreeRemovalsAndTwoAdditionsAreFoundExactlyAndMended()
    {
        var (originals, duplicates) = FebrlData.Load(Patients);
        await using var hub = await PatientHub.CreateAsync(postgres, originals, duplicates);
        await hub.SyncAsync();
        await hub.SyncAsync();
        // The read looks back for a while, lest it miss a long transaction: nothing that drifts shall be in there.
        await hub.Clinic.DriftAsync("UPDATE patients SET modified = modified - interval '1 day'", new { });
        await hub.SyncAsync("--whole");
        await ExpectAsync(hub, 0, [], "reconcile", "clinic");
        await ExpectAsync(hub, 0, [], "reconcile", "registry");

        var keys = (await hub.Clinic.ReadAsync()).Values.Where(static row => FebrlData.IsBirthDate(row["date_of_birth"])).Select(static row => row.Key).Order(StringComparer.Ordinal).ToArray();
        var expected = new List<string>();
        for (var i = 0; i < Edited.Length; i++)
        {
            await hub.Clinic.DriftAsync($"UPDATE patients SET {Edited[i].Column} = 'drifted {i}' WHERE rec_id = @key", new { key = keys[i] });
            expected.Add($"changedUnseen {keys[i]} {Edited[i].Path}");
        }

        foreach (var key in keys[7..10])
        {
            await hub.Clinic.DriftAsync("DELETE FROM patients WHERE rec_id = @key", new { key });
            expected.Add($"missingInSystem {key} ");
        }

        foreach (var key in (string[])["rec-drift-1", "rec-drift-2"])
        {
            await hub.Clinic.DriftAsync("INSERT INTO patients (rec_id, given_name, surname, modified) VALUES (@key, 'silent', @key, '2020-01-01')", new { key });
            expected.Add($"unknownToHub {key} ");
        }

        await ExpectAsync(hub, 1, expected, "reconcile", "clinic");
        await ExpectAsync(hub, 0, expected, "reconcile", "clinic", "--repair");
        await hub.SyncAsync();
        await ExpectAsync(hub, 0, [], "reconcile", "clinic");
        await ExpectAsync(hub, 0, [], "reconcile", "registry");

        var explained = await hub.Folder.RunAsync("explain", "clinic", "patients", keys[0], "given_name", "--json");
        Assert.True(explained.ExitCode == 0, explained.ToString());
        Assert.Equal("name.given", Assert.Single(explained.Json.GetProperty("fields").EnumerateArray()).GetProperty("path").GetString());
    }

    private static async Task ExpectAsync(PatientHub hub, int exitCode, IReadOnlyList<string> expected, params string[] arguments)
    {
        var result = await hub.Folder.RunAsync([.. arguments, "--json"]);
        Assert.True(result.ExitCode == exitCode, result.ToString());
        var stream = Assert.Single(result.Json.GetProperty("streams").EnumerateArray());
        var found = stream.GetProperty("differences").EnumerateArray().Where(static one => one.GetProperty("kind").GetString() != "duplicateInSystem").Select(Line);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count, stream.GetProperty("unexplained").GetInt32());
    }

    private static string Line(JsonElement one) =>
        $"{one.GetProperty("kind").GetString()} {one.GetProperty("key").GetString()} {string.Join(' ', one.GetProperty("fields").EnumerateArray().Select(static field => field.GetProperty("path").GetString()))}";
}
