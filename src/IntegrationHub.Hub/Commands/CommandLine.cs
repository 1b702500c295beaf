using System.CommandLine;
using IntegrationHub.Hub.Demo;
using IntegrationHub.Hub.Matching;

namespace IntegrationHub.Hub.Commands;

/// <summary>All commands of <c>hub</c>.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, CommandHost host, CancellationToken cancellationToken)
    {
        var parsed = Root(host).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var message = string.Join(Environment.NewLine, ParseProblems.Of(parsed).Distinct(StringComparer.Ordinal));
            // --json may itself stand where it was not understood.
            var report = new Report(host.Output, arguments.Contains("--json", StringComparer.Ordinal));
            if (!report.IsJson)
                message += Environment.NewLine + "'hub --help' lists the commands, 'hub COMMAND --help' what one of them takes.";
            return host.Refuse(report, "usage", message, ExitCode.WrongUse);
        }

        var invocation = new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    private static RootCommand Root(CommandHost host)
    {
        var root = new RootCommand("Keeps customer data the same in several systems, both ways.")
        {
            host.Config,
            host.Json,
            InitCommand.Create(host),
            CheckCommand.Create(host),
            RunCommand.Create(host),
            SyncCommand.Create(host),
            ReconcileCommand.Create(host),
            DemoCommand.Create(host),
            MappingCommands.Create(host),
            ConnectorCommands.Create(host),
            MatchCommands.Create(host),
            ServiceCommands.Create(host),
        };
        foreach (var command in AdminCommands.All(host))
            root.Add(command);
        return root;
    }
}
