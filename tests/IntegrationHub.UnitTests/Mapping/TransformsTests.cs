using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class TransformsTests
{
    [Theory]
    [InlineData("trim", "name.full", "\" Ada \"", "Ada", "\"Ada\"")]
    [InlineData("lowercase", "name.full", "\"ÅSA\"", "åsa", "\"åsa\"")]
    [InlineData("uppercase", "name.full", "\"åsa\"", "ÅSA", "\"ÅSA\"")]
    [InlineData("collapseSpaces", "name.full", "\" a \\t b \"", "a b", "\"a b\"")]
    [InlineData("digits", "name.full", "\"+44 (0)20\"", "44020", "\"44020\"")]
    [InlineData("prefix:mailto:", "name.full", "\"mailto:a\"", "a", "\"mailto:a\"")]
    [InlineData("date:yyyyMMdd", "birthDate", "\"18151210\"", "1815-12-10", "\"18151210\"")]
    [InlineData("date:yyyyMMdd", "birthDate", "18151210", "1815-12-10", "\"18151210\"")]
    [InlineData("date:dd.MM.yyyy", "birthDate", "\"10.12.1815\"", "1815-12-10", "\"10.12.1815\"")]
    [InlineData("dateTime", "seenAt", "\"2026-03-01T09:30:00\"", "2026-03-01T09:30:00Z", "\"2026-03-01T09:30:00Z\"")]
    [InlineData("dateTime", "seenAt", "\"2026-03-01T09:30:00.123456789+01:00\"", "2026-03-01T08:30:00.1234567Z", "\"2026-03-01T08:30:00.1234567Z\"")]
    [InlineData("dateTime:dd.MM.yyyy HH:mm", "seenAt", "\"01.03.2026 09:30\"", "2026-03-01T09:30:00Z", "\"01.03.2026 09:30\"")]
    [InlineData("epochMs", "seenAt", "1772357400123", "2026-03-01T09:30:00.123Z", "1772357400123")]
    [InlineData("not", "vip", "true", "false", "true")]
    [InlineData("yesNo", "vip", "\"yes\"", "true", "\"Y\"")]
    [InlineData("yesNo", "vip", "0", "false", "\"N\"")]
    [InlineData("yesNo:J/N", "vip", "\"j\"", "true", "\"J\"")]
    [InlineData("yesNo:N/Y", "vip", "\"N\"", "true", "\"N\"")]
    [InlineData("number", "score", "\"12.50\"", "12.5", "\"12.5\"")]
    [InlineData("split:;", "tags", "\"b; a;;b\"", "[\"a\",\"b\"]", "\"a;b\"")]
    [InlineData("split", "tags", "\"b,a\"", "[\"a\",\"b\"]", "\"a,b\"")]
    [InlineData("join", "name.full", "[\"a\",\"b\"]", "a,b", "[\"a\",\"b\"]")]
    [InlineData("e164:GB", "phones[type=work].value", "\"020 7946 0018\"", "+442079460018", "\"+442079460018\"")]
    [InlineData("e164", "phones[type=work].value", "\"+44 20 7946-0018\"", "+442079460018", "\"+442079460018\"")]
    public void ATransformReadsAndWritesBack(string transform, string canonical, string source, string read, string written)
    {
        var mapping = Some.Mapping($$"""{ "source": "x", "canonical": "{{canonical}}", "transform": "{{transform}}" }""");

        var record = mapping.Read($$"""{"x":{{source}}}""");

        Assert.Empty(record.Problems);
        Assert.Equal(read, record.Fields.Find(canonical)?.AsText);
        Assert.Equal($$"""{"x":{{written}}}""", mapping.WriteText([.. record.Fields]));
    }

    [Theory]
    [InlineData("digits", "name.full", "\"none\"")]
    [InlineData("prefix:x-", "name.full", "\"y-1\"")]
    [InlineData("date:yyyyMMdd", "birthDate", "\"20010229\"")]
    [InlineData("dateTime", "seenAt", "\"yesterday\"")]
    [InlineData("dateTime", "seenAt", "\"2026-03-01\"")]
    [InlineData("epochMs", "seenAt", "1e20")]
    [InlineData("epochMs", "seenAt", "1.5")]
    [InlineData("not", "vip", "\"perhaps\"")]
    [InlineData("yesNo", "vip", "\"perhaps\"")]
    [InlineData("number", "score", "\"1,5\"")]
    [InlineData("number", "score", "\"1 000\"")]
    [InlineData("join", "name.full", "[\"a,b\"]")]
    [InlineData("e164:DE", "phones[type=work].value", "\"12\"")]
    [InlineData("e164", "phones[type=work].value", "\"020 7946 0018\"")]
    public void WhatATransformCannotReadIsAProblemOfItsName(string transform, string canonical, string source)
    {
        var record = Some.Mapping($$"""{ "source": "x", "canonical": "{{canonical}}", "transform": "{{transform}}" }""").Read($$"""{"x":{{source}}}""");

        Assert.Empty(record.Fields);
        Assert.Equal(transform.Split(':')[0], Assert.Single(record.Problems).Rule);
    }

    [Fact]
    public void ATransformRunsOnAValueAlone()
    {
        var mapping = Some.Mapping("""{ "source": "x", "canonical": "vip", "transform": ["yesNo", "not"] }""");

        Assert.Null(mapping.Read("{}").Fields.Find("vip"));
        Assert.True(mapping.Read("""{"x":null}""").Fields.Find("vip")?.IsEmpty);
        Assert.Equal("""{"x":null}""", mapping.WriteText(new Field("vip", FieldValue.Empty)));
        Assert.Equal("""{"x":"N"}""", mapping.WriteText(new Field("vip", FieldValue.Boolean(true))));
    }

    [Theory]
    [InlineData("e164:DE", "de?DE")]
    [InlineData("e164:Land", "de?FR")]
    [InlineData("e164:Sub.Land", "de?IT")]
    [InlineData("e164:addresses[type=work].country", "de?GB")]
    [InlineData("e164", "de?")]
    public void TheCountryComesFromACodeTheSourceOrACanonicalField(string transform, string expected)
    {
        var json = Some.File($$"""
            { "source": "p", "canonical": "phones[type=work].value", "transform": "{{transform}}" },
            { "source": "c", "canonical": "addresses[type=work].country", "values": "country-iso2" }
            """);
        var mapping = StreamMapping.Compile("some.json", json, Some.Schema, new EchoingPhones()).Mapping!;

        var record = mapping.Read("""{"p":"de","Land":" fr ","Sub":{"Land":"IT"},"c":"United Kingdom"}""");

        Assert.Equal(expected, record.Fields.Find("phones[type=work].value")?.AsText);
    }

    [Fact]
    public void EveryTransformIsDocumentedOnceInOneLine()
    {
        Assert.Equal(Transforms.All.Count, Transforms.All.Select(transform => transform.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Transforms.All, transform => Assert.Matches("^[^\n]+\\.$", transform.Help));
    }

    [Fact]
    public void TheReadmeListsEveryTransform()
    {
        var readme = File.ReadAllText(Path.Combine(Some.Repository, "mappings", "README.md"));

        Assert.All(Transforms.All, transform =>
            Assert.Contains($"| `{transform.Name}{(transform.Argument.Length == 0 ? "" : ":" + transform.Argument.Trim('[', ']'))}` | {transform.Direction} | {transform.Help} |", readme, StringComparison.Ordinal));
    }

    private sealed class EchoingPhones : IPhoneNumbers
    {
        public bool TryToE164(string text, string? country, out string e164)
        {
            e164 = $"{text}?{country}";
            return true;
        }
    }
}
