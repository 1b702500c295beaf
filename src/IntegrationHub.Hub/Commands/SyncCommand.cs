using System.CommandLine;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Hub.Running;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub sync [connection] [--whole]</c>: one full round now.</summary>
internal static class SyncCommand
{
    public static Command Create(CommandHost host)
    {
        var connection = new Argument<string?>("connection") { Arity = ArgumentArity.ZeroOrOne, Description = "Read this connection alone. What follows is delivered to all." };
        var whole = new Option<bool>("--whole") { Description = "Read from the beginning, for instance to find what was deleted." };
        var command = new Command("sync", "One full round: read, refine and deliver until nothing is due.") { connection, whole };
        command.SetAction((parsed, cancellationToken) => host.WithHubAsync(
            parsed, HubPurpose.Work, (hub, report, token) => RunAsync(host, hub, report, parsed.GetValue(connection), parsed.GetValue(whole), token), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, HubInstance hub, Report report, string? name, bool whole, CancellationToken cancellationToken)
    {
        var connections = hub.Settings.Connections.Where(one => name is null || one.Name == name).ToList();
        if (connections.Count == 0)
        {
            await host.Error.WriteLineAsync($"There is no connection '{name}'. {Suggestions.For(name!, hub.Settings.Connections.Select(static one => one.Name))}");
            return ExitCode.WrongUse;
        }

        RoundReport round;
        using (var progress = new RoundProgress(report, hub.Observed))
            round = await new FullRound(hub).RunAsync(connections, whole, progress.Say, cancellationToken);
        RoundTable.Write(report, round);
        var findings = RoundTable.Findings(round).ToList();
        foreach (var finding in findings)
            report.Line(finding);
        return findings.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }
}
