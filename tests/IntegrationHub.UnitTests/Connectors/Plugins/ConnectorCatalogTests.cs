using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Plugins;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Plugins;

public sealed class ConnectorCatalogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheHubBringsCsvAndSql()
    {
        var names = ConnectorCatalog.Load([ConnectorCatalog.BesideExecutable], _ => new DeclaredFactory()).Manifests.Select(manifest => manifest.Name).ToList();

        Assert.Contains("csv", names);
        Assert.Contains("sql", names);
    }

    [Fact]
    public async Task AConnectorRunsFromItsOwnFolderWithItsOwnLibraries()
    {
        var factory = ConnectorSetups.Installed.Find("sql");
        var setup = ConnectorSetups.Of(folder.Path, new { provider = "sqlite", file = "crm.db" }, ConnectorSetups.Stream("id"));
        await using (var outside = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={folder.File("crm.db")};Pooling=false"))
        {
            await outside.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = outside.CreateCommand();
            command.CommandText = "CREATE TABLE customers (id TEXT PRIMARY KEY); INSERT INTO customers VALUES ('1')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var connector = factory.Create(setup);
        var record = Assert.Single((await connector.ReadAllAsync()).SelectMany(page => page.Records));

        Assert.Equal("1", record.Key);
        Assert.StartsWith(Path.Combine(ConnectorCatalog.BesideExecutable, "sql"), connector.GetType().Assembly.Location, StringComparison.Ordinal);
        var driver = Assert.Single(
            System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(connector.GetType().Assembly)!.Assemblies,
            assembly => assembly.GetName().Name == "Microsoft.Data.Sqlite");
        Assert.NotSame(typeof(Microsoft.Data.Sqlite.SqliteConnection).Assembly, driver);
    }

    [Fact]
    public void AFolderThatIsNotThereIsAProblem()
    {
        var catalog = ConnectorCatalog.Load([folder.File("nowhere")]);

        Assert.Contains("there is no such folder", Assert.Single(catalog.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "an object was expected")]
    [InlineData("""{ "assembly": "x.dll", "factory": "X" }""", "'name' is missing")]
    [InlineData("""{ "name": "Bad Name", "assembly": "x.dll", "factory": "X" }""", "is not a connector name")]
    [InlineData("""{ "name": "x" }""", "neither 'assembly' nor 'rest'")]
    [InlineData("""{ "name": "x", "assembly": "x.dll" }""", "'factory' is not")]
    [InlineData("""{ "name": "x", "assembly": "../x.dll", "factory": "X" }""", "is a path")]
    [InlineData("""{ "name": "x", "assembly": "x.dll", "factory": "X", "capabilties": {} }""", "'capabilties' is unknown")]
    [InlineData("""{ "name": "x", "assembly": "x.dll", "factory": "X", "capabilities": { "read": 1 } }""", "Write true or false")]
    public void ABadManifestIsAProblemThatNamesItsFile(string manifest, string said)
    {
        Install("bad", manifest);

        var catalog = ConnectorCatalog.Load([folder.Path]);

        Assert.Empty(catalog.Manifests);
        Assert.Contains(catalog.Problems, problem => problem.StartsWith(folder.File("bad"), StringComparison.Ordinal) && problem.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void APluginFolderWithAMissingDllIsAProblemAndTheOthersWork()
    {
        Install("broken", """{ "name": "broken", "assembly": "Broken.dll", "factory": "Broken.Factory" }""");
        InstallThis("good", "good", nameof(GoodFactory));

        var catalog = ConnectorCatalog.Load([folder.Path]);

        Assert.Equal("good", Assert.Single(catalog.Manifests).Name);
        Assert.Contains("'Broken.dll' is not in the folder", Assert.Single(catalog.Problems), StringComparison.Ordinal);
        Assert.NotNull(catalog.Find("good"));
    }

    [Fact]
    public void AFileThatIsNoAssemblyIsAProblem()
    {
        Install("text", """{ "name": "text", "assembly": "Text.dll", "factory": "Text.Factory" }""");
        File.WriteAllText(Path.Combine(folder.File("text"), "Text.dll"), "no assembly");

        Assert.Contains("BadImageFormatException", Assert.Single(ConnectorCatalog.Load([folder.Path]).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Missing.Factory", "there is no type")]
    [InlineData(nameof(NoFactory), "is no factory")]
    [InlineData(nameof(NeedyFactory), "is no factory")]
    public void ATypeThatIsNoFactoryIsAProblem(string type, string said)
    {
        InstallThis("x", "x", type);

        Assert.Contains(said, Assert.Single(ConnectorCatalog.Load([folder.Path]).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void APluginWhoseFactoryThrowsWhenMadeIsAProblemWithoutItsMessage()
    {
        InstallThis("x", "x", nameof(BrittleFactory));

        var problem = Assert.Single(ConnectorCatalog.Load([folder.Path]).Problems);

        Assert.Contains("failed with NotSupportedException", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void APluginWhoseFactoryThrowsBlocksItsConnectionWithoutTheSecret()
    {
        InstallThis("x", "x", nameof(ThrowingFactory));
        var factory = ConnectorCatalog.Load([folder.Path]).Find("x");
        var setup = ConnectorSetups.Of(folder.Path, new { }) with { Credentials = "secret" };

        var failure = Assert.Throws<ConnectorException>(() => factory.Create(setup));

        Assert.Equal(FailureKind.Blocked, failure.Kind);
        Assert.Equal("connector.factory", failure.Code);
        Assert.Contains("'test'", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AConnectorThatNeitherReadsNorWritesIsRefused()
    {
        InstallThis("x", "x", nameof(IdleFactory));
        var factory = ConnectorCatalog.Load([folder.Path]).Find("x");

        Assert.Equal("connector.factory", Assert.Throws<ConnectorException>(() => factory.Create(ConnectorSetups.Of(folder.Path, new { }))).Code);
    }

    [Fact]
    public void TheFirstOfTwoConnectorsWithOneNameCounts()
    {
        InstallThis("a", "same", nameof(GoodFactory));
        InstallThis("b", "same", nameof(GoodFactory));

        var catalog = ConnectorCatalog.Load([folder.Path]);

        Assert.Equal(folder.File("a"), Assert.Single(catalog.Manifests).Folder);
        Assert.Contains("'same' is taken", Assert.Single(catalog.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void ADeclarativeConnectorIsMadeByTheRuntimeThatIsGiven()
    {
        Install("shop", """{ "name": "shop", "rest": { "base": "https://shop.example" } }""");
        var made = new DeclaredFactory();

        Assert.Same(made, ConnectorCatalog.Load([folder.Path], manifest => manifest.Rest is null ? null : made).Find("shop"));
        Assert.Contains("no runtime", Assert.Single(ConnectorCatalog.Load([folder.Path]).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void TheSchemaOfManifestsKnowsWhatTheCatalogReads()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "IntegrationHub.sln")))
            root = Path.GetDirectoryName(root)!;
        using var schema = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "mappings", "schemas", "connector.schema.json")));

        Assert.Equal(ManifestFile.Known.Order(), schema.RootElement.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
    }

    [Fact]
    public async Task TheSchemaOfManifestsHoldsTheWholeVocabularyOfTheRestRuntime()
    {
        var file = Path.Combine(Repository.Root, "mappings", "schemas", "connector.schema.json");
        var schema = await NJsonSchema.JsonSchema.FromFileAsync(file, TestContext.Current.CancellationToken);

        Assert.All(Directory.GetDirectories(Path.Combine(Repository.Root, "connectors")), connector =>
            Assert.Empty(schema.Validate(File.ReadAllText(Path.Combine(connector, "connector.json")))));
        Assert.Empty(schema.Validate("""{ "name": "shop", "rest": { "streams": { "customers": { "read": { "path": "/customers" } } } } }"""));
        Assert.NotEmpty(schema.Validate("""{ "name": "shop", "rest": { "streams": { "customers": { "read": { "pahts": "/customers" } } } } }"""));
    }

    [Fact]
    public void AnUnknownNameIsBlockedAndTheKnownOnesAreNamed()
    {
        var failure = Assert.Throws<ConnectorException>(() => ConnectorSetups.Installed.Find("nothing"));

        Assert.Equal(FailureKind.Blocked, failure.Kind);
        Assert.Contains("csv", failure.Message, StringComparison.Ordinal);
    }

    private void Install(string name, string manifest)
    {
        Directory.CreateDirectory(folder.File(name));
        File.WriteAllText(Path.Combine(folder.File(name), "connector.json"), manifest);
    }

    // This test assembly plays the plugin: it references the contract, and lies in a folder of its own when it is loaded again.
    private void InstallThis(string name, string connector, string factory)
    {
        var assembly = typeof(ConnectorCatalogTests).Assembly.Location;
        var type = factory.Contains('.') ? factory : $"{typeof(GoodFactory).Namespace}.{factory}";
        Install(name, $$"""{ "name": "{{connector}}", "assembly": "{{Path.GetFileName(assembly)}}", "factory": "{{type}}" }""");
        File.Copy(assembly, Path.Combine(folder.File(name), Path.GetFileName(assembly)));
    }
}

public class DeclaredFactory : IConnectorFactory
{
    public IConnector Create(ConnectorSetup setup) => throw new NotSupportedException();
}

public sealed class GoodFactory : DeclaredFactory;

public sealed class NoFactory;

public sealed class NeedyFactory(string need) : DeclaredFactory
{
    public string Need { get; } = need;
}

public sealed class BrittleFactory : DeclaredFactory
{
    public BrittleFactory() => throw new NotSupportedException("secret");
}

public sealed class ThrowingFactory : IConnectorFactory
{
    public IConnector Create(ConnectorSetup setup) => throw new NotSupportedException(setup.Credentials);
}

public sealed class IdleFactory : IConnectorFactory
{
    public IConnector Create(ConnectorSetup setup) => new IdleConnector();

    private sealed class IdleConnector : IConnector
    {
        public StreamTraits Describe(string stream) => new();

        public Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
