using IntegrationHub.Abstractions;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class NamedTransformsTests
{
    [Theory]
    [InlineData("Ada Lovelace", "", "Ada", "Lovelace")]
    [InlineData("Ludwig van Beethoven", "", "Ludwig", "van Beethoven")]
    [InlineData("Dr. Ana Maria de la Cruz", "", "Ana Maria", "de la Cruz")]
    [InlineData("Lovelace, Ada", "", "Ada", "Lovelace")]
    [InlineData("Bartók Béla", ":hu", "Béla", "Bartók")]
    [InlineData("山田 太郎", ":ja", "太郎", "山田")]
    [InlineData("王小明", ":zh", "小明", "王")]
    [InlineData("欧阳小明", ":zh", "小明", "欧阳")]
    [InlineData("김민준", ":ko", "민준", "김")]
    [InlineData("남궁민수", ":ko", "민수", "남궁")]
    public void AFullNameIsSplitAsItsCultureHasIt(string name, string culture, string given, string family)
    {
        var mapping = Some.Mapping($$"""
            { "source": "n", "canonical": "name.given", "transform": "givenName{{culture}}", "direction": "in" },
            { "source": "n", "canonical": "name.family", "transform": "familyName{{culture}}", "direction": "in" }
            """);

        var read = mapping.Read($$"""{ "n": "{{name}}" }""");

        Assert.Equal((given, family), (read.Fields.Find("name.given")?.AsText, read.Fields.Find("name.family")?.AsText));
    }

    [Theory]
    [InlineData("Ada", "givenName")]
    [InlineData("山田太郎", "givenName:ja")]
    [InlineData("no address", "email")]
    [InlineData("two@at@signs", "email")]
    [InlineData("Main Street", "houseNumber")]
    public void WhatCannotBeToldIsAProblemAndNotAGuess(string text, string transform)
    {
        var read = Some.Mapping($$"""{ "source": "n", "canonical": "name.full", "transform": "{{transform}}" }""").Read($$"""{ "n": "{{text}}" }""");

        Assert.Equal(transform.Split(':')[0], Assert.Single(read.Problems).Rule);
    }

    [Theory]
    [InlineData("email", "Ada Lovelace <Ada@Example.ORG>", "Ada@example.org")]
    [InlineData("email", " mailto:ada@EXAMPLE.org", "ada@example.org")]
    [InlineData("titlecase", "ADA o'neill-SMITH", "Ada O'neill-Smith")]
    [InlineData("htmlToText", "<p>Hello&nbsp;<b>Ada</b> &amp; co</p><script>x()</script><p>a &lt; b<br>1 < 2</p>",
        "Hello Ada & co\na < b\n1 < 2")]
    [InlineData("hash", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("street", "Hauptstraße 12 a", "Hauptstraße")]
    [InlineData("houseNumber", "Hauptstraße 12 a", "12 a")]
    [InlineData("houseNumber", "221B Baker Street", "221B")]
    [InlineData("street", "12 bis, rue de la Paix", "rue de la Paix")]
    [InlineData("street", "Unter den Linden", "Unter den Linden")]
    public void ATransformReads(string transform, string text, string expected) => Assert.Equal(
        expected,
        Some.Mapping($$"""{ "source": "n", "canonical": "name.full", "transform": "{{transform}}", "direction": "in" }""")
            .Read(System.Text.Json.JsonSerializer.Serialize(new { n = text })).Fields.Find("name.full")?.AsText);

    [Theory]
    [InlineData("language", "German", "de")]
    [InlineData("language", "GER", "de")]
    [InlineData("language", "deutsch", "de")]
    [InlineData("language", "中文", "zh")]
    [InlineData("currency", "€", "EUR")]
    [InlineData("currency", "us dollar", "USD")]
    [InlineData("currency", "gbp", "GBP")]
    public void LanguagesAndCurrenciesAreKnownByAnyCommonForm(string table, string text, string expected)
    {
        var mapping = Some.Mapping($$"""{ "source": "n", "canonical": "language", "values": "{{table}}" }""");

        Assert.Equal(expected, mapping.Read($$"""{ "n": "{{text}}" }""").Fields.Find("language")?.AsText);
        Assert.Equal($$"""{"n":"{{expected}}"}""", mapping.WriteText(Some.Text("language", expected)));
    }

    [Fact]
    public void ALimitCutsWhatIsWrittenButNotInsideACharacter()
    {
        var mapping = Some.Mapping("""{ "source": "n", "canonical": "name.full", "transform": "limit:3" }""");

        using var written = System.Text.Json.JsonDocument.Parse(mapping.WriteText(Some.Text("name.full", "ab👩‍👧cd")));
        Assert.Equal("ab👩‍👧", written.RootElement.GetProperty("n").GetString());
        Assert.Equal("abcd", mapping.Read("""{ "n": "abcd" }""").Fields.Find("name.full")?.AsText);
    }

    [Fact]
    public void ATablesStarIsWhatEveryOtherValueMeans()
    {
        var mapping = Some.Mapping(
            """{ "source": "s", "canonical": "status", "values": "state" }""",
            """ "valueTables": { "state": { "A": "active", "*": "inactive" } }, """);

        Assert.Equal("active", mapping.Read("""{ "s": "A" }""").Fields.Find("status")?.AsText);
        Assert.Equal("inactive", mapping.Read("""{ "s": "never seen" }""").Fields.Find("status")?.AsText);
        Assert.Equal("""{"s":"A"}""", mapping.WriteText(Some.Text("status", "active")));
        Assert.Throws<IntegrationHub.Mapping.MappingWriteException>(() => mapping.WriteText(new Field("status",
            FieldValue.Text("inactive"))));
    }
}
