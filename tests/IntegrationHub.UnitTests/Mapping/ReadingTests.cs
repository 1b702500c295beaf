using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class ReadingTests
{
    private const string Name = """{ "source": "Name", "canonical": "name.full" }""";

    [Fact]
    public void MissingIsAbsentNullAndEmptyTextAreExplicitlyEmpty()
    {
        var mapping = Some.Mapping(Name);

        Assert.Null(mapping.Read("{}").Fields.Find("name.full"));
        Assert.Equal(FieldValue.Empty, mapping.Read("""{"Name":null}""").Fields.Find("name.full"));
        Assert.Equal(FieldValue.Empty, mapping.Read("""{"Name":""}""").Fields.Find("name.full"));
        Assert.Equal(FieldValue.Text("Ada"), mapping.Read("""{"Name":"Ada"}""").Fields.Find("name.full"));
    }

    [Fact]
    public void AnEmptyTextCanMeanAbsentAndNullStillMeansEmpty()
    {
        var mapping = Some.Mapping("""{ "source": "Name", "canonical": "name.full", "transform": "trim" }""", """ "emptyText": "absent", """);

        Assert.Empty(mapping.Read("""{"Name":""}""").Fields);
        Assert.Empty(mapping.Read("""{"Name":"  "}""").Fields);
        Assert.Equal(FieldValue.Empty, mapping.Read("""{"Name":null}""").Fields.Find("name.full"));
    }

    [Fact]
    public void PathsAreTheSameInstancesForEveryRecord()
    {
        var mapping = Some.Mapping(Name);

        Assert.Same(mapping.Read("""{"Name":"a"}""").Fields[0].Path, mapping.Read("""{"Name":"b"}""").Fields[0].Path);
    }

    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("1.50", "1.5")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("1200e-2", "12")]
    [InlineData("-0.0000000000000000000000000001", "-0.0000000000000000000000000001")]
    public void NumbersKeepEveryDigit(string number, string text)
    {
        var read = Some.Mapping("""{ "source": "n", "canonical": "score" }""").Read($$"""{"n":{{number}}}""");

        Assert.Equal(text, read.Fields.Find("score")?.AsText);
        Assert.Equal(FieldKind.Number, read.Fields.Find("score")?.Kind);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("0.12345678901234567890123456789012")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("12345678901234567890.12345678901234567890")]
    public void ANumberThatADecimalCannotHoldExactlyIsAProblem(string number)
    {
        var read = Some.Mapping("""{ "source": "n", "canonical": "score" }""").Read($$"""{"n":{{number}}}""");

        Assert.Empty(read.Fields);
        Assert.Equal("score", Assert.Single(read.Problems).Field);
    }

    [Fact]
    public void ANumberIsReadAsTextWithAllItsDigitsWhereATextIsWanted()
    {
        var mapping = Some.Mapping("""{ "source": "no", "canonical": "identifiers[scheme=x].value" }""");

        Assert.Equal("123456789012345678901234567890123456789", mapping.Read("""{"no":123456789012345678901234567890123456789}""").Fields[0].Value.AsText);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"True\"", true)]
    [InlineData("1", true)]
    [InlineData("\"0\"", false)]
    public void WhatSaysTrueOrFalseIsABoolean(string json, bool expected) =>
        Assert.Equal(FieldValue.Boolean(expected), Some.Mapping("""{ "source": "b", "canonical": "vip" }""").Read($$"""{"b":{{json}}}""").Fields.Find("vip"));

    [Theory]
    [InlineData("birthDate", "\"1.2.2000\"", "date")]
    [InlineData("birthDate", "\"2001-02-29\"", "date")]
    [InlineData("seenAt", "\"2026-03-01T09:30:00\"", "dateTime")]
    [InlineData("vip", "\"maybe\"", "type")]
    [InlineData("visits", "1.5", "type")]
    [InlineData("name.full", "{\"a\":1}", "type")]
    [InlineData("name.full", "[\"a\"]", "type")]
    [InlineData("name.full", "\"\\ud800\"", "type")]
    [InlineData("tags", "\"a,b\"", "type")]
    [InlineData("tags", "[{\"a\":1}]", "type")]
    public void WhatDoesNotConvertIsAProblemOfThatFieldAlone(string canonical, string json, string rule)
    {
        var read = Some.Mapping($$"""{ "source": "x", "canonical": "{{canonical}}" }, { "source": "l", "canonical": "language" }""").Read($$"""{"x":{{json}},"l":"en"}""");

        var problem = Assert.Single(read.Problems);
        Assert.Equal((canonical, rule), (problem.Field, problem.Rule));
        Assert.Equal("language", Assert.Single(read.Fields).Path);
    }

    [Fact]
    public void AMomentBecomesUtc() => Assert.Equal(
        "2026-03-01T07:30:00.5Z", Some.Mapping("""{ "source": "t", "canonical": "seenAt" }""").Read("""{"t":"2026-03-01T09:30:00.500+0200"}""").Fields[0].Value.AsText);

    [Theory]
    [InlineData("[1]", "object")]
    [InlineData("", "json")]
    [InlineData("{", "json")]
    [InlineData("{\"Name\":\"a\"} x", "json")]
    [InlineData("{\"Name\":\"a\",\"Name\":\"b\"}", "duplicate")]
    [InlineData("{\"Name\":\"a\",\"N\\u0061me\":\"b\"}", "duplicate")]
    [InlineData("{\"Name\":\"a\",\"other\":[{\"x\":{\"y\":1,\"y\":2}}]}", "duplicate")]
    public void APayloadThatCannotBeReadIsOneProblem(string payload, string rule)
    {
        var read = Some.Mapping(Name).Read(payload);

        Assert.Empty(read.Fields);
        Assert.Equal(rule, Assert.Single(read.Problems).Rule);
    }

    [Fact]
    public void BytesThatAreNoUtf8AreAProblem() =>
        Assert.Equal("utf8", Assert.Single(Some.Mapping(Name).Read([.. "{\"Name\":\""u8, 0xC3, 0x28, .. "\"}"u8]).Problems).Rule);

    [Theory]
    [InlineData(31, 0)]
    [InlineData(32, 1)]
    [InlineData(5000, 1)]
    public void MoreThan32LevelsAreAProblem(int lists, int problems)
    {
        var read = Some.Mapping(Name).Read($$"""{"x":{{new string('[', lists)}}{{new string(']', lists)}}}""");

        Assert.Equal(problems, read.Problems.Count);
        Assert.All(read.Problems, problem => Assert.Equal("depth", problem.Rule));
    }

    [Fact]
    public void ManyPropertiesAreNoDuplicates()
    {
        var payload = new StringBuilder("{\"Name\":\"Ada\"");
        for (var i = 0; i < 500; i++)
            payload.Append($",\"p{i}\":{{\"Name\":{i}}}");

        var read = Some.Mapping(Name).Read(payload.Append('}').ToString());

        Assert.Empty(read.Problems);
        Assert.Equal("Ada", read.Fields[0].Value.AsText);
    }

    [Fact]
    public void NestedAndQuotedPathsAndKeyedListsAreFollowed()
    {
        var mapping = Some.Mapping("""
            { "source": "Owner.Name", "canonical": "name.full" },
            { "source": "['a.b'].c", "canonical": "language" },
            { "source": "addresses[kind=home].city", "canonical": "addresses[type=home].city" },
            { "source": "addresses[kind=2].city", "canonical": "addresses[type=mailing].city" }
            """);

        var read = mapping.Read("""{"addresses":[{"city":"Rome","kind":"home"},{"kind":2,"city":"Oslo"},{"kind":"other","city":"Bern"}],"a.b":{"c":"en"},"Owner":{"Id":1,"Name":"Ada"}}""");

        Assert.Equal(
            ["addresses[type=home].city=Rome", "addresses[type=mailing].city=Oslo", "language=en", "name.full=Ada"],
            read.Fields.Select(field => $"{field.Path}={field.Value.AsText}"));
        Assert.Empty(read.Problems);
    }

    [Fact]
    public void AListWithOneKeyTwiceIsAProblem() => Assert.Equal(
        "addresses[type=home].city",
        Assert.Single(Some.Mapping("""{ "source": "a[k=h].city", "canonical": "addresses[type=home].city" }""").Read("""{"a":[{"k":"h","city":"A"},{"k":"h","city":"B"}]}""").Problems).Field);

    [Fact]
    public void AnObjectOfNullEmptiesWhatLiesInItAndAListWithoutTheElementSaysNothing()
    {
        var mapping = Some.Mapping("""{ "source": "Owner.Name", "canonical": "name.full" }, { "source": "a[k=h].city", "canonical": "addresses[type=home].city" }""");

        Assert.Equal("name.full", Assert.Single(mapping.Read("""{"Owner":null,"a":[{"k":"x","city":"A"}]}""").Fields).Path);
    }

    [Fact]
    public void AConstantIsReadAlways() => Assert.Equal(
        "person", Some.Mapping("""{ "canonical": "kind", "const": "person" }""").Read("{}").Fields.Find("kind")?.AsText);

    [Fact]
    public void AnEmptyListIsAnExplicitlyEmptySet() =>
        Assert.True(Some.Mapping("""{ "source": "t", "canonical": "tags" }""").Read("""{"t":[]}""").Fields.Find("tags")?.IsEmpty);

    [Fact]
    public void AProblemShowsNoValue()
    {
        var read = Some.Mapping("""{ "source": "x", "canonical": "birthDate" }""").Read("""{"x":"Lovelace 1815"}""");

        Assert.DoesNotContain("Lovelace", Assert.Single(read.Problems).ToString(), StringComparison.Ordinal);
    }
}
