using System.CommandLine;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Hub.Running;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub run</c>: the service.</summary>
internal static class RunCommand
{
    public static Command Create(CommandHost host)
    {
        var asService = new Option<bool>("--service") { Description = "Started by the service manager of Windows.", Hidden = true };
        var command = new Command("run", "Runs the hub until it is stopped (Ctrl+C, or the service manager).") { asService };
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, async (report, token) =>
        {
            var configuration = ConfigurationFolder.Read(host.FolderOf(parsed), host.Clock).OrThrow();
            try
            {
                if (parsed.GetValue(asService) && OperatingSystem.IsWindows())
                    return WindowsService.Run(stop => HubHost.RunAsync(configuration, host.Clock, static _ => { }, stop));
                await HubHost.RunAsync(configuration, host.Clock, static _ => { }, token);
                return ExitCode.Done;
            }
            catch (IOException taken) when (taken.InnerException is not null)
            {
                await host.Error.WriteLineAsync($"The hub cannot listen on {string.Join(", ", configuration.Hub.Urls)}: {taken.Message} Correct http.urls in hub.json, or stop who listens there.");
                return ExitCode.Failed;
            }
        }, cancellationToken));
        return command;
    }
}
