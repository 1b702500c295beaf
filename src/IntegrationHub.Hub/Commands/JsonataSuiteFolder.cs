using System.Text.Json;
using IntegrationHub.Mapping.Jsonata;
using IntegrationHub.Mapping.Jsonata.Suite;

namespace IntegrationHub.Hub.Commands;

/// <summary>What a folder of conformance cases came to.</summary>
internal sealed record JsonataSuiteOutcome(int Passed, IReadOnlyList<JsonataSuiteFailure> Failures);

/// <summary>A folder of JSONata conformance cases: groups/NAME/*.json with the cases, datasets/NAME.json with their data.</summary>
internal sealed class JsonataSuiteFolder(string folder, TimeProvider clock)
{
    private readonly Dictionary<string, JsonElement> datasets = new(StringComparer.Ordinal);

    /// <summary>The names of the groups, in ordinal order.</summary>
    public static IReadOnlyList<string> Groups(string folder) =>
        [.. Directory.GetDirectories(Path.Combine(folder, "groups")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Runs all groups.</summary>
    public JsonataSuiteOutcome Run() => Sum(Groups(folder).Select(Run));

    /// <summary>Runs the cases of one group.</summary>
    public JsonataSuiteOutcome Run(string group) =>
        Sum(Directory.GetFiles(Path.Combine(folder, "groups", group), "*.json",
            SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(RunFile));

    private static JsonataSuiteOutcome Sum(IEnumerable<JsonataSuiteOutcome> parts)
    {
        var all = parts.ToList();
        return new(all.Sum(part => part.Passed), [.. all.SelectMany(part => part.Failures)]);
    }

    private JsonataSuiteOutcome RunFile(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var name = Path.GetRelativePath(Path.Combine(folder, "groups"), file);
        var several = document.RootElement.ValueKind == JsonValueKind.Array;
        var cases = several ? document.RootElement.EnumerateArray().ToList() : [document.RootElement];
        var suite = new JsonataSuite(
            new JsonataEnvironment(clock, new Random(1)), Dataset, beside => File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!,
                beside)));
        var failures = cases.Select((test, i) => suite.Run(several ? $"{name}#{i}" : name, test)).OfType<JsonataSuiteFailure>().ToList();
        return new(cases.Count - failures.Count, failures);
    }

    private JsonElement Dataset(string name)
    {
        if (datasets.TryGetValue(name, out var known))
            return known;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "datasets", name + ".json")));
        return datasets[name] = document.RootElement.Clone();
    }
}
