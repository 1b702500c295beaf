using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class SchemaCheckTests
{
    private static readonly SchemaCheck Check = SchemaCheck.Parse("""
        {
          "type": "object", "required": ["name"], "additionalProperties": false,
          "properties": {
            "name": { "type": "string", "minLength": 1, "description": "What it is called." },
            "direction": { "type": "string", "enum": ["in", "out"] },
            "size": { "type": "integer", "minimum": 1, "maximum": 9 },
            "code": { "type": "string", "pattern": "^[a-z]+$" },
            "either": { "anyOf": [ { "type": "string" }, { "type": "object", "additionalProperties": false, "required": ["at"], "properties": { "at": { "type": "integer" } } } ] },
            "list": { "type": "array", "minItems": 1, "items": { "type": "object", "additionalProperties": false, "properties": { "source": { "type": "string" } } } }
          }
        }
        """);

    [Fact]
    public void ARightFileHasNoProblem() =>
        Assert.Empty(Of("""{ "name": "a", "direction": "in", "size": 3, "list": [ { "source": "x" } ], "either": { "at": 1 } }"""));

    [Fact]
    public void AllProblemsComeAtOnce()
    {
        var problems = Of("""{ "direction": "inn", "size": 10, "code": "A1", "list": [ { "sorce": "x" }, { "source": 1 } ] }""");

        Assert.Equal(
            ["$", "code", "direction", "list[0].sorce", "list[1].source", "size"],
            problems.Select(problem => problem.Path == "name" ? "$" : problem.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{ "name": "a", "diretcion": "in" }""", "diretcion", "There is no property 'diretcion' here. Did you mean 'direction'?")]
    [InlineData("""{ "name": "a", "direction": "inn" }""", "direction", "Expected one of 'in', 'out'; found text of 3: a3. Did you mean 'in'?")]
    [InlineData("""{ "name": "" }""", "name", "Expected a text that is not empty; found empty text. Meant here: what it is called.")]
    [InlineData("""{ "name": "a", "size": 10 }""", "size", "Expected a number of 9 or less; found a whole number.")]
    [InlineData("""{ "name": "a", "size": "3" }""", "size", "Expected a whole number; found text of 1: 9.")]
    [InlineData("""{ "name": "a", "code": "A1" }""", "code", "Expected a text of the form ^[a-z]+$; found text of 2: a9.")]
    [InlineData("""{ "name": "a", "list": [] }""", "list", "Expected a list of at least 1; found a list of 0.")]
    [InlineData("""{ "name": "a", "list": [ { "sorce": "x" } ] }""", "list[0].sorce", "There is no property 'sorce' here. Did you mean 'source'?")]
    [InlineData("""{ "name": "a", "either": { "at": "x" } }""", "either.at", "Expected a whole number; found text of 1: a.")]
    [InlineData("""{ "name": "a", "either": 7 }""", "either", "Expected a text or an object; found a whole number.")]
    public void AProblemSaysWhatToWrite(string json, string path, string message)
    {
        var problem = Assert.Single(Of(json));

        Assert.Equal(new ConfigurationProblem("hub.json", path, message), problem);
    }

    [Fact]
    public void AMissingPropertyIsNamedWithItsMeaning() =>
        Assert.Contains(Of("{}"), problem => problem.Message == "The property 'name' is missing; add it (what it is called).");

    [Fact]
    public void AValueIsNeverShown() =>
        Assert.DoesNotContain(Of("""{ "name": "a", "code": "S3cret" }"""), problem => problem.Message.Contains("S3cret", StringComparison.Ordinal));

    [Theory]
    [InlineData("{\n  \"name\": \"a\",\n}", "line 3, column 1", "a comma too many")]
    [InlineData("{\n  \"name\": \"a\" // why\n}", "line 2, column 15", "comments are not allowed")]
    [InlineData("{ \"name\": \"a\"", "line 1", "ends too early")]
    [InlineData("{ 'name': 1 }", "line 1, column 3", "double quotation marks")]
    public void BrokenSyntaxIsAProblemWithItsPlace(string json, string place, string reason)
    {
        var problem = Assert.Single(Of(json));

        Assert.Contains(place, problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryDuplicatePropertyIsAProblemWithItsPlace()
    {
        var problems = Of("{ \"name\": \"a\",\n \"name\": \"b\",\n \"list\": [ { \"source\": \"x\", \"source\": \"y\" } ] }");

        Assert.Equal(["name", "list[0].source"], problems.Select(problem => problem.Path));
        Assert.Contains("line 2, column 2", problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    public void MoreThan32LevelsAreTooDeep(int lists, bool isTooDeep)
    {
        var json = $$"""{ "name": {{new string('[', lists)}}{{new string(']', lists)}} }""";

        Assert.Equal(isTooDeep, Of(json).Any(problem => problem.Message.Contains("deeper than 32", StringComparison.Ordinal)));
    }

    [Fact]
    public void ASchemaThatIsNoneIsRefused() => Assert.Throws<FormatException>(() => SchemaCheck.Parse("{ \"type\": "));

    private static IReadOnlyList<ConfigurationProblem> Of(string json) => Check.Check("hub.json", json);
}
