using System.Text.Json;
using System.Text.RegularExpressions;

namespace IntegrationHub.Connectors.Plugins;

/// <summary>Reads one <c>connector.json</c>, and says everything that is wrong with it at once.</summary>
internal static partial class ManifestFile
{
    public const string Name = "connector.json";

    /// <summary>The properties of a manifest.</summary>
    public static readonly string[] Known =
        ["$schema", "name", "title", "description", "assembly", "factory", "rest", "capabilities", "optionsSchema", "streamOptionsSchema"];

    /// <param name="folder">The connector's folder.</param>
    /// <param name="problems">Gets a sentence for each finding.</param>
    /// <returns>The manifest, or null when it cannot be used.</returns>
    public static ConnectorManifest? Read(string folder, ICollection<string> problems)
    {
        var file = Path.Combine(folder, Name);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var found = new List<string>();
            var manifest = Check(folder, document.RootElement, found);
            foreach (var problem in found)
                problems.Add($"{file}: {problem}");
            return found.Count == 0 ? manifest : null;
        }
        catch (JsonException broken)
        {
            problems.Add($"{file}: this is not JSON (line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}). Correct it or "
                + "remove the folder.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: the file cannot be read ({unreadable.GetType().Name}). Check its permissions.");
        }

        return null;
    }

    private static ConnectorManifest? Check(string folder, JsonElement root, List<string> found)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            found.Add($"an object was expected, a JSON {root.ValueKind} was found. Start from the manifest of another connector.");
            return null;
        }

        foreach (var unknown in root.EnumerateObject().Select(property => property.Name).Except(Known))
            found.Add($"the property '{unknown}' is unknown. Remove it or correct its spelling; known are {string.Join(", ", Known)}.");

        var name = Text(root, "name", found);
        if (name is null)
            found.Add("the property 'name' is missing. Write the name that connections use, such as \"csv\".");
        else if (!NamePattern().IsMatch(name))
            found.Add($"'{name}' is not a connector name. Use lower-case letters, digits and hyphens, starting with a letter.");

        var assembly = Text(root, "assembly", found);
        var factory = Text(root, "factory", found);
        var rest = Section(root, "rest", found);
        CheckKind(assembly, factory, rest, found);
        return new()
        {
            Name = name ?? "",
            Title = Text(root, "title", found) ?? name ?? "",
            Description = Text(root, "description", found) ?? "",
            Folder = folder,
            Assembly = assembly,
            Factory = factory,
            Rest = rest,
            Capabilities = Capabilities(root, found),
            OptionsSchema = Section(root, "optionsSchema", found),
            StreamOptionsSchema = Section(root, "streamOptionsSchema", found),
        };
    }

    private static void CheckKind(string? assembly, string? factory, JsonElement? rest, List<string> found)
    {
        if (assembly is null && rest is null)
            found.Add("neither 'assembly' nor 'rest' is there. Name the assembly with the factory, or describe the system under 'rest'.");
        if (assembly is not null && rest is not null)
            found.Add("both 'assembly' and 'rest' are there. Keep the one that is meant.");
        if (assembly is not null && factory is null)
            found.Add("'assembly' is there and 'factory' is not. Write the full name of the type that makes the connector.");
        if (assembly is not null && assembly != Path.GetFileName(assembly))
            found.Add($"the assembly '{assembly}' is a path. Write a file name: the assembly lies in the connector's own folder.");
    }

    private static ConnectorCapabilities Capabilities(JsonElement root, List<string> found)
    {
        bool read = false, write = false;
        if (Section(root, "capabilities", found) is not { } section)
            return new(read, write);
        foreach (var property in section.EnumerateObject())
        {
            if (property.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                found.Add($"the capability '{property.Name}' is a JSON {property.Value.ValueKind}. Write true or false.");
            else if (property.NameEquals("read"))
                read = property.Value.GetBoolean();
            else if (property.NameEquals("write"))
                write = property.Value.GetBoolean();
            else
                found.Add($"the capability '{property.Name}' is unknown. Known are read and write.");
        }

        return new(read, write);
    }

    private static string? Text(JsonElement root, string property, List<string> found)
    {
        if (!root.TryGetProperty(property, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
            return text;
        found.Add($"the property '{property}' is not a text. Write a text that is not empty, or leave it out.");
        return null;
    }

    private static JsonElement? Section(JsonElement root, string property, List<string> found)
    {
        if (!root.TryGetProperty(property, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return value.Clone();
        found.Add($"the property '{property}' is a JSON {value.ValueKind}. Write an object, or leave it out.");
        return null;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
