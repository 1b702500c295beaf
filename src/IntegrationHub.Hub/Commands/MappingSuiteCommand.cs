using System.CommandLine;
using System.Text.Json;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub mapping suite DIR</c>: runs JSONata conformance cases against the engine that mappings use.</summary>
internal static class MappingSuiteCommand
{
    public static Command Create(CommandHost host)
    {
        var folder = new Argument<string>("dir") { Description = "A folder with groups/ (the cases) and datasets/ (their data)." };
        var command = new Command("suite", "Runs a folder of JSONata conformance cases.") { folder };
        command.SetAction((parsed, cancellationToken) =>
            host.GuardAsync(parsed, (report, _) => Task.FromResult(Run(host, report, parsed.GetValue(folder)!)), cancellationToken));
        return command;
    }

    private static int Run(CommandHost host, Report report, string folder)
    {
        if (!Directory.Exists(Path.Combine(folder, "groups")))
        {
            host.Error.WriteLine($"{folder} has no folder groups. Name the folder that holds groups/ and datasets/.");
            return ExitCode.WrongUse;
        }

        try
        {
            var outcome = new JsonataSuiteFolder(folder, host.Clock).Run();
            foreach (var failure in outcome.Failures)
            {
                report.Line($"FAIL  {failure.Case}: {failure.Expression.ReplaceLineEndings(" ")}");
                report.Line($"      {failure.Problem}");
            }

            report.Line($"{outcome.Passed} passed, {outcome.Failures.Count} failed");
            report.Json(new
            {
                passed = outcome.Passed,
                failed = outcome.Failures.Count,
                failures = outcome.Failures.Select(static failure => new { failure.Case, failure.Expression, failure.Problem }),
            });
            return outcome.Failures.Count == 0 ? ExitCode.Done : ExitCode.Findings;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException)
        {
            host.Error.WriteLine($"{folder} cannot be read as a suite: {broken.Message}");
            return ExitCode.WrongUse;
        }
    }
}
