using System.CommandLine;
using IntegrationHub.Hub.Configuration;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub init DIR</c>: a small configuration that runs at once.</summary>
internal static class InitCommand
{
    public static Command Create(CommandHost host)
    {
        var folder = new Argument<string>("dir") { Description = "The folder to make; empty or not there yet." };
        var command = new Command("init", "Writes a small configuration that runs at once.") { folder };
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, async (report, _) =>
        {
            var target = Path.GetFullPath(parsed.GetRequiredValue(folder));
            if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            {
                await host.Error.WriteLineAsync($"{target} is there and not empty. Name a new folder: nothing that exists is written over.");
                return ExitCode.WrongUse;
            }

            TemplateFolder.Copy("init", target);
            TemplateFolder.CopySchemas(target);
            report.Line($"A hub between two CSV files is in {target}. Next:");
            report.Line($"  hub check --config {target}");
            report.Line($"  hub sync --config {target}");
            report.Line($"{Path.Combine(target, "README.md")} says what the files are for.");
            report.Json(new { folder = target });
            return ExitCode.Done;
        }, cancellationToken));
        return command;
    }
}
