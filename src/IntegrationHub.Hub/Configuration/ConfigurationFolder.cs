using IntegrationHub.Connectors.Plugins;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;

namespace IntegrationHub.Hub.Configuration;

/// <summary>
/// Reads a configuration folder: <c>hub.json</c>, <c>connections/*.json</c>, <c>mappings/*.json</c> and <c>policies/*.json</c>. A file that is wrong
/// does not keep the others from being checked, nor a wrong place in it the rest of it: all problems are told at once.
/// </summary>
internal static class ConfigurationFolder
{
    private const string Connections = "connections", Policies = "policies";

    /// <param name="folder">The configuration folder.</param>
    /// <param name="clock">For rules about dates.</param>
    public static ConfigurationRead Read(string folder, TimeProvider clock)
    {
        folder = Path.GetFullPath(folder);
        var problems = new ProblemList();
        if (!Directory.Exists(folder))
        {
            problems.Add(folder, "", "There is no such folder. Name the configuration folder with --config, or make one with 'hub init'.");
            return new(null, problems.All);
        }

        var hub = new HubFileReader(folder, problems).Read();
        var catalog = ConnectorCatalog.Load(hub.ConnectorFolders, static manifest => new RestConnectorFactory(manifest.Rest));
        var schemas = Installed.ReadEntitySchemas();
        var entities = schemas.ToDictionary(static pair => pair.Key, static pair => SchemaPaths.Parse(pair.Key, pair.Value), StringComparer.Ordinal);
        var library = new MappingLibrary(folder, entities, problems);
        library.CompileOwn();
        var connections = ReadConnections(folder, new ConnectionFileReader(folder, catalog, library, entities, problems), problems);
        var matching = ReadPolicy(folder, "matching.json", MatchPolicy.Parse, MatchPolicy.Default, problems);
        var survivorship = ReadPolicy(folder, "survivorship.json", SurvivorshipPolicy.Parse, SurvivorshipPolicy.Default, problems);
        if (problems.All.Count > 0)
            return new(null, problems.All);
        return new(
            new()
            {
                Folder = folder,
                Hub = hub,
                Connections = connections,
                Matching = matching,
                Survivorship = survivorship,
                Validator = EntityValidator.Parse(schemas, clock),
                Entities = entities,
                Catalog = catalog,
            },
            []);
    }

    private static List<ConnectionFile> ReadConnections(string folder, ConnectionFileReader reader, ProblemList problems)
    {
        var connections = new List<ConnectionFile>();
        var directory = Path.Combine(folder, Connections);
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory, "*.json") : [];
        if (files.Length == 0)
            problems.Add(Connections, "", $"There is no connection: {directory} holds no file *.json. Write one, or begin with 'hub init'.");
        Array.Sort(files, StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in files)
        {
            var file = $"{Connections}/{Path.GetFileName(path)}";
            // Names appear in addresses, metrics and file systems that do not tell cases apart.
            if (!names.TryAdd(Path.GetFileNameWithoutExtension(path), file))
                problems.Add(file, "", $"The name is taken by {names[Path.GetFileNameWithoutExtension(path)]}, from which it differs in case alone. Rename one of them.");
            if (reader.Read(path, file) is { } connection)
                connections.Add(connection);
        }

        return connections;
    }

    private static T ReadPolicy<T>(string folder, string name, Func<string, string, PolicyParse<T>> parse, T usual, ProblemList problems)
        where T : class
    {
        var path = Path.Combine(folder, Policies, name);
        if (!File.Exists(path) || problems.ReadText(path, $"{Policies}/{name}") is not { } text)
            return usual;
        var read = parse($"{Policies}/{name}", text);
        foreach (var problem in read.Problems)
            problems.Add(problem.File, problem.Path, problem.Message);
        return read.Policy ?? usual;
    }
}
