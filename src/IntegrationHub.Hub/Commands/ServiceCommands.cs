using System.CommandLine;
using System.Diagnostics;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Hub.Running;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub service install|uninstall</c>: the hub as a service of the operating system.</summary>
internal sealed class ServiceCommands(CommandHost host)
{
    private const string UnitName = "integrationhub.service", StateFolder = "/var/lib/integrationhub", LogFolder = "/var/log/integrationhub";

    private readonly Option<string> unitFolder = new("--unit-folder") { Description = "systemd's folder for units. Default /etc/systemd/system.", DefaultValueFactory = static _ => "/etc/systemd/system" };

    public static Command Create(CommandHost host)
    {
        var commands = new ServiceCommands(host);
        var install = new Command("install", "Registers the hub with systemd or the service manager of Windows.") { commands.unitFolder };
        install.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, (report, token) => commands.InstallAsync(parsed, report, token), cancellationToken));
        var uninstall = new Command("uninstall", "Takes the registration back; configuration and data stay.") { commands.unitFolder };
        uninstall.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, (report, token) => commands.UninstallAsync(parsed, report, token), cancellationToken));
        return new Command("service", "Registers the hub as a service.") { install, uninstall };
    }

    private async Task<int> InstallAsync(ParseResult parsed, Report report, CancellationToken cancellationToken)
    {
        var configuration = ConfigurationFolder.Read(host.FolderOf(parsed), host.Clock).OrThrow();
        var executable = Environment.ProcessPath ?? "";
        if (OperatingSystem.IsWindows())
        {
            return await ScAsync(
                ["create", WindowsService.Name, "binPath=", $"\"{executable}\" run --service --config \"{configuration.Folder}\"", "start=", "auto", "obj=", $@"NT SERVICE\{WindowsService.Name}"],
                cancellationToken);
        }

        if (configuration.Hub.DataFolder != StateFolder || configuration.Hub.LogFolder != LogFolder)
        {
            await host.Error.WriteLineAsync(
                $"The service may write {StateFolder} and {LogFolder} alone, and hub.json names {configuration.Hub.DataFolder} and {configuration.Hub.LogFolder}. "
                + $"Write \"store\": {{ \"folder\": \"{StateFolder}\" }} and \"log\": {{ \"folder\": \"{LogFolder}\" }}, and move what is there.");
            return ExitCode.WrongUse;
        }

        var unit = (await File.ReadAllTextAsync(Path.Combine(Installed.Folder, "service", UnitName), cancellationToken))
            .Replace("{executable}", Quoted(executable), StringComparison.Ordinal).Replace("{configuration}", Quoted(configuration.Folder), StringComparison.Ordinal);
        var path = Path.Combine(parsed.GetValue(unitFolder)!, UnitName);
        return await TryAsync(() => File.WriteAllText(path, unit), path, report, $"systemctl daemon-reload && systemctl enable --now {UnitName}");
    }

    private async Task<int> UninstallAsync(ParseResult parsed, Report report, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return await ScAsync(["delete", WindowsService.Name], cancellationToken);
        var path = Path.Combine(parsed.GetValue(unitFolder)!, UnitName);
        if (!File.Exists(path))
        {
            await host.Error.WriteLineAsync($"{path} is not there: the hub is not registered.");
            return ExitCode.WrongUse;
        }

        report.Line($"Stop it first: systemctl disable --now {UnitName}");
        return await TryAsync(() => File.Delete(path), path, report, "systemctl daemon-reload");
    }

    private async Task<int> TryAsync(Action act, string path, Report report, string next)
    {
        try
        {
            act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await host.Error.WriteLineAsync($"{path} cannot be changed ({failure.GetType().Name}). Run the command as root, or name another --unit-folder.");
            return ExitCode.Failed;
        }

        report.Line($"{path}: done. Next: {next}");
        report.Json(new { unit = path, next });
        return ExitCode.Done;
    }

    private async Task<int> ScAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("sc.exe", arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode == 0)
            return ExitCode.Done;
        await host.Error.WriteLineAsync($"sc.exe ended with {process.ExitCode}. Run the command as an administrator.");
        return ExitCode.Failed;
    }

    private static string Quoted(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
