using IntegrationHub.Mapping.Validation;

namespace IntegrationHub.UnitTests.Validation;

/// <summary>The schemas in <c>mappings/schemas</c>, as the hub ships them, and the day on which the tests take place.</summary>
internal static class SchemaFiles
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public static readonly string RepositoryFolder = FindRepository();

    private static readonly string[] Entities = ["customer", "lead", "product", "stock", "order", "invoice", "interaction", "campaign"];

    public static readonly Dictionary<string, string> Texts = Entities.ToDictionary(
        entity => entity,
        entity => File.ReadAllText(Path.Combine(RepositoryFolder, "mappings", "schemas", $"{entity}.schema.json")),
        StringComparer.Ordinal);

    public static TimeProvider Clock { get; } = new StoppedClock();

    public static EntityValidator Validator { get; } = EntityValidator.Parse(Texts, Clock);

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IntegrationHub.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run below the folder of IntegrationHub.sln.");
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
