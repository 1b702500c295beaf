using Xunit;

namespace IntegrationHub.SystemTests.Demo;

/// <summary>What somebody does first: make a configuration, check it, run a round.</summary>
public sealed class FirstStepsTests
{
    [Fact]
    public async Task InitCheckSyncLeaveBothSystemsAlikeAndASecondSyncWritesNothing()
    {
        using var scratch = new ScratchFolder();
        var folder = Path.Combine(scratch.Path, "first");

        Assert.Equal(0, (await HubCommandLine.RunAsync(["init", folder])).ExitCode);
        var check = await HubCommandLine.RunAsync(["check", "--config", folder]);
        Assert.True(check.ExitCode == 0, check.ToString());
        // One record of the example is wrong on purpose, so there is a finding.
        var sync = await HubCommandLine.RunAsync(["sync", "--config", folder]);
        Assert.True(sync.ExitCode == 1, sync.ToString());
        var shop = Path.Combine(folder, "systems", "shop", "customers.csv");
        Assert.Contains("grace.hopper@example.com", await File.ReadAllTextAsync(shop), StringComparison.Ordinal);
        var before = await File.ReadAllBytesAsync(shop);
        var again = await HubCommandLine.RunAsync(["sync", "--config", folder]);
        Assert.True(again.ExitCode == 0, again.ToString());
        Assert.Equal(before, await File.ReadAllBytesAsync(shop));
    }

    [Theory]
    [InlineData(2, "bogus")]
    [InlineData(2, "sync", "--config", "/nowhere/at/all")]
    [InlineData(0, "--version")]
    [InlineData(0, "connector", "list", "--json")]
    [InlineData(2, "mapping", "preview")]
    public async Task TheExitCodeSaysHowItEnded(int expected, params string[] arguments)
    {
        var run = await HubCommandLine.RunAsync(arguments);

        Assert.True(run.ExitCode == expected, run.ToString());
    }
}
