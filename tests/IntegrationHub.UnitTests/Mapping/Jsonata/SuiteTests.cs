using System.Text.Json;
using IntegrationHub.Hub.Commands;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping.Jsonata;

/// <summary>The language's public conformance cases, read from where they are kept; they are not part of this repository.</summary>
public sealed class SuiteTests
{
    private const string Variable = "INTEGRATIONHUB_SHARED";
    private const int CaseCount = 1_296;

    private static string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Path.Combine(Repository.Root, "..", "shared"),
        "conformance",
        "jsonata");

    public static TheoryData<string> Groups => Directory.Exists(Folder) ? [.. JsonataSuiteFolder.Groups(Folder)] : [""];

    [Theory]
    [MemberData(nameof(Groups))]
    public void EveryCaseOfAGroupPasses(string group)
    {
        SkipWithoutCases();
        var outcome = new JsonataSuiteFolder(Folder, TimeProvider.System).Run(group);

        Assert.NotEqual(0, outcome.Passed);
        Assert.Empty(outcome.Failures);
    }

    [Fact]
    public void AllCasesAreThere()
    {
        SkipWithoutCases();

        Assert.Equal(CaseCount, Directory.GetFiles(Path.Combine(Folder, "groups"), "*.json", SearchOption.AllDirectories).Sum(Cases));
    }

    private static int Cases(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.GetArrayLength() : 1;
    }

    private static void SkipWithoutCases()
    {
        if (!Directory.Exists(Folder))
            Assert.Skip($"The JSONata cases are not in {Path.GetFullPath(Folder)}: set {Variable} to the folder that holds conformance/jsonata.");
    }
}
