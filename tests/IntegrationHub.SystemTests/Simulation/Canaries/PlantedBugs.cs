namespace IntegrationHub.SystemTests.Simulation.Canaries;

/// <summary>The bugs that can be planted, by name.</summary>
internal static class PlantedBugs
{
    private static readonly SortedDictionary<string, Func<Canary>> All = new(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static Canary? Find(string name) => All.TryGetValue(name, out var make) ? make() : null;
}
