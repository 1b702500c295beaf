using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Match;

public sealed class MatchPolicyFileTests
{
    [Fact]
    public void AllProblemsComeAtOnceWithTheirPlace()
    {
        var parse = MatchPolicy.Parse("policies/matching.json", """
            {
              "sharedLimit": 0,
              "callingCode": "+86",
              "rulez": 1,
              "entities": ["customer"],
              "fields": [{ "field": "x", "as": "colour" }],
              "rules": [
                { "name": "a", "all": ["name.*", "na me"] },
                { "name": "b", "entity": "lead", "all": [] },
                { "name": "c", "where": { "emails[*].value": "x" }, "all": ["birthDate"] },
                { "name": "c", "all": ["birthDate"] },
                7
              ],
              "deny": [
                { "field": "birthDate", "values": ["never", "*", "1*9", "1900*"] },
                { "field": "phones[*].value", "values": ["+1*"] }
              ],
              "contradictions": [{ "field": "birthDate", "compare": "initials", "unlessEqual": ["*"] }]
            }
            """);
        Assert.Null(parse.Policy);
        Assert.All(parse.Problems, problem => Assert.Equal("policies/matching.json", problem.File));
        Assert.Equal(
            [
                "callingCode", "contradictions[0].compare", "contradictions[0].unlessEqual[0]", "deny[0].values[0]", "deny[0].values[1]",
                "deny[0].values[2]", "deny[1].field", "fields[0].as", "rules[0].all[0]", "rules[0].all[1]", "rules[1].all", "rules[1].entity",
                "rules[2].where", "rules[3].name", "rules[4]", "rulez", "sharedLimit",
            ],
            parse.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "one JSON object was expected, a list was found")]
    [InlineData("{}", "'rules' is missing")]
    [InlineData("""{ "rules": [], "rules": [] }""", "not JSON")]
    [InlineData("""{ "rules": {} }""", "a list was expected, an object was found")]
    [InlineData("""{ "rules": [{ "name": "", "all": ["x", "x"] }] }""", "a text was expected, an empty text was found")]
    public void WhatIsNoPolicyIsRefused(string json, string message)
    {
        var parse = MatchPolicy.Parse("matching.json", json);
        Assert.Null(parse.Policy);
        Assert.Contains(parse.Problems, problem => problem.Message.Contains(message, StringComparison.Ordinal));
        Assert.Contains("matching.json", Assert.Throws<FormatException>(parse.OrThrow).Message);
    }
}
