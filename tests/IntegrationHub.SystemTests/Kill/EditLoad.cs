using System.Globalization;
using IntegrationHub.SystemTests.Febrl;
using Xunit;

namespace IntegrationHub.SystemTests.Kill;

/// <summary>People who edit patients in both systems while the hub is down, each patient once, and remember what they wrote.</summary>
internal sealed class EditLoad(PatientHub hub, IReadOnlyList<string> registryKeys, IReadOnlyList<string> clinicKeys)
{
    public const string Column = "suburb";
    private const int EachTime = 30;

    private readonly List<string> inRegistry = [], inClinic = [];
    private int next;

    /// <summary>Edits some patients in the file and some others in the table.</summary>
    public async Task AddAsync()
    {
        var rows = hub.Registry.Read();
        var changed = new List<Patient>();
        for (var i = 0; i < EachTime && next + 1 < registryKeys.Count; i++, next += 2)
        {
            var (inFile, inTable) = (Mark(next), Mark(next + 1));
            changed.Add(rows[registryKeys[next]].With(Column, inFile));
            await hub.Clinic.EditAsync(clinicKeys[next + 1], Column, inTable);
            inRegistry.Add(inFile);
            inClinic.Add(inTable);
        }

        hub.Registry.Edit(changed);
    }

    /// <summary>Asserts that every edit is in both systems.</summary>
    public async Task AssertAllArrivedAsync()
    {
        var registry = hub.Registry.Read().Values.Select(static row => row[Column]).ToHashSet(StringComparer.Ordinal);
        var clinic = (await hub.Clinic.ReadAsync()).Values.Select(static row => row[Column]).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(inRegistry.Concat(inClinic).Except(registry));
        Assert.Empty(inRegistry.Concat(inClinic).Except(clinic));
    }

    private static string Mark(int number) => string.Create(CultureInfo.InvariantCulture, $"edit {number}");
}
