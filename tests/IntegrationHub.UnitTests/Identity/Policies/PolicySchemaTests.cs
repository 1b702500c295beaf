using System.Text.Json;
using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Policies;

/// <summary>The schemas that editors use say the same as the readers.</summary>
public sealed class PolicySchemaTests
{
    [Theory]
    [InlineData("matching", "")]
    [InlineData("matching", "fields")]
    [InlineData("matching", "rules")]
    [InlineData("matching", "deny")]
    [InlineData("matching", "contradictions")]
    [InlineData("survivorship", "")]
    [InlineData("survivorship", "rules")]
    public void ASchemaAllowsThePropertiesThatTheReaderKnows(string policy, string list)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "mappings", "schemas", $"{policy}.schema.json")));
        var part = list.Length == 0 ? schema.RootElement : Definition(schema.RootElement, list);
        var allowed = part.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);

        var json = list.Length == 0 ? """{ "?": 1, "rules": [] }""" : $$"""{ "rules": [], "{{list}}": [{ "?": 1 }] }""";
        json = list == "rules" ? """{ "rules": [{ "?": 1 }] }""" : json;
        var message = Assert.Single(Problems(policy, json), problem => problem.Path.EndsWith('?')).Message;
        var known = message[(message.IndexOf("there are ", StringComparison.Ordinal) + 10)..^1].Split(", ").Order(StringComparer.Ordinal);

        Assert.Equal(known, allowed);
    }

    [Theory]
    [InlineData("matching", "field", "as", "fields", "field")]
    [InlineData("survivorship", "rule", "rule", "rules", "path")]
    public void ASchemaListsTheWordsThatTheReaderKnows(string policy, string definition, string property, string list, string place)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "mappings", "schemas", $"{policy}.schema.json")));
        var words = schema.RootElement.GetProperty("definitions").GetProperty(definition).GetProperty("properties").GetProperty(property)
            .GetProperty("enum").EnumerateArray().Select(word => word.GetString());
        var rules = list == "rules" ? "" : "\"rules\": [], ";
        var json = $$"""{ {{rules}}"{{list}}": [{ "{{place}}": "x", "{{property}}": "?" }] }""";
        var message = Assert.Single(Problems(policy, json)).Message;
        Assert.EndsWith($"there are {string.Join(", ", words)}.", message);
    }

    [Theory]
    [InlineData("matching")]
    [InlineData("survivorship")]
    public void TheInstalledPolicyIsTheOneInTheHubsFolder(string policy)
    {
        var json = File.ReadAllText(Path.Combine(Root(), "src", "IntegrationHub.Hub", "policies", $"{policy}.json"));
        Assert.Empty(Problems(policy, json));
        var version = policy == "matching" ? MatchPolicy.Default.Version : SurvivorshipPolicy.Default.Version;
        Assert.Equal(policy == "matching" ? MatchPolicy.Parse("", json).OrThrow().Version : SurvivorshipPolicy.Parse("", json).OrThrow().Version, version);
    }

    private static IReadOnlyList<PolicyProblem> Problems(string policy, string json) => policy == "matching"
        ? MatchPolicy.Parse("matching.json", json).Problems
        : SurvivorshipPolicy.Parse("survivorship.json", json).Problems;

    private static JsonElement Definition(JsonElement schema, string list)
    {
        var reference = schema.GetProperty("properties").GetProperty(list).GetProperty("items").GetProperty("$ref").GetString()!;
        return schema.GetProperty("definitions").GetProperty(reference["#/definitions/".Length..]);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IntegrationHub.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
