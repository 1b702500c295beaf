using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace IntegrationHub.SystemTests.Demo;

/// <summary>The service: it starts, says that it is well, does its work and ends when it is told to.</summary>
public sealed partial class RunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task ARunningHubAnswersHoldsItsFolderAndEndsOnASignal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var scratch = new ScratchFolder();
        var folder = Path.Combine(scratch.Path, "first");
        Assert.Equal(0, (await HubCommandLine.RunAsync(["init", folder])).ExitCode);
        var hubFile = Path.Combine(folder, "hub.json");
        await File.WriteAllTextAsync(hubFile, (await File.ReadAllTextAsync(hubFile)).Replace("127.0.0.1:5080", "127.0.0.1:0", StringComparison.Ordinal));

        using var hub = HubCommandLine.Start(["run", "--config", folder]);
        try
        {
            var address = await AddressAsync(hub);
            using var client = new HttpClient();
            using var ready = await client.GetAsync(address);
            var second = await HubCommandLine.RunAsync(["sync", "--config", folder]);
            using var signal = Process.Start("kill", ["-TERM", $"{hub.Id}"]);
            using var patience = new CancellationTokenSource(Patience);
            await hub.WaitForExitAsync(patience.Token);

            Assert.True(ready.IsSuccessStatusCode, await ready.Content.ReadAsStringAsync());
            Assert.Equal(3, second.ExitCode);
            Assert.Contains("stop the other one", second.Error, StringComparison.Ordinal);
            Assert.Equal(0, hub.ExitCode);
        }
        finally
        {
            if (!hub.HasExited)
                hub.Kill(entireProcessTree: true);
        }
    }

    private static async Task<Uri> AddressAsync(Process hub)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await hub.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Address().Match(line) is { Success: true } match)
                return new Uri(match.Value);
        }

        throw new InvalidOperationException($"The hub ended before it listened: {await hub.StandardError.ReadToEndAsync()}");
    }

    [GeneratedRegex("http://[0-9.:]+/health/ready", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
