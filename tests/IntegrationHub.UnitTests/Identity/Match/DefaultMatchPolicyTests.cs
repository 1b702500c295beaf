using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Match;

public sealed class DefaultMatchPolicyTests
{
    private static readonly MatchPolicy Policy = MatchPolicy.Default;

    [Fact]
    public void CustomersAndLeadsAreMatchedAndNothingElse()
    {
        Assert.True(Policy.Matches("customer"));
        Assert.True(Policy.Matches("lead"));
        Assert.False(Policy.Matches("order"));
        Assert.Empty(Policy.KeysOf("order", SomeFields.Ada()));
        Assert.Equal(10, Policy.SharedLimit);
    }

    [Fact]
    public void TheSamePersonWrittenDifferentlySharesAKey()
    {
        var keys = Policy.KeysOf("customer", SomeFields.Ada("ada@example.org", "José", "Lovelace"));
        var other = Policy.KeysOf("customer", SomeFields.Ada(" ADA@example.org", "JOSE\u0301", "LOVE-LACE").And("birthDate", "1815-12-10"));
        Assert.Equal(["email+family", "email+given"], keys.Select(key => key.Rule));
        Assert.Equal(keys, other);
    }

    [Fact]
    public void AddressesMatchWhateverTheirType() => Assert.Equal(
        Policy.KeysOf("customer", SomeFields.Of(("emails[type=work].value", "ada@example.org"), ("name.family", "Lovelace"))),
        Policy.KeysOf("customer", SomeFields.Of(("emails[type=home].value", "ada@example.org"), ("name.family", "Lovelace"))));

    [Theory]
    [InlineData("emails[type=work].value", "ada@example.org")]
    [InlineData("phones[type=work].value", "+442079460958")]
    [InlineData("name.full", "Ada Lovelace")]
    [InlineData("identifiers[scheme=iban].value", "DE89370400440532013000")]
    [InlineData("identifiers[scheme=vat].value", "DE123456789")]
    public void AloneTheyNeverDecideForAPerson(string path, string value) =>
        Assert.Empty(Policy.KeysOf("customer", SomeFields.Of((path, value), ("kind", "person"))));

    [Theory]
    [InlineData("email+full", "emails[type=work].value", "yuchi@163.com", "name.full", "尉迟莉英")]
    [InlineData("phone+full", "phones[type=mobile].value", "+8618879449960", "name.full", "尉迟莉英")]
    [InlineData("resident-id", "identifiers[scheme=cn-resident-id].value", "11010519491231002X", "kind", "person")]
    [InlineData("credit-code", "identifiers[scheme=cn-uscc].value", "91350100M000100Y43", "kind", "organisation")]
    [InlineData("vat", "identifiers[scheme=vat].value", "DE811569869", "kind", "organisation")]
    public void TheseDecide(string rule, string path, string value, string otherPath, string otherValue) =>
        Assert.Equal(rule, Assert.Single(Policy.KeysOf("customer", SomeFields.Of((path, value), (otherPath, otherValue)))).Rule);

    [Fact]
    public void ATelephoneNumberNeedsBothNames()
    {
        var fields = SomeFields.Of(("phones[type=work].value", "+442079460958"), ("name.family", "Lovelace"));
        Assert.Empty(Policy.KeysOf("customer", fields));
        Assert.Equal("phone+name", Assert.Single(Policy.KeysOf("customer", fields.And("name.given", "Ada"))).Rule);
    }

    [Fact]
    public void AFamilyThatSharesAddressAndNameStaysApart()
    {
        var ada = SomeFields.Ada("family@example.org", "Ada");
        var byron = SomeFields.Ada("family@example.org", "Byron");
        Assert.Contains(Policy.KeysOf("customer", ada), key => Policy.KeysOf("customer", byron).Contains(key));
        Assert.True(Policy.Contradict("customer", ada, byron, out var reason));
        Assert.Equal("name.given differs", reason);
    }

    [Theory]
    [InlineData("none@shop.example")]
    [InlineData("NoReply@shop.example")]
    [InlineData("unknown@shop.example")]
    public void AddressesThatStandForNoneGiveNoKeyAndTheExplanationSaysWhy(string email)
    {
        var fields = SomeFields.Ada(email);
        Assert.Empty(Policy.KeysOf("customer", fields));
        var skipped = Policy.SkippedOf("customer", fields);
        Assert.Contains(skipped, skip => skip is { Rule: "email+family", Field: "emails[type=work].value" }
            && skip.Reason.StartsWith("on the deny-list as '", StringComparison.Ordinal));
        Assert.DoesNotContain(skipped, skip => skip.Reason.Contains("shop.example", StringComparison.Ordinal));
    }

    [Fact]
    public void AFilledInNameDoesNotLetAnAddressDecideAlone() =>
        Assert.Empty(Policy.KeysOf("customer", SomeFields.Ada(given: "Guest", family: "Unknown")));

    [Theory]
    [InlineData("kind", "person", "organisation", true)]
    [InlineData("birthDate", "1815-12-10", "1815-12-11", true)]
    [InlineData("birthDate", "1815-12-10", "18151210", false)]
    [InlineData("birthDate", "1815-12-10", "1900-01-01", false)]
    [InlineData("name.given", "Ada", "Augusta", true)]
    [InlineData("name.given", "Ada", "A.", false)]
    [InlineData("name.given", "Rob", "Robert", false)]
    [InlineData("name.given", "伟", "伟明", true)]
    [InlineData("name.given", "José", "JOSE", false)]
    [InlineData("name.family", "Byron", "Lovelace", false)]
    [InlineData("identifiers[scheme=cn-resident-id].value", "11010519491231002X", "110105194912310021", true)]
    public void SomeFieldsContradictOnBothSidesAlike(string path, string left, string right, bool contradict)
    {
        var one = SomeFields.Of((path, left), ("status", "active"));
        var other = SomeFields.Of((path, right));
        Assert.Equal(contradict, Policy.Contradict("customer", one, other, out var reason));
        Assert.Equal(contradict, Policy.Contradict("customer", other, one, out var otherWay));
        Assert.Equal(contradict ? $"{path} differs" : "", reason);
        Assert.Equal(reason, otherWay);
        Assert.False(Policy.Contradict("customer", one, SomeFields.Of(("status", "active")), out _));
    }

    [Fact]
    public void ANumberOfTheStateOutweighsAnotherGivenName()
    {
        var one = SomeFields.Of(("name.given", "莉英"), ("identifiers[scheme=cn-resident-id].value", "11010519491231002X"));
        var other = SomeFields.Of(("name.given", "Liying"), ("identifiers[scheme=cn-resident-id].value", "11010519491231002x"));
        Assert.False(Policy.Contradict("customer", one, other, out _));
    }

    [Fact]
    public void EmptyValuesGiveNoKeyAndContradictNothing()
    {
        var cleared = FieldMap.From([new("birthDate", FieldValue.Empty), new("emails[type=work].value", FieldValue.Empty)]);
        Assert.Empty(Policy.KeysOf("customer", cleared.And("name.family", "Lovelace")));
        Assert.False(Policy.Contradict("customer", cleared, SomeFields.Of(("birthDate", "1815-12-10")), out _));
    }
}
