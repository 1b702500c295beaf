using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class ValueTableTests
{
    [Fact]
    public void AllCountriesOfIso3166AreThereOnce()
    {
        Assert.Equal(249, Countries.All.Count);
        Assert.Equal(249, Countries.All.Select(country => country.Iso2).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(249, Countries.All.Select(country => country.Iso3).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(249, Countries.All.Select(country => country.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(Countries.All, country => Assert.Matches("^[A-Z]{2} [A-Z]{3} \\p{L}", $"{country.Iso2} {country.Iso3} {country.Name}"));
        Assert.All(Countries.OtherNames, other => Assert.Contains(Countries.All, country => country.Iso2 == other.Iso2));
    }

    [Theory]
    [InlineData("country-iso2", "GB")]
    [InlineData("country-iso3", "GBR")]
    [InlineData("country-name", "United Kingdom")]
    public void ACountryIsReadInEverySpellingAndWrittenInTheTablesOwn(string table, string written)
    {
        var mapping = Some.Mapping($$"""{ "source": "c", "canonical": "addresses[type=home].country", "values": "{{table}}" }""");

        foreach (var spelling in (string[])["GB", "gb", "GBR", "United Kingdom", "united kingdom", "Great Britain", "UK"])
            Assert.Equal("GB", mapping.Read($$"""{"c":"{{spelling}}"}""").Fields.Find("addresses[type=home].country")?.AsText);
        Assert.Equal($$"""{"c":"{{written}}"}""", mapping.WriteText(Some.Text("addresses[type=home].country", "GB")));
    }

    [Fact]
    public void AValueThatTheTableDoesNotHaveIsAProblem()
    {
        var read = Some.Mapping("""{ "source": "c", "canonical": "addresses[type=home].country", "values": "country-iso2" }""").Read("""{"c":"Atlantis"}""");

        var problem = Assert.Single(read.Problems);
        Assert.Equal(("values", "text of 8: a8"), (problem.Rule, problem.Shape));
    }

    [Fact]
    public void OfSeveralSourceValuesTheFirstIsWritten()
    {
        var mapping = Some.Mapping("""{ "source": "k", "canonical": "kind", "values": "k" }""", """ "valueTables": { "k": { "P": "person", "H": "person", "O": "organisation", "?": null } }, """);

        Assert.Equal("person", mapping.Read("""{"k":"H"}""").Fields.Find("kind")?.AsText);
        Assert.Equal("""{"k":"P"}""", mapping.WriteText(Some.Text("kind", "person")));
        Assert.True(mapping.Read("""{"k":"?"}""").Fields.Find("kind")?.IsEmpty);
    }

    [Fact]
    public void AnOptOutThatIsMissingIsNeverAConsent()
    {
        var mapping = Some.Mapping(
            """{ "source": "optOut", "canonical": "consents[channel=email,purpose=marketing].status", "values": "t", "type": "boolean" }""",
            """ "valueTables": { "t": { "true": "denied", "false": "granted" } }, """);

        Assert.Empty(mapping.Read("{}").Fields);
        Assert.True(mapping.Read("""{"optOut":null}""").Fields[0].Value.IsEmpty);
        Assert.True(mapping.Read("""{"optOut":""}""").Fields[0].Value.IsEmpty);
        Assert.Equal("denied", mapping.Read("""{"optOut":true}""").Fields[0].Value.AsText);
        Assert.Equal("""{"optOut":false}""", mapping.WriteText(new Field("consents[channel=email,purpose=marketing].status", FieldValue.Text("granted"))));
    }

    [Fact]
    public void ATableTranslatesEachMemberOfASet()
    {
        var mapping = Some.Mapping("""{ "source": "t", "canonical": "tags", "transform": "split", "values": "t" }""", """ "valueTables": { "t": { "1": "gold", "2": "silver" } }, """);

        Assert.Equal(FieldValue.Set(["gold", "silver"]), mapping.Read("""{"t":"2,1"}""").Fields.Find("tags"));
        Assert.Equal("""{"t":"1,2"}""", mapping.WriteText(new Field("tags", FieldValue.Set(["silver", "gold"]))));
        Assert.Single(mapping.Read("""{"t":"2,3"}""").Problems);
    }
}
