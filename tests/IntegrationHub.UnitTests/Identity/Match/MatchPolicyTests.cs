using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Match;

public sealed class MatchPolicyTests
{
    [Fact]
    public void EveryCombinationOfValuesIsAKeyInOrderOfThePaths()
    {
        var policy = Policy("""{ "rules": [{ "name": "r", "all": ["emails[*].value", "phones[*].value"] }] }""");
        var keys = policy.KeysOf("customer", SomeFields.Of(
            ("phones[type=b].value", "+442079460958"), ("emails[type=b].value", "b@x"), ("emails[type=a].value", "a@x"),
            ("emails[type=c].value", "A@X"), ("phones[type=a].value", "+442079460959")));
        Assert.Equal(
            ["a@x\u001F+442079460959", "a@x\u001F+442079460958", "b@x\u001F+442079460959", "b@x\u001F+442079460958"],
            keys.Select(key => key.Material));
    }

    [Fact]
    public void CombinationsAreBoundedAndTheExplanationSaysSo()
    {
        var policy = Policy("""{ "rules": [{ "name": "r", "all": ["emails[*].value", "name.family"] }] }""");
        var fields = FieldMap.From(Enumerable.Range(0, 100).Select(i => new Field($"emails[type={i:D3}].value", FieldValue.Text($"{i:D3}@x"))))
            .And("name.family", "Lovelace");
        var keys = policy.KeysOf("customer", fields);
        Assert.Equal(64, keys.Count);
        Assert.Equal("063@x\u001Flovelace", keys[^1].Material);
        Assert.Contains(policy.SkippedOf("customer", fields), skip => skip.Reason.StartsWith("100 combinations", StringComparison.Ordinal));
    }

    [Fact]
    public void AValueDeniedAloneStillDecidesWithAName()
    {
        var policy = Policy("""
            {
              "rules": [{ "name": "alone", "all": ["emails[*].value"] }, { "name": "both", "all": ["emails[*].value", "name.family"] }],
              "deny": [{ "field": "emails[*].value", "aloneOnly": true, "values": ["info@*"] }]
            }
            """);
        var fields = SomeFields.Ada("info@example.org");
        Assert.Equal("both", Assert.Single(policy.KeysOf("customer", fields)).Rule);
        var skip = Assert.Single(policy.SkippedOf("customer", fields));
        Assert.Equal(new("alone", "emails[type=work].value", "on the deny-list as 'info@*' where nothing else is compared"), skip);
        Assert.Equal(2, policy.KeysOf("customer", SomeFields.Ada()).Count);
    }

    [Fact]
    public void DenyPatternsLookAtTheWholeTheStartOrTheEnd()
    {
        var policy = Policy("""
            {
              "rules": [{ "name": "r", "all": ["emails[*].value"] }],
              "deny": [{ "field": "emails[*].value", "values": ["Me@Example.org", "none@*", "*@shop.example"] }]
            }
            """);
        Assert.Empty(policy.KeysOf("customer", SomeFields.Ada("me@example.org")));
        Assert.Empty(policy.KeysOf("customer", SomeFields.Ada("none@other.example")));
        Assert.Empty(policy.KeysOf("customer", SomeFields.Ada("ada@shop.example")));
        Assert.Single(policy.KeysOf("customer", SomeFields.Ada("you.me@example.org")));
        Assert.Single(policy.KeysOf("customer", SomeFields.Ada("anone@other.example")));
        Assert.Single(policy.KeysOf("customer", SomeFields.Ada("ada@shop.example.org")));
    }

    [Fact]
    public void ARuleHoldsForItsEntityAndItsConditions()
    {
        var policy = Policy("""
            {
              "entities": ["customer", "lead"],
              "rules": [{ "name": "r", "entity": "lead", "where": { "source": "web" }, "all": ["name.family"] }]
            }
            """);
        var fields = SomeFields.Ada().And("source", "web");
        Assert.Single(policy.KeysOf("lead", fields));
        Assert.Empty(policy.KeysOf("customer", fields));
        Assert.Empty(policy.KeysOf("lead", SomeFields.Ada().And("source", "fair")));
        Assert.Empty(policy.KeysOf("lead", SomeFields.Ada()));
    }

    [Fact]
    public void AFieldIsComparedAsThePolicySays()
    {
        var policy = Policy("""
            {
              "callingCode": "86",
              "fields": [{ "field": "customFields.mobile", "as": "phone" }],
              "rules": [{ "name": "r", "all": ["customFields.mobile"] }, { "name": "t", "all": ["organisation.name"] }]
            }
            """);
        Assert.Equal(
            [new MatchKey("r", "+8618879449960"), new MatchKey("t", "acme gmbh")],
            policy.KeysOf("customer", SomeFields.Of(("customFields.mobile", "188-7944-9960"), ("organisation.name", "ACME  GmbH"))));
    }

    [Fact]
    public void EveryMemberOfASetGivesAKey()
    {
        var policy = Policy("""{ "rules": [{ "name": "r", "all": ["tags"] }] }""");
        var fields = FieldMap.From([new("tags", FieldValue.Set(["b", "A"]))]);
        Assert.Equal(["a", "b"], policy.KeysOf("customer", fields).Select(key => key.Material));
    }

    [Fact]
    public void WhatIsAbsentIsExplained()
    {
        var policy = Policy("""{ "rules": [{ "name": "r", "all": ["emails[*].value", "name.family"] }] }""");
        var skipped = policy.SkippedOf("customer", SomeFields.Of(("emails[type=work].value", "nothing")));
        Assert.Equal(
            [new SkippedKey("r", "emails[type=work].value", "not an e-mail address (text of 7: a7)"), new SkippedKey("r", "name.family", "absent")],
            skipped);
    }

    [Fact]
    public void AKeyDoesNotShowItsMaterialByAccident() => Assert.Equal("r", new MatchKey("r", "ada@example.org").ToString());

    [Fact]
    public void TheVersionIsThatOfTheText()
    {
        const string json = """{ "rules": [] }""";
        Assert.Equal("bb0bce44ca43", Policy(json).Version);
        Assert.NotEqual(Policy(json).Version, Policy(json + " ").Version);
    }

    [Fact]
    public void KeysDoNotRepeatAndContradictionIsSymmetric()
    {
        var names = Gen.Elements("Ada", "ada", "A.", "Byron", "", "伟", "unknown");
        var emails = Gen.Elements("a@x", "A@x ", "b@x", "none@x", "", "no address");
        var records =
            from first in emails
            from second in emails
            from given in names
            from family in names
            from born in Gen.Elements("1815-12-10", "1815-12-11", "1900-01-01", "")
            select SomeFields.Of(
                ("emails[type=a].value", first), ("emails[type=b].value", second), ("name.given", given), ("name.family", family), ("birthDate", born));
        Prop.ForAll(records.ToArbitrary(), records.ToArbitrary(), (left, right) =>
        {
            var keys = MatchPolicy.Default.KeysOf("customer", left);
            var contradict = MatchPolicy.Default.Contradict("customer", left, right, out var reason);
            return keys.Distinct().Count() == keys.Count
                && contradict == MatchPolicy.Default.Contradict("customer", right, left, out var otherWay)
                && reason == otherWay
                && !MatchPolicy.Default.Contradict("customer", left, left, out _);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static MatchPolicy Policy(string json) => MatchPolicy.Parse("matching.json", json).OrThrow();
}
