using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class CompilingTests
{
    [Theory]
    [InlineData("""{ "source": "a", "canonical": "name.gven" }""", "fields[0].canonical", "Did you mean 'given'?")]
    [InlineData("""{ "source": "a", "canonical": "name.full", "transform": ["trim", "lowercas"] }""", "fields[0].transform", "Did you mean 'lowercase'?")]
    [InlineData("""{ "source": "a", "canonical": "birthDate", "transform": "date" }""", "fields[0].transform", "write date:<format>")]
    [InlineData("""{ "source": "a", "canonical": "birthDate", "transform": "date:yyyyMM" }""", "fields[0].transform", "does not say a whole date")]
    [InlineData("""{ "source": "a", "canonical": "name.full", "transform": "trim:x" }""", "fields[0].transform", "takes no argument")]
    [InlineData("""{ "source": "a", "canonical": "vip", "transform": "yesNo:J" }""", "fields[0].transform", "names no two words")]
    [InlineData("""{ "source": "a", "canonical": "name.full", "values": "country-iso" }""", "fields[0].values", "Did you mean 'country-iso2'?")]
    [InlineData("""{ "source": "a[0].b", "canonical": "name.full" }""", "fields[0].source", "not by its position")]
    [InlineData("""{ "source": "a[k=1]", "canonical": "name.full" }""", "fields[0].source", "is an element of a list")]
    [InlineData("""{ "source": "a..b", "canonical": "name.full" }""", "fields[0].source", "a name was expected")]
    [InlineData("""{ "source": "a[k]", "canonical": "name.full" }""", "fields[0].source", "[name=value]")]
    [InlineData("""{ "source": "a['", "canonical": "name.full" }""", "fields[0].source", "is not a source path")]
    [InlineData("""{ "source": "a", "canonical": "name.full", "const": "x" }""", "fields[0]", "A constant is only read")]
    [InlineData("""{ "canonical": "name.full" }""", "fields[0]", "has no \"source\"")]
    [InlineData("""{ "canonical": "kind", "const": "persn" }""", "fields[0].const", "Did you mean 'person'?")]
    [InlineData("""{ "canonical": "visits", "const": "many" }""", "fields[0].const", "a whole number")]
    [InlineData("""{ "source": "a", "canonical": "name.full" }, { "source": "b", "canonical": "name.full" }""", "fields[1].canonical", "is read by fields[0] already")]
    [InlineData("""{ "source": "a", "canonical": "name.full" }, { "canonical": "name.full", "const": "x" }""", "fields[1].canonical", "is read by fields[0] already")]
    [InlineData("""{ "source": "a", "canonical": "name.full" }, { "source": "['a']", "canonical": "language" }""", "fields[1].source", "is written by fields[0] already")]
    [InlineData("""{ "source": "a", "canonical": "name.full" }, { "source": "a.b", "canonical": "language" }""", "fields[1].source", "it can be only one")]
    [InlineData("""{ "source": "a[k=1].b", "canonical": "name.full" }, { "source": "a.b", "canonical": "language" }""", "fields[1].source", "'a' is an object here and a list in fields[0]")]
    [InlineData("""{ "source": "p", "canonical": "phones[type=work].value", "transform": "e164:phones[type=home].value" }, { "source": "q", "canonical": "phones[type=home].value", "transform": "e164:phones[type=work].value" }""", "fields[0].transform", "a circle")]
    [InlineData("""{ "sorce": "a", "canonical": "name.full" }""", "fields[0].sorce", "Did you mean 'source'?")]
    public void AProblemSaysWhereAndWhatToWrite(string fields, string path, string message) =>
        Assert.Contains(Some.Problems(fields), problem => problem.Path == path && problem.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void AllProblemsComeAtOnce()
    {
        var problems = Some.Problems("""
            { "source": "a", "canonical": "nme.full" }, { "source": "b[1].c", "canonical": "language" }, { "source": "c", "canonical": "status", "direction": "inn" },
            { "source": "d", "canonical": "name.given", "transform": "upper" }
            """, """ "modified": "x[", "tests": [ { "source": {} } ], """);

        Assert.Equal(
            ["fields[0].canonical", "fields[1].source", "fields[2].direction", "fields[3].transform", "modified", "tests[0]"],
            problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.All(problems, problem => Assert.Equal("some.json", problem.File));
    }

    [Fact]
    public void TwoOneWayFieldsMayShareAPath()
    {
        var mapping = Some.Mapping("""
            { "source": "lang", "canonical": "language", "transform": "lowercase", "direction": "in" },
            { "source": "lang", "canonical": "language", "transform": "uppercase", "direction": "out" }
            """);

        Assert.Equal("de", mapping.Read("""{"lang":"DE"}""").Fields.Find("language")?.AsText);
        Assert.Equal("""{"lang":"DE"}""", mapping.WriteText(Some.Text("language", "de")));
    }

    [Theory]
    [InlineData("modified")]
    [InlineData("deleted")]
    [InlineData("correlation")]
    public void WhatTheSystemSetsIsNotWrittenAsAField(string name)
    {
        var problem = Assert.Single(Some.Problems("""{ "source": "x", "canonical": "name.full" }""", $""" "{name}": "x", """));

        Assert.Contains($"the mapping's \"{name}\"", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileForAnotherEntityIsRefused()
    {
        var json = Some.File("""{ "source": "a", "canonical": "name.full" }""").Replace("\"customer\"", "\"order\"", StringComparison.Ordinal);

        Assert.Contains(StreamMapping.Compile("some.json", json, Some.Schema).Problems, problem => problem.Path == "entity");
    }

    [Fact]
    public void ATestThatNamesAnUnknownFieldIsAProblem() => Assert.Contains(
        Some.Problems("""{ "source": "a", "canonical": "name.full" }""", """ "tests": [ { "source": {}, "canonical": { "name": { "ful": "x" } } } ], """),
        problem => problem.Path == "tests[0].canonical.name.ful" && problem.Message.Contains("Did you mean 'full'?", StringComparison.Ordinal));

    [Fact]
    public void TheVersionFollowsWhatTheFileSaysAndNotHowItIsWritten()
    {
        var one = Compile("""{ "connector": "rest", "stream": "s", "entity": "customer", "key": "id", "fields": [ { "source": "a", "canonical": "name.full" } ] }""");
        var spaced = Compile("""{"stream":"s","connector":"rest","entity":"customer","key":"id","fields":[{"canonical":"name.full","source":"a"}]}""");
        var other = Compile("""{"stream":"s","connector":"rest","entity":"customer","key":"id","fields":[{"canonical":"name.full","source":"b"}]}""");

        Assert.Equal(one.Version, spaced.Version);
        Assert.NotEqual(one.Version, other.Version);
        Assert.Matches("^[0-9a-f]{12}$", one.Version);
    }

    [Fact]
    public void TheHeadOfTheFileIsThere()
    {
        var mapping = Some.Mapping("""{ "source": "a", "canonical": "name.full" }""", """ "modified": "Meta.Changed", "correlation": "['x.y']", """);

        Assert.Equal(
            ("some.json", "rest", "contacts", "customer", "id", "Meta.Changed", null, "['x.y']"),
            (mapping.FileName, mapping.Connector, mapping.Stream, mapping.Entity, mapping.Key, mapping.Modified, mapping.Deleted, mapping.Correlation));
    }

    [Fact]
    public void TheSchemaFileThatEditorsUseIsTheOneThatIsChecked()
    {
        var onDisk = SchemaCheck.Parse(File.ReadAllText(Path.Combine(Some.Repository, "mappings", "schemas", "mapping.schema.json")));

        Assert.NotEmpty(onDisk.Check("x.json", """{ "conector": "rest" }"""));
    }

    private static StreamMapping Compile(string json) => StreamMapping.Compile("some.json", json, Some.Schema).Mapping!;
}
