using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests;

/// <summary>The tests' own entry point, as xunit generates it, with one command beside the tests: <c>simulate</c>.</summary>
internal static class EntryPoint
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["simulate", ..])
            return SimulateCommand.Run(args[1..], Console.Out);
        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
