using System.Collections.Frozen;
using IntegrationHub.Mapping;

namespace IntegrationHub.Hub.Configuration;

/// <summary>What comes with the hub and lies beside its executable.</summary>
internal static class Installed
{
    public static string Folder { get; } = AppContext.BaseDirectory;

    public static string Mappings { get; } = Path.Combine(Folder, "mappings");

    public static string Schemas { get; } = Path.Combine(Mappings, "schemas");

    public static string Templates { get; } = Path.Combine(Folder, "templates");

    /// <summary>The canonical entities.</summary>
    public static IReadOnlyList<string> Entities { get; } = ["customer", "lead", "product", "stock", "order", "invoice", "interaction", "campaign"];

    /// <summary>The text of each entity's schema.</summary>
    /// <exception cref="IOException">The installation is not whole.</exception>
    public static FrozenDictionary<string, string> ReadEntitySchemas() =>
        Entities.ToFrozenDictionary(static entity => entity, static entity => ReadSchema(entity), StringComparer.Ordinal);

    /// <param name="name">Such as <c>connection</c>.</param>
    /// <exception cref="IOException">The installation is not whole.</exception>
    public static string ReadSchema(string name) => File.ReadAllText(Path.Combine(Schemas, $"{name}.schema.json"));

    /// <param name="name">Such as <c>connection</c>.</param>
    public static SchemaCheck CheckFor(string name) => SchemaCheck.Parse(ReadSchema(name));
}
