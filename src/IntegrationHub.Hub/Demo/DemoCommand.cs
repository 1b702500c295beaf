using System.CommandLine;
using IntegrationHub.Hub.Commands;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Hub.Running;

namespace IntegrationHub.Hub.Demo;

/// <summary><c>hub demo</c>: three pretended systems and a hub between them, with nothing to configure.</summary>
internal sealed class DemoCommand(CommandHost host)
{
    private static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(3);
    private const int ActionsPerRound = 4;

    private readonly Option<bool> once = new("--once") { Description = "One full round and the result, then the end." };
    private readonly Option<int> seed = new("--seed") { Description = "Another seed, other people. Default 1.", DefaultValueFactory = static _ => 1 };
    private readonly Option<int> parties = new("--customers") { Description = "How many people and companies, 1 to 50,000. Default 300.", DefaultValueFactory = static _ => 300 };
    private readonly Option<string?> folder = new("--folder") { Description = "Where configuration and data go; empty or not there yet. Default: a new temporary folder." };

    public static Command Create(CommandHost host) => new DemoCommand(host).Build();

    private Command Build()
    {
        parties.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var count) || count is < 1 or > 50_000))
                result.AddError("--customers: a number from 1 to 50,000 was expected.");
        });
        var command = new Command("demo", "Three pretended systems and a hub between them: nothing to configure.") { once, seed, parties, folder };
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, (report, token) => RunAsync(parsed, report, token), cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Report report, CancellationToken cancellationToken)
    {
        var target = parsed.GetValue(folder) is { } given ? Path.GetFullPath(given) : Directory.CreateTempSubdirectory("integrationhub-demo-").FullName;
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            await host.Error.WriteLineAsync($"The folder {target} is not empty. The demo's systems begin anew each time, so its hub must too: name another folder.");
            return ExitCode.WrongUse;
        }

        await using var systems = await DemoSystems.StartAsync(parsed.GetValue(seed), parsed.GetValue(parties), host.Clock, cancellationToken);
        DemoFolder.Write(target, systems);
        var configuration = ConfigurationFolder.Read(target, host.Clock).OrThrow();
        await using var hub = await HubInstance.OpenAsync(configuration, host.Clock, HubPurpose.Work, null, cancellationToken);
        foreach (var site in systems.Sites)
            report.Line($"{site.Name} at {systems.AddressOf(site.Name)}: {DemoSystems.LiveRecords(site):N0} records");
        report.Line($"configuration and data: {target}");
        report.Line();

        var agreed = await RoundAsync(hub, systems, report, whole: false, isQuiet: false, cancellationToken);
        if (parsed.GetValue(once))
            agreed &= await AgainAsync(hub, report, cancellationToken);
        else
            agreed &= await GoOnAsync(hub, systems, report, cancellationToken);
        return agreed ? ExitCode.Done : ExitCode.Failed;
    }

    /// <returns>Whether hub and ledgers agree.</returns>
    private static async Task<bool> RoundAsync(HubInstance hub, DemoSystems systems, Report report, bool whole, bool isQuiet, CancellationToken cancellationToken)
    {
        RoundReport round;
        using (var progress = new RoundProgress(report, hub.Observed))
            round = await new FullRound(hub).RunAsync(hub.Settings.Connections, whole, isQuiet ? static _ => { } : progress.Say, cancellationToken);
        var checks = DemoCheck.Run(systems, round);
        var isBusy = round.Streams.Any(static one => one.Count("landed") > 0 || one.Written > 0);
        var agreed = checks.All(static check => check.Unexplained == 0);
        if (isQuiet && agreed)
        {
            if (isBusy)
                report.Line($"  → {round.Streams.Sum(static one => one.Count("landed"))} changes came in, {round.Streams.Sum(static one => one.Written)} went out, {round.Store.GoldenLive:N0} customers, 0 unexplained");
            return true;
        }

        agreed = DemoReport.Write(report, round, checks);
        foreach (var finding in RoundTable.Findings(round).Where(static finding => !finding.Contains("quarantine", StringComparison.Ordinal)))
            report.Line(finding);
        DemoReport.WriteJson(report, hub.Configuration.Folder, round, checks);
        await DemoReport.WriteNextAsync(report, hub, cancellationToken);
        return agreed;
    }

    /// <summary>Reads everything a second time: nothing has happened meanwhile, so nothing may be written.</summary>
    private static async Task<bool> AgainAsync(HubInstance hub, Report report, CancellationToken cancellationToken)
    {
        var round = await new FullRound(hub).RunAsync(hub.Settings.Connections, whole: true, static _ => { }, cancellationToken);
        var written = round.Streams.Sum(static one => one.Written);
        report.Line();
        report.Line($"a second round: read {round.Streams.Sum(static one => one.Count("read")):N0} records, wrote {written:N0}");
        return written == 0;
    }

    /// <summary>Goes on while people work in the systems, until it is stopped.</summary>
    private async Task<bool> GoOnAsync(HubInstance hub, DemoSystems systems, Report report, CancellationToken cancellationToken)
    {
        report.Line();
        report.Line("People now work in the systems. Ctrl+C ends the demo.");
        try
        {
            while (true)
            {
                await Task.Delay(RoundEvery, host.Clock, cancellationToken);
                // The shop deletes without a trace: only a whole read shows it, and the check below wants it seen at once.
                var whole = false;
                for (var i = 0; i < ActionsPerRound; i++)
                {
                    var action = systems.Activity.Tick();
                    whole |= action.Operation == "delete";
                    report.Line($"{action.System}: {action.Operation} {action.Key} ({action.What})");
                }

                if (!await RoundAsync(hub, systems, report, whole, isQuiet: true, cancellationToken))
                    return false;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }
}
