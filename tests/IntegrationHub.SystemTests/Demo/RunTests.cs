using System.Diagnostics;
using System.Text.Json;
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
        var folder = await InitAsync(scratch);

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

    [Fact]
    public async Task ARunningHubWritesToAConnectionThatAsksWhatIsApprovedBesideIt()
    {
        using var scratch = new ScratchFolder();
        var folder = await InitAsync(scratch);
        foreach (var connection in (string[])["crm", "shop"])
            await ChangeAsync(Path.Combine(folder, "connections", $"{connection}.json"), "\"automatic\"", "\"ask\"");
        var shop = Path.Combine(folder, "systems", "shop", "customers.csv");
        var before = await File.ReadAllTextAsync(shop);

        using var hub = HubCommandLine.Start(["run", "--config", folder]);
        try
        {
            await AddressAsync(hub);
            // Each look is a plan of its own: the last one has what the running hub has read and refined by then.
            var plan = 0;
            await UntilAsync(async () =>
            {
                var made = await HubCommandLine.RunAsync(["plan", "new", "shop", "--config", folder, "--json"]);
                Assert.True(made.ExitCode == 0, made.ToString());
                using var json = JsonDocument.Parse(made.Output);
                plan = json.RootElement.GetProperty("plan").GetInt32();
                return json.RootElement.GetProperty("targets")[0].GetProperty("create").GetInt32() == 2;
            });
            Assert.Equal(before, await File.ReadAllTextAsync(shop));

            var approved = await HubCommandLine.RunAsync(["plan", "approve", $"{plan}", "--config", folder]);
            Assert.True(approved.ExitCode == 0, approved.ToString());
            await UntilAsync(async () =>
            {
                var status = await HubCommandLine.RunAsync(["plan", "show", $"{plan}", "--config", folder, "--json"]);
                using var json = JsonDocument.Parse(status.Output);
                return json.RootElement.GetProperty("outcome").GetProperty("settled").GetInt32() == 2;
            });
            Assert.Contains("grace.hopper@example.com", await File.ReadAllTextAsync(shop), StringComparison.Ordinal);
            var proof = await HubCommandLine.RunAsync(["reconcile", "shop", "--config", folder]);
            Assert.True(proof.ExitCode == 0, proof.ToString());
            Assert.Contains("0 unexplained", proof.Output, StringComparison.Ordinal);
        }
        finally
        {
            hub.Kill(entireProcessTree: true);
        }
    }

    private static async Task<string> InitAsync(ScratchFolder scratch)
    {
        var folder = Path.Combine(scratch.Path, "first");
        Assert.Equal(0, (await HubCommandLine.RunAsync(["init", folder])).ExitCode);
        await ChangeAsync(Path.Combine(folder, "hub.json"), "127.0.0.1:5080", "127.0.0.1:0");
        return folder;
    }

    private static async Task ChangeAsync(string file, string from, string to) =>
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(from, to, StringComparison.Ordinal));

    private static async Task UntilAsync(Func<Task<bool>> isDone)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            if (await isDone())
                return;
        }

        Assert.Fail("The running hub did not do it while 60 commands ran.");
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
