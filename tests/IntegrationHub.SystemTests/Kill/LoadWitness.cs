using System.Text.Json;
using IntegrationHub.SystemTests.Febrl;
using Xunit;

namespace IntegrationHub.SystemTests.Kill;

/// <summary>Looks at both systems from outside, by key, at any time: nothing lost, nothing torn, nothing twice.</summary>
/// <param name="loaded">The number of the table's last change before the hub first came.</param>
internal sealed class LoadWitness(PatientHub hub, IReadOnlyList<Patient> originals, IReadOnlyList<Patient> duplicates, long loaded)
{
    private static readonly string[] Identity = ["given_name", "surname", "date_of_birth", "soc_sec_id"];

    public async Task CheckAsync()
    {
        var registry = hub.Registry.Read();
        Assert.All(originals, one => Assert.True(registry.ContainsKey(one.Key), $"{one.Key} is gone from the file."));
        AssertOnce(registry.Values.Where(static row => row.Key.StartsWith("ih-", StringComparison.Ordinal)).Select(PersonOf), "file");

        var clinic = await hub.Clinic.ReadAsync();
        Assert.All(duplicates, one => Assert.True(clinic.ContainsKey(one.Key), $"{one.Key} is gone from the table."));
        var changes = await hub.Clinic.ChangesAsync(loaded);
        Assert.DoesNotContain(changes, static change => change.Operation == "delete");
        var inserts = changes.Where(static change => change.Operation == "insert").ToList();
        AssertOnce(inserts.Select(static change => change.Key), "table, by key");
        AssertOnce(inserts.Select(static change => PersonOf(change.After!)), "table, by person");
        Assert.Equal(clinic.Count, duplicates.Count + inserts.Count);
    }

    /// <summary>Checks that every valid patient of each system is in the other one too.</summary>
    /// <returns>The patients, without the column that people edit meanwhile, and how often each system has them.</returns>
    public async Task<IReadOnlyList<string>> CheckSettledAsync(string editedColumn)
    {
        var registry = hub.Registry.Read().Values.Where(IsValid).ToList();
        var clinic = (await hub.Clinic.ReadAsync()).Values.Where(IsValid).ToList();
        Assert.Empty(registry.Select(static row => row.Content).Except(clinic.Select(static row => row.Content)));
        Assert.Empty(clinic.Select(static row => row.Content).Except(registry.Select(static row => row.Content)));
        return [.. registry.Select(row => "file " + row.With(editedColumn, "").Content).Concat(clinic.Select(row => "table " + row.With(editedColumn, "").Content)).Order(StringComparer.Ordinal)];
    }

    public static bool IsValid(Patient patient) => FebrlData.IsBirthDate(patient["date_of_birth"]);

    private static void AssertOnce(IEnumerable<string> keys, string where)
    {
        var twice = keys.GroupBy(static key => key, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1);
        Assert.True(twice is null, $"Created twice in the {where}: {twice?.Key}");
    }

    private static string PersonOf(Patient patient) => string.Join('/', Identity.Select(column => patient[column]));

    private static string PersonOf(string row)
    {
        using var document = JsonDocument.Parse(row);
        return string.Join('/', Identity.Select(column => document.RootElement.GetProperty(column).GetString() ?? ""));
    }
}
