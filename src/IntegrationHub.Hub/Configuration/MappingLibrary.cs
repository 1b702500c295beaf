using System.Text.Json;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;

namespace IntegrationHub.Hub.Configuration;

/// <summary>The mapping files of a configuration, each compiled once: its own first, then those that come with the hub.</summary>
internal sealed class MappingLibrary(string folder, IReadOnlyDictionary<string, SchemaPaths> entities, ProblemList problems)
{
    private const string OwnFolder = "mappings";
    private static readonly IPhoneNumbers Phones = new NationalPhoneNumbers();
    private readonly Dictionary<string, StreamMapping?> compiled = new(StringComparer.Ordinal);

    /// <summary>The files that a connection can name.</summary>
    public IEnumerable<string> Names => OwnNames.Concat(FilesIn(Installed.Mappings)).Distinct(StringComparer.Ordinal);

    /// <summary>The files of the configuration's own folder.</summary>
    public IEnumerable<string> OwnNames => FilesIn(Path.Combine(folder, OwnFolder));

    /// <summary>Compiles every file of the configuration's own folder, used or not.</summary>
    public void CompileOwn()
    {
        foreach (var name in OwnNames)
            TryFind(name, out _);
    }

    /// <param name="name">The file's name, such as <c>crm.contacts.json</c>.</param>
    /// <param name="mapping">Null when there are problems with it, which have been noted.</param>
    /// <returns>False when there is no such file.</returns>
    public bool TryFind(string name, out StreamMapping? mapping)
    {
        if (compiled.TryGetValue(name, out mapping))
            return true;
        var own = Path.Combine(folder, OwnFolder, name);
        var path = File.Exists(own) ? own : Path.Combine(Installed.Mappings, name);
        if (!File.Exists(path))
            return false;
        compiled[name] = mapping = Compile(path, path == own ? $"{OwnFolder}/{name}" : path);
        return true;
    }

    /// <summary>Compiles one file, wherever it lies.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="file">How problems name it.</param>
    public StreamMapping? Compile(string path, string file)
    {
        if (problems.ReadText(path, file) is not { } text)
            return null;
        var result = StreamMapping.Compile(file, text, SchemaOf(text), Phones);
        problems.AddRange(result.Problems);
        return result.Mapping;
    }

    // An entity that is none is told by the mapping's own schema; any paths do for the rest of the check.
    private SchemaPaths SchemaOf(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32, CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement.Text("entity") is { } entity && entities.TryGetValue(entity, out var paths))
                return paths;
        }
        catch (JsonException)
        {
            // Compiling says where the syntax is broken.
        }

        return entities["customer"];
    }

    private static IEnumerable<string> FilesIn(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, "*.json").Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The numbering plans of all countries, for the transform <c>e164</c>.</summary>
    private sealed class NationalPhoneNumbers : IPhoneNumbers
    {
        public bool TryToE164(string text, string? country, out string e164) => PhoneNumbers.TryToE164(text, country, out e164);
    }
}
