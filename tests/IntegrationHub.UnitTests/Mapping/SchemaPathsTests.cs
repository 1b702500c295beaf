using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class SchemaPathsTests
{
    [Theory]
    [InlineData("name.given", CanonicalType.Text)]
    [InlineData("birthDate", CanonicalType.Date)]
    [InlineData("seenAt", CanonicalType.DateTime)]
    [InlineData("score", CanonicalType.Number)]
    [InlineData("visits", CanonicalType.Integer)]
    [InlineData("vip", CanonicalType.Boolean)]
    [InlineData("tags", CanonicalType.Set)]
    [InlineData("emails[type=work].value", CanonicalType.Text)]
    [InlineData("consents[purpose=marketing,channel=email].at", CanonicalType.DateTime)]
    [InlineData("customFields.anything", CanonicalType.Any)]
    public void AFieldHasItsType(string path, CanonicalType type) => Assert.Equal(type, Some.Schema.Find(path)?.Type);

    [Theory]
    [InlineData("name.gven", "'name' has no 'gven'. Did you mean 'given'?")]
    [InlineData("emials[type=work].value", "The entity 'customer' has no 'emials'. Did you mean 'emails'?")]
    [InlineData("emails[type=wrok].value", "'emails' has no type 'wrok'. Did you mean 'work'?")]
    [InlineData("emails.value", "'emails' is a list whose elements are named by type; write emails[type=…].")]
    [InlineData("name[type=x].given", "'name' is not a list; write it without brackets.")]
    [InlineData("name", "'name' is an object; name one of its fields: given, family, full.")]
    [InlineData("emails[type=work]", "'emails[type=work]' is an element of a list; name one of its fields: value, verified.")]
    [InlineData("emails[type=work].type", "'type' is the list's key, which 'emails[type=work]' already says; name another field of the element.")]
    [InlineData("consents[channel=email].status", "'consents' is a list whose elements are named by channel and purpose; write consents[channel=…,purpose=…].")]
    public void AWrongPathIsExplained(string path, string reason)
    {
        Assert.Equal(reason, Some.Schema.Explain(path));
        Assert.Null(Some.Schema.Find(path));
    }

    [Fact]
    public void KeysStandInOrdinalOrder()
    {
        Assert.Equal(["channel", "purpose"], Some.Schema.KeysOf("consents"));
        Assert.Empty(Some.Schema.KeysOf("name"));
        Assert.Empty(Some.Schema.KeysOf("nothing"));
    }

    [Fact]
    public void SensitivityIsInheritedAndOverridden()
    {
        Assert.Equal("personal", Some.Schema.Find("name.given")?.Sensitivity);
        Assert.Equal("special", Some.Schema.Find("birthDate")?.Sensitivity);
        Assert.Null(Some.Schema.Find("language")?.Sensitivity);
    }

    [Fact]
    public void AFieldTellsItsPatternItsKeyAndWhatItAllows()
    {
        Assert.Equal("emails[type].value", Some.Schema.Find("emails[type=home].value")?.Pattern);
        Assert.Equal("email", Some.Schema.Find("emails[type=home].value")?.KeyKind);
        Assert.Equal(["person", "organisation"], Some.Schema.Find("kind")?.Allowed);
        Assert.DoesNotContain(Some.Schema.Fields, field => field.Pattern.EndsWith(".type", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "array", "items": { "type": "object" } } } }""", "x-listKey")]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "array", "x-listKey": ["k"], "items": { "type": "object" } } } }""", "'k'")]
    [InlineData("""{ "type": "object", "properties": { "a": { "$ref": "#/definitions/none" } } }""", "leads nowhere")]
    [InlineData("""{ "type": "object", "properties": { "a": { "$ref": "#/definitions/b" } }, "definitions": { "b": { "type": "object", "properties": { "a": { "$ref": "#/definitions/b" } } } } }""", "deeper")]
    [InlineData("{", "cannot be read")]
    public void ASchemaThatCannotBeFlatIsRefused(string schema, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => SchemaPaths.Parse("thing", schema)).Message, StringComparison.Ordinal);
}
