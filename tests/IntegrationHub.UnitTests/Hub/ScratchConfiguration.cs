using System.Text.Json.Nodes;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.UnitTests.Fixtures;

namespace IntegrationHub.UnitTests.Hub;

/// <summary>The configuration that <c>hub init</c> writes, in a folder of its own, to be changed by a test.</summary>
internal sealed class ScratchConfiguration : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-configuration-");

    public ScratchConfiguration()
    {
        TemplateFolder.Copy("init", folder.FullName);
        Change("hub.json", static hub => hub["http"]!["urls"] = new JsonArray());
    }

    public string Folder => folder.FullName;

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text);
    }

    public void Change(string file, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(File.ReadAllText(PathOf(file)))!;
        change(root);
        File.WriteAllText(PathOf(file), root.ToJsonString());
    }

    /// <summary>Changes the only stream of a connection.</summary>
    public void ChangeStream(string connection, Action<JsonNode> change) => Change($"connections/{connection}.json", root => change(root["streams"]![0]!));

    public ConfigurationRead Read() => ConfigurationFolder.Read(Folder, new ManualClock());

    public void Dispose() => folder.Delete(recursive: true);
}
