using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Plugins;

/// <summary>The connectors that are installed: one folder each, with a <c>connector.json</c>.</summary>
public sealed class ConnectorCatalog
{
    private readonly Dictionary<string, IConnectorFactory> factories = new(StringComparer.Ordinal);
    private readonly List<ConnectorManifest> manifests = [];
    private readonly List<string> problems = [];

    private ConnectorCatalog()
    {
    }

    /// <summary>The folder of the connectors that come with the hub: <c>connectors</c> beside the executable.</summary>
    public static string BesideExecutable => Path.Combine(AppContext.BaseDirectory, "connectors");

    /// <summary>The usable connectors, in ordinal order of their names.</summary>
    public IReadOnlyList<ConnectorManifest> Manifests => manifests;

    /// <summary>What could not be used and why: sentences that name the file and the remedy, in the order of the folders.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Finds <c>*/connector.json</c> in each folder and loads what the manifests name. Never throws for a bad connector:
    /// it becomes a problem and the others work.</summary>
    /// <param name="folders">Folders of connector folders. When a name occurs twice the earlier folder counts.</param>
    /// <param name="declarative">Makes the factory of a manifest without an assembly (the REST runtime); null, or a null answer,
    /// means that such connectors cannot run here.</param>
    public static ConnectorCatalog Load(IEnumerable<string> folders, Func<ConnectorManifest, IConnectorFactory?>? declarative = null)
    {
        var catalog = new ConnectorCatalog();
        foreach (var folder in folders.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(folder))
                catalog.Add(folder, declarative);
            else
                catalog.problems.Add($"{folder}: there is no such folder of connectors. Create it, or correct the configuration.");
        }

        catalog.manifests.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return catalog;
    }

    /// <summary>The factory of a connector.</summary>
    /// <param name="name">The manifest's name.</param>
    /// <exception cref="ConnectorException">No usable connector has that name (<see cref="FailureKind.Blocked"/>, <c>connector.unknown</c>).</exception>
    public IConnectorFactory Find(string name) => factories.TryGetValue(name, out var factory)
        ? factory
        : throw new ConnectorException(FailureKind.Blocked, "connector.unknown",
            $"There is no connector '{name}'. Installed are: {string.Join(", ", manifests.Select(manifest => manifest.Name))}. "
            + (problems.Count > 0 ? $"{problems.Count} could not be loaded: 'hub connector list' says "
            + "why." : "Correct the name, or install the connector."));

    private void Add(string folder, Func<ConnectorManifest, IConnectorFactory?>? declarative)
    {
        try
        {
            foreach (var own in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            {
                if (File.Exists(Path.Combine(own, ManifestFile.Name)) && ManifestFile.Read(own, problems) is { } manifest)
                    Add(manifest, declarative);
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{folder}: the folder cannot be read ({unreadable.GetType().Name}). Check its permissions.");
        }
    }

    private void Add(ConnectorManifest manifest, Func<ConnectorManifest, IConnectorFactory?>? declarative)
    {
        if (manifests.Find(other => other.Name == manifest.Name) is { } first)
        {
            problems.Add($"{manifest.File}: the name '{manifest.Name}' is taken by {first.File}, which counts. Rename one of them or remove it.");
            return;
        }

        var factory = manifest.Assembly is null ? Declare(manifest, declarative) : PluginFactory.Load(manifest, problems);
        if (factory is null)
            return;
        manifests.Add(manifest);
        factories.Add(manifest.Name, factory);
    }

    private IConnectorFactory? Declare(ConnectorManifest manifest, Func<ConnectorManifest, IConnectorFactory?>? declarative)
    {
        try
        {
            if (declarative?.Invoke(manifest) is { } factory)
                return factory;
            problems.Add($"{manifest.File}: this hub has no runtime for its 'rest' section. Use a hub with the REST runtime, or name an assembly.");
        }
        catch (ConnectorException wrong)
        {
            problems.Add($"{manifest.File}: {wrong.Message}");
        }

        return null;
    }
}
