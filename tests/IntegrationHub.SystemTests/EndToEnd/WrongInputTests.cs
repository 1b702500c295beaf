using IntegrationHub.SystemTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.EndToEnd;

/// <summary>What a person gets wrong on the first day: each command says all of it at once and does nothing.</summary>
public sealed class WrongInputTests
{
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
}
