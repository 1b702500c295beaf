using System.CommandLine;
using IntegrationHub.Abstractions;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary>How a command ended, for scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0, Findings = 1, WrongUse = 2, Failed = 3;
}

/// <summary>What every command shares: where it writes, the clock, and the way from its options to a hub.</summary>
internal sealed class CommandHost(TextWriter output, TextWriter error, TimeProvider clock)
{
    /// <summary>The configuration folder; valid behind every command.</summary>
    public Option<string> Config { get; } = new("--config")
    {
        Description = "The configuration folder. Default: the variable INTEGRATIONHUB_CONFIG, else the current folder.",
        Recursive = true,
    };

    /// <summary>Machine output; valid behind every command.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object instead of text and tables.", Recursive = true };

    public TimeProvider Clock => clock;

    public TextWriter Output => output;

    public TextWriter Error => error;

    public string FolderOf(ParseResult parsed) => (parsed.GetValue(Config) ?? Environment.GetEnvironmentVariable("INTEGRATIONHUB_CONFIG")) switch
    {
        { Length: > 0 } given => given,
        _ => Directory.GetCurrentDirectory(),
    };

    /// <summary>Where the command writes its result.</summary>
    public Report ReportFor(ParseResult parsed) => new(output, parsed.GetValue(Json));

    /// <summary>Reads the configuration, opens the hub, runs the command's work on it and closes it.</summary>
    public Task<int> WithHubAsync(
        ParseResult parsed, HubPurpose purpose, Func<HubInstance, Report, CancellationToken, Task<int>> work, CancellationToken cancellationToken, IWakeUps? wakeUps = null) =>
        GuardAsync(parsed, async (report, token) =>
        {
            var configuration = ConfigurationFolder.Read(FolderOf(parsed), clock).OrThrow();
            await using var hub = await HubInstance.OpenAsync(configuration, clock, purpose, wakeUps, token);
            return await work(hub, report, token);
        }, cancellationToken);

    /// <summary>Runs a command and turns what it cannot go on from into words and an exit code.</summary>
    public async Task<int> GuardAsync(ParseResult parsed, Func<Report, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        var report = ReportFor(parsed);
        try
        {
            return await work(report, cancellationToken);
        }
        catch (ConfigurationException wrong)
        {
            return report.Problems(error, wrong.Problems);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Refuse(report, "stopped", "Stopped.", ExitCode.Failed);
        }
        catch (ConnectorException refused) when (refused.Kind == FailureKind.Blocked)
        {
            return Refuse(report, refused.Code, refused.Message, ExitCode.WrongUse);
        }
        catch (Exception failure) when (failure is HubOpenException or StoreUnavailableException or ConnectorException or InvalidDataException)
        {
            return Refuse(report, failure is ConnectorException { Code: var code } ? code : "failed", failure.Message, ExitCode.Failed);
        }
        catch (Exception unforeseen)
        {
            // Its text may quote a value, and a stack trace helps nobody who types a command.
            return Refuse(report, "unforeseen",
                $"The command broke off ({unforeseen.GetType().Name} in {unforeseen.TargetSite?.DeclaringType?.FullName}.{unforeseen.TargetSite?.Name}). "
                + "What was committed stands, the rest goes on with the next run. Report these words as a fault of the hub.", ExitCode.Failed);
        }
    }

    /// <summary>Says why a command ends here: a sentence for people, an object with <c>error</c> and <c>message</c> for machines.</summary>
    /// <returns>The exit code that was given.</returns>
    public int Refuse(Report report, string code, string message, int exitCode)
    {
        report.Json(new { error = code, message });
        if (!report.IsJson)
            error.WriteLine(message);
        return exitCode;
    }
}
