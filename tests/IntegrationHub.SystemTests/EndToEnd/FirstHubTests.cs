using IntegrationHub.SystemTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.EndToEnd;

/// <summary>What a person does on the first day, with the commands that <c>hub init</c> itself names.</summary>
public sealed class FirstHubTests
{
    [Fact]
    public async Task InitCheckAndSyncWorkAtOnceAndASecondRoundWritesNothing()
    {
        using var folder = new HubFolder();
        var target = folder.File("first");

        AssertEnded(0, await RunAsync("init", target));
        AssertEnded(0, await RunAsync("check", "--config", target));
        AssertEnded(1, await RunAsync("sync", "--config", target));
        var quarantined = await RunAsync("quarantine", "list", "--json", "--config", target);
        Assert.Equal(1, quarantined.Json.GetProperty("quarantine").GetArrayLength());

        var systems = Read(Path.Combine(target, "systems"));
        Assert.All(systems.Values, static text => Assert.Contains("ih-", text, StringComparison.Ordinal));
        await RunAsync("sync", "--whole", "--config", target);
        Assert.Equal(systems, Read(Path.Combine(target, "systems")));
    }

    [Fact]
    public async Task InitWritesNothingOverWhatIsThere()
    {
        using var folder = new HubFolder();
        folder.Write("mine.txt", "mine");

        var refused = await RunAsync("init", folder.Root);

        AssertEnded(2, refused);
        Assert.Equal("mine.txt", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder.Root))));
    }

    [Fact]
    public async Task EverythingThatIsWrongIsToldAtOnce()
    {
        using var folder = new HubFolder();
        AssertEnded(0, await RunAsync("init", folder.File("first")));
        folder.Write("first/connections/crm.json", """{ "connector": "salesfroce", "streams": [{ "name": "contacts", "mapping": "crm.contacts.json" }] }""");
        folder.Write("first/connections/shop.json", "{ \"connector\": \"csv\", ");
        folder.Write("first/hub.json", """{ "sync": { "batchSize": 0 }, "colour": "blue" }""");

        foreach (var command in new[] { "check", "sync", "run", "status" })
        {
            var refused = await RunAsync(command, "--config", folder.File("first"));

            AssertEnded(2, refused);
            foreach (var named in new[] { "salesfroce", "shop.json", "batchSize", "colour" })
                Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("snyc")]
    [InlineData("sync", "--hole")]
    [InlineData("sync", "nobody")]
    [InlineData("check", "--config", "no-such-folder")]
    public async Task AWrongCommandLineIsExplainedAndEndsWithTwo(params string[] arguments)
    {
        using var folder = new HubFolder();
        AssertEnded(0, await RunAsync("init", folder.File("first")));

        var refused = await RunAsync(arguments.Contains("--config") ? arguments : [.. arguments, "--config", folder.File("first")]);

        AssertEnded(2, refused);
        Assert.NotEmpty(refused.Error);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    private static async Task<HubResult> RunAsync(params string[] arguments)
    {
        using var process = HubProcess.Start(new Dictionary<string, string>(StringComparer.Ordinal), arguments);
        return await process.EndAsync();
    }

    private static void AssertEnded(int exitCode, HubResult result) => Assert.True(result.ExitCode == exitCode, result.ToString());

    private static Dictionary<string, string> Read(string folder) =>
        Directory.GetFiles(folder, "*.csv", SearchOption.AllDirectories).ToDictionary(static path => path, File.ReadAllText, StringComparer.Ordinal);
}
