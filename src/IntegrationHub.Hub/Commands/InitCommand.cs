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
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, (report, _) => Task.FromResult(Write(host, report, Path.GetFullPath(parsed.GetRequiredValue(folder)))), cancellationToken));
        return command;
    }

    private static int Write(CommandHost host, Report report, string target)
    {
        try
        {
            if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
                return host.Refuse(report, "init.exists", $"{target} is there and not empty. Name a new folder: nothing that exists is written over.", ExitCode.WrongUse);
            TemplateFolder.Copy("init", target);
            TemplateFolder.CopySchemas(target);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return host.Refuse(report, "init.folder", $"{target} cannot be made ({refused.GetType().Name}). Name a folder that you may write.", ExitCode.Failed);
        }

        report.Line($"A hub between two CSV files is in {target}. Next:");
        report.Line($"  hub check --config {target}");
        report.Line($"  hub sync --config {target}");
        report.Line($"{Path.Combine(target, "README.md")} says what the files are for.");
        report.Json(new { folder = target });
        return ExitCode.Done;
    }
}
