using System.Text.Json;
using Xunit;

namespace IntegrationHub.SystemTests.Demo;

/// <summary>The demo as somebody starts it: the real process, three systems over real HTTP.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OneRoundAgreesWithTheSystemsOwnLedgers(int seed)
    {
        using var folder = new ScratchFolder();

        var run = await HubCommandLine.RunAsync(["demo", "--once", "--json", "--seed", $"{seed}", "--customers", "120", "--folder", folder.Path]);

        Assert.True(run.ExitCode == 0, run.ToString());
        using var result = JsonDocument.Parse(run.Output);
        var root = result.RootElement;
        Assert.Equal(0, root.GetProperty("unexplained").GetInt64());
        Assert.True(root.GetProperty("effects").GetInt64() > 0, run.Output);
        Assert.Equal(root.GetProperty("effects").GetInt64(), root.GetProperty("settled").GetInt64());
        Assert.All(root.GetProperty("systems").EnumerateArray(), system =>
        {
            Assert.True(system.GetProperty("read").GetInt64() > 0, run.Output);
            Assert.Equal(0, system.GetProperty("open").GetInt64());
        });
    }

    [Fact]
    public async Task TheSecondRoundWritesNothingAndTheTextSaysWhereToLookNext()
    {
        using var folder = new ScratchFolder();

        var run = await HubCommandLine.RunAsync(["demo", "--once", "--customers", "60", "--folder", folder.Path]);

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("0 unexplained", run.Output, StringComparison.Ordinal);
        Assert.Contains(", wrote 0", run.Output, StringComparison.Ordinal);
        Assert.Contains($"hub customer show C-", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderThatIsNotEmptyIsNotTouched()
    {
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "mine.txt"), "mine");

        var run = await HubCommandLine.RunAsync(["demo", "--once", "--folder", folder.Path]);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }
}
