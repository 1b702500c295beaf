using System.CommandLine;
using IntegrationHub.Connectors.Plugins;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.Hub.Configuration;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub connector list</c>: what systems this hub can speak to.</summary>
internal static class ConnectorCommands
{
    public static Command Create(CommandHost host)
    {
        var list = new Command("list", "Lists the connectors that are installed.");
        list.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, (report, _) => Task.FromResult(List(host, report, host.FolderOf(parsed))), cancellationToken));
        return new Command("connector", "Looks into connectors.") { list };
    }

    private static int List(CommandHost host, Report report, string folder)
    {
        var problems = new ProblemList();
        var hub = new HubFileReader(Path.GetFullPath(folder), problems).Read();
        if (problems.All.Count > 0)
            return report.Problems(host.Error, problems.All);
        var catalog = ConnectorCatalog.Load(hub.ConnectorFolders, static manifest => new RestConnectorFactory(manifest.Rest));
        report.Table(["connector", "title", "description", "folder"], catalog.Manifests.Select(static one => (IReadOnlyList<string>)[one.Name, one.Title, one.Description, one.Folder]));
        foreach (var problem in catalog.Problems)
            report.Line(problem);
        report.Json(new { connectors = catalog.Manifests.Select(static one => new { one.Name, one.Title, one.Description, one.Folder }), problems = catalog.Problems });
        return catalog.Problems.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }
}
