using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Survive;

public sealed class SurvivorshipPolicyFileTests
{
    [Fact]
    public void AllProblemsComeAtOnceWithTheirPlace()
    {
        var parse = SurvivorshipPolicy.Parse("policies/survivorship.json", """
            {
              "order": ["crm", "crm"],
              "rules": [
                { "path": "name.*", "rule": "mostRecent", "values": ["a", "b"] },
                { "path": "name.given", "rule": "union" },
                { "path": "name.given", "rule": "newest" },
                { "path": "na me", "rule": "manual", "blanksWin": "yes" },
                { "path": "owner", "rule": "sourcePriority", "order": [] },
                { "path": "consents[*].status", "rule": "mostRestrictive", "values": ["denied"] },
                { "rule": "manual", "colour": 1 },
                { "path": "addresses[*].city", "rule": "mostRecent", "together": true },
                { "path": "addresses[*].*", "rule": "manual", "together": true }
              ]
            }
            """);
        Assert.Null(parse.Policy);
        Assert.Equal(
            [
                "order[1]", "rules[0].values", "rules[1]", "rules[2].rule", "rules[3].blanksWin", "rules[3].path", "rules[4]",
                "rules[5].values", "rules[6]", "rules[6].colour", "rules[7].together", "rules[8].together",
            ],
            parse.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.Contains(parse.Problems, problem => problem.Message.Contains("the rule for 'name.*' stands before it", StringComparison.Ordinal));
    }

    [Fact]
    public void TheFirstRuleThatFitsCounts()
    {
        var policy = SurvivorshipPolicy.Parse("survivorship.json", """
            {
              "order": ["erp", "crm"],
              "rules": [
                { "path": "emails[type=billing].value", "rule": "sourcePriority" },
                { "path": "emails[*].value", "rule": "mostComplete", "order": ["shop"], "entity": "lead" },
                { "path": "emails[*].*", "rule": "manual", "blanksWin": false }
              ]
            }
            """).OrThrow();
        Assert.Equal(["erp", "crm"], policy.RuleFor("customer", "emails[type=billing].value").Order);
        Assert.Equal(SurvivorshipKind.MostComplete, policy.RuleFor("lead", "emails[type=work].value").Kind);
        Assert.Equal(SurvivorshipKind.Manual, policy.RuleFor("customer", "emails[type=work].value").Kind);
        Assert.False(policy.RuleFor("customer", "emails[type=work].verified").BlanksWin);
        Assert.Equal(SurvivorshipKind.MostRecent, policy.RuleFor("customer", "birthDate").Kind);
    }

    [Theory]
    [InlineData("mostRecent")]
    [InlineData("mostComplete")]
    [InlineData("union")]
    [InlineData("manual")]
    [InlineData("mostRestrictive")]
    public void ARulesNameIsItsSpelling(string name) => Assert.Equal(
        name,
        SurvivorshipPolicy.Parse("", $$"""{ "rules": [{ "path": "*", "rule": "{{name}}" }] }""").OrThrow().RuleFor("customer", "x").Name);
}
