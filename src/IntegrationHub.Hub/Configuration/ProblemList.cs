using System.Text.Json;
using IntegrationHub.Mapping;

namespace IntegrationHub.Hub.Configuration;

/// <summary>Gathers everything that is wrong with a configuration, each thing once.</summary>
internal sealed class ProblemList
{
    private readonly List<ConfigurationProblem> problems = [];

    public IReadOnlyList<ConfigurationProblem> All => problems;

    public void Add(string file, string path, string message) => Add(new(file, path.Length == 0 ? "$" : path, message));

    public void Add(ConfigurationProblem problem)
    {
        if (!problems.Contains(problem))
            problems.Add(problem);
    }

    public void AddRange(IEnumerable<ConfigurationProblem> more)
    {
        foreach (var problem in more)
            Add(problem);
    }

    /// <summary>Reads and checks one JSON file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="file">How problems name it.</param>
    /// <param name="schema">What it is checked against; null checks the syntax alone.</param>
    /// <returns>The file's root, also when the schema objects; null when it is no JSON object.</returns>
    public JsonElement? ReadJson(string path, string file, SchemaCheck? schema)
    {
        if (ReadText(path, file) is not { } text)
            return null;
        if (schema is not null)
            AddRange(schema.Check(file, text));
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement.Clone();
            if (root.ValueKind == JsonValueKind.Object)
                return root;
            if (schema is null)
                Add(file, "", $"A JSON object was expected, a JSON {root.ValueKind} was found.");
        }
        catch (JsonException broken)
        {
            if (schema is null)
                Add(file, "", $"This is not JSON (line {broken.LineNumber + 1}). Correct it.");
        }

        return null;
    }

    public string? ReadText(string path, string file)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Add(file, "", $"The file cannot be read ({failure.GetType().Name}). Check that it is there and that the hub's account may read it.");
            return null;
        }
    }
}
