using System.Globalization;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>FEBRL's fourth set: 5,000 patients in one file, each once more and with typing errors in another, and the truth about both.</summary>
internal static class FebrlData
{
    private const string Variable = "INTEGRATIONHUB_SHARED";

    private static string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Path.Combine(Repository.Root, "..", "shared"), "data", "dedup");

    /// <summary>The first patients of the originals (a) and their counterparts (b).</summary>
    public static (IReadOnlyList<Patient> Originals, IReadOnlyList<Patient> Duplicates) Load(int count = 5_000)
    {
        var originals = Read("febrl4a.csv").Take(count).ToList();
        var wanted = originals.Select(static patient => Number(patient.Key)).ToHashSet(StringComparer.Ordinal);
        return (originals, [.. Read("febrl4b.csv").Where(patient => wanted.Contains(Number(patient.Key)))]);
    }

    /// <summary>The person that each record is, by its key.</summary>
    public static IReadOnlyDictionary<string, string> LoadTruth() =>
        Lines("febrl4.truth.csv").Select(static line => line.Split(',')).ToDictionary(static cells => cells[0], static cells => cells[1], StringComparer.Ordinal);

    /// <summary>The text of the originals' file as it is published.</summary>
    public static string OriginalText()
    {
        SkipWithoutData();
        return File.ReadAllText(Path.Combine(Folder, "febrl4a.csv"));
    }

    /// <summary>Whether the hub shall take a day of birth: none, or one that exists since 1850 and is not to come.</summary>
    public static bool IsBirthDate(string text) => text.Length == 0
        || (DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year >= 1850 && date <= DateOnly.FromDateTime(DateTime.UtcNow));

    private static IEnumerable<Patient> Read(string file) =>
        Lines(file).Select(static line => line.Split(',', StringSplitOptions.TrimEntries)).Select(static cells => new Patient(cells[0], cells[1..]));

    private static IEnumerable<string> Lines(string file)
    {
        SkipWithoutData();
        return File.ReadLines(Path.Combine(Folder, file)).Skip(1);
    }

    private static string Number(string key) => key.Split('-')[1];

    private static void SkipWithoutData()
    {
        if (!Directory.Exists(Folder))
            Assert.Skip($"FEBRL's files are not in {Path.GetFullPath(Folder)}: set {Variable} to the folder that holds data/dedup.");
    }
}
