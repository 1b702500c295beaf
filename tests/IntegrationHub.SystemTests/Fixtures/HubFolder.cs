using System.Text.Json.Nodes;
using IntegrationHub.UnitTests.Fixtures;

namespace IntegrationHub.SystemTests.Fixtures;

/// <summary>A configuration folder on disk, and the command line that works on it.</summary>
internal sealed class HubFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> variables = [];

    public string Root => folder.Path;

    public string DatabaseFile => folder.File(Path.Combine("data", "hub.db"));

    /// <summary>Sets an environment variable for every process that is started from here on.</summary>
    public void Set(string variable, string value) => variables[variable] = value;

    public string File(string name) => folder.File(name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), text);
    }

    /// <summary>Copies a folder of files below this one.</summary>
    public void CopyFrom(string source)
    {
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            Write(Path.GetRelativePath(source, path), System.IO.File.ReadAllText(path));
    }

    /// <summary>Changes a JSON file in place.</summary>
    public void Change(string name, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(System.IO.File.ReadAllText(File(name)))!;
        change(root);
        Write(name, root.ToJsonString());
    }

    public HubProcess Start(params string[] arguments) => HubProcess.Start(variables, [.. arguments, "--config", Root]);

    /// <summary>Starts the hub behind another program, such as <c>prlimit --fsize=1000000</c>.</summary>
    public HubProcess StartBehind(IReadOnlyList<string> program, params string[] arguments) =>
        HubProcess.StartProgram(variables, program[0], [.. program.Skip(1), HubProcess.Executable, .. arguments, "--config", Root]);

    /// <summary>Runs one command to its end.</summary>
    public async Task<HubResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    public void Dispose() => folder.Dispose();
}
