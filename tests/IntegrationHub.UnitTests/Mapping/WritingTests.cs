using System.Text.Json;
using FsCheck.Fluent;
using FsCheck;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class WritingTests
{
    [Fact]
    public void OnlyTheGivenWritableFieldsAreWrittenInTheSourcesShape()
    {
        var mapping = Some.Mapping("""
            { "source": "Owner.Name", "canonical": "name.full" },
            { "source": "Owner.Lang", "canonical": "language" },
            { "source": "addresses[kind=home].city", "canonical": "addresses[type=home].city" },
            { "source": "addresses[kind=work].city", "canonical": "addresses[type=work].city" },
            { "source": "['a.b']", "canonical": "birthDate" },
            { "source": "score", "canonical": "score" },
            { "source": "tags", "canonical": "tags" },
            { "source": "kind", "canonical": "kind", "direction": "in" }
            """);

        var written = mapping.WriteText(
            Some.Text("name.full", "王小明"), Some.Text("addresses[type=home].city", "Rome"), new("birthDate", FieldValue.Empty), Some.Text("kind", "person"),
            new("score", FieldValue.Number(0.1m)), new("tags", FieldValue.Set(["b", "a"])), Some.Text("name.given", "unmapped"));

        Assert.Equal("""{"Owner":{"Name":"王小明"},"addresses":[{"kind":"home","city":"Rome"}],"a.b":null,"score":0.1,"tags":["a","b"]}""", written);
    }

    [Fact]
    public void NothingToWriteIsAnEmptyObject() =>
        Assert.Equal("{}", Some.Mapping("""{ "source": "n", "canonical": "name.full" }""").WriteText(Some.Text("language", "en")));

    [Theory]
    [InlineData("text", "\"12\"")]
    [InlineData("number", "12")]
    public void TheTypeDecidesWhatTheSourceGets(string type, string json)
    {
        var mapping = Some.Mapping($$"""{ "source": "x", "canonical": "identifiers[scheme=x].value", "type": "{{type}}" }""");

        Assert.Equal($$"""{"x":{{json}}}""", mapping.WriteText(Some.Text("identifiers[scheme=x].value", "12")));
    }

    [Fact]
    public void AValueThatCannotBeSaidIsReportedAndTheOthersAreWritten()
    {
        var mapping = Some.Mapping(
            """{ "source": "optOut", "canonical": "consents[channel=email,purpose=marketing].status", "values": "t", "type": "boolean" }, { "source": "l", "canonical": "language" }""",
            """ "valueTables": { "t": { "true": "denied", "false": "granted" } }, """);
        Field[] fields = [Some.Text("consents[channel=email,purpose=marketing].status", "unknown"), Some.Text("language", "en")];
        var problems = new List<Problem>();

        Assert.Equal("""{"l":"en"}"""u8.ToArray(), mapping.Write(fields, problems));
        Assert.Equal("values", Assert.Single(problems).Rule);
        Assert.Equal("consents[channel=email,purpose=marketing].status", Assert.Single(Assert.Throws<MappingWriteException>(() => mapping.Write(fields)).Problems).Field);
    }

    [Fact]
    public void ATableCanNameTheEmptyTextWhichIsNotNull()
    {
        var mapping = Some.Mapping("""{ "source": "Blocked", "canonical": "status", "values": "b" }""", """ "valueTables": { "b": { "X": "blocked", "": "active" } }, """);

        Assert.Equal("""{"Blocked":""}""", mapping.WriteText(Some.Text("status", "active")));
        Assert.Equal("""{"Blocked":null}""", mapping.WriteText(new Field("status", FieldValue.Empty)));
        Assert.Equal("active", mapping.Read("""{"Blocked":""}""").Fields.Find("status")?.AsText);
        Assert.True(mapping.Read("""{"Blocked":null}""").Fields.Find("status")?.IsEmpty);
    }

    [Fact]
    public void TheMappingSaysWhatItReadsAndWrites()
    {
        var mapping = Some.Mapping("""
            { "source": "a", "canonical": "name.full" }, { "source": "b", "canonical": "language", "direction": "in" },
            { "source": "c", "canonical": "status", "direction": "out" }, { "canonical": "kind", "const": "person" }
            """);

        Assert.Equal(["name.full", "status"], mapping.WritablePaths);
        Assert.True(mapping.CanRead("name.full") && mapping.CanRead("language") && mapping.CanRead("kind") && !mapping.CanRead("status"));
        Assert.True(mapping.CanWrite("name.full") && mapping.CanWrite("status") && !mapping.CanWrite("language") && !mapping.CanWrite("kind"));
    }

    [Fact]
    public void WhatIsWrittenReadsBackTheSame()
    {
        var mapping = Some.Mapping("""
            { "source": "first", "canonical": "name.given" }, { "source": "o.last", "canonical": "name.family" }, { "source": "l[k=1].m[j=x].v", "canonical": "emails[type=work].value" },
            { "source": "s", "canonical": "score" }, { "source": "v", "canonical": "vip", "transform": "not" }, { "source": "t", "canonical": "tags" }
            """);
        var texts = ArbMap.Default.GeneratorFor<string>().Select(text => FieldValue.Text(string.Concat((text ?? "").Where(character => !char.IsSurrogate(character)))));
        var numbers = ArbMap.Default.GeneratorFor<decimal>().Select(FieldValue.Number);
        var fields = Gen.OneOf(
            Gen.Elements("name.given", "name.family", "emails[type=work].value").SelectMany(path => texts.Select(value => new Field(path, value))),
            numbers.Select(value => new Field("score", value)),
            ArbMap.Default.GeneratorFor<bool>().Select(value => new Field("vip", FieldValue.Boolean(value))),
            texts.ListOf().Select(values => new Field("tags", FieldValue.Set(values.Select(value => value.AsText))))).ListOf();

        Prop.ForAll(fields.ToArbitrary(), list =>
        {
            var map = FieldMap.From(list);
            var read = mapping.Read(mapping.Write(map));
            return read.Problems.Count == 0 && read.Fields.Equals(map);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void WhatIsWrittenIsJsonWithoutDuplicates()
    {
        var mapping = Some.Mapping("""{ "source": "o.a", "canonical": "name.given" }, { "source": "x", "canonical": "language" }, { "source": "o.b", "canonical": "name.family" }""");

        using var document = JsonDocument.Parse(
            mapping.Write([Some.Text("name.given", "a"), Some.Text("language", "l"), Some.Text("name.family", "b")]), new JsonDocumentOptions { AllowDuplicateProperties = false });

        Assert.Equal("b", document.RootElement.GetProperty("o").GetProperty("b").GetString());
    }
}
