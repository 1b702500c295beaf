using FsCheck.Fluent;
using FsCheck;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class CanonicalJsonTests
{
    private static readonly string[] TextPaths =
        ["name.given", "name.full", "language", "emails[type=work].value", "emails[type=home].value", "customFields.a", "identifiers[scheme=x%2Cy].value", "consents[channel=email,purpose=marketing].status"];

    [Fact]
    public void FieldsBecomeNestedObjectsAndKeyedLists()
    {
        var fields = FieldMap.From(
        [
            Some.Text("name.given", "Ada"), Some.Text("emails[type=work].value", "a@b.c"), new("emails[type=home].verified", FieldValue.Boolean(true)),
            Some.Text("consents[channel=email,purpose=marketing].status", "denied"), new("score", FieldValue.Number(1.50m)), new("birthDate", FieldValue.Empty),
            new("tags", FieldValue.Set(["b", "a"])), new("lines[no=7].amount", FieldValue.Number(12345678901234567890m)),
        ]);

        Assert.Equal(
            """{"birthDate":null,"consents":[{"channel":"email","purpose":"marketing","status":"denied"}],"emails":[{"type":"home","verified":true},{"type":"work","value":"a@b.c"}],"lines":[{"no":7,"amount":12345678901234567890}],"name":{"given":"Ada"},"score":1.5,"tags":["a","b"]}""",
            CanonicalJson.Write(fields, Some.Schema));
    }

    [Fact]
    public void NullIsExplicitlyEmptyAndAMissingPropertyAbsent()
    {
        var fields = CanonicalJson.Parse("""{ "name": { "given": null } }""", Some.Schema);

        Assert.True(fields.Find("name.given")?.IsEmpty);
        Assert.Null(fields.Find("name.family"));
    }

    [Fact]
    public void WhatIsWrittenParsesToTheSameFields()
    {
        var values = ArbMap.Default.GeneratorFor<string>().Select(text => FieldValue.Text(Printable(text)));
        var fields = Gen.Elements(TextPaths).SelectMany(path => values.Select(value => new Field(path, value))).ListOf();

        Prop.ForAll(fields.ToArbitrary(), list =>
        {
            var map = FieldMap.From(list);
            return CanonicalJson.Parse(CanonicalJson.Write(map, Some.Schema), Some.Schema).Equals(map);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("""{ "nme": {} }""", "Did you mean 'name'?")]
    [InlineData("""{ "name": null }""", "write null for each of its fields")]
    [InlineData("""{ "name": "Ada" }""", "write an object")]
    [InlineData("""{ "birthDate": "1.2.2000" }""", "yyyy-MM-dd")]
    [InlineData("""{ "visits": 1.5 }""", "a whole number")]
    [InlineData("""{ "score": 1e400 }""", "a number")]
    [InlineData("""{ "emails": [ { "value": "x" } ] }""", "name their type")]
    [InlineData("""{ "emails": [ { "type": "work" } ] }""", "at least one field")]
    [InlineData("""{ "emails": [ { "type": "work", "value": "x" }, { "type": "work", "value": "y" } ] }""", "each key once")]
    [InlineData("""{ "name": { "given": "a", "given": "b" } }""", "a second time")]
    [InlineData("""{ "customFields": { "my field": 1 } }""", "letters, digits")]
    [InlineData("[]", "one JSON object")]
    [InlineData("{", "not JSON")]
    public void WhatTheSchemaDoesNotKnowIsRefused(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => CanonicalJson.Parse(json, Some.Schema)).Message, StringComparison.Ordinal);

    [Fact]
    public void ARefusalShowsNoValue() =>
        Assert.DoesNotContain("Lovelace", Assert.Throws<FormatException>(() => CanonicalJson.Parse("""{ "birthDate": "Lovelace" }""", Some.Schema)).Message, StringComparison.Ordinal);

    // Half a surrogate pair is no text that JSON can carry.
    private static string Printable(string? text) => string.Concat((text ?? "").Where(character => !char.IsSurrogate(character)));
}
