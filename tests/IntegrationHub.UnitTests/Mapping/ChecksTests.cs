using System.Text;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

public sealed class ChecksTests
{
    [Fact]
    public void ATestComparesOnlyTheFieldsItNames()
    {
        var results = Some.Mapping("""{ "source": "a", "canonical": "name.full" }, { "source": "b", "canonical": "birthDate" }""", """
            "tests": [
              { "name": "right", "source": { "a": "Ada", "b": "bad" }, "canonical": { "name": { "full": "Ada" } } },
              { "source": { "a": "Ada", "b": "bad" }, "canonical": { "name": { "full": "Bob" }, "birthDate": "2000-01-01", "language": "en" } }
            ],
            """).RunTests();

        Assert.True(results[0].Passed);
        Assert.Equal("test 2", results[1].Name);
        Assert.Collection(
            results[1].Failures,
            failure => Assert.StartsWith("birthDate: expected \"2000-01-01\", but it does not read (date)", failure, StringComparison.Ordinal),
            failure => Assert.Equal("language: expected \"en\", found nothing.", failure),
            failure => Assert.Equal("name.full: expected \"Bob\", found \"Ada\".", failure));
    }

    [Fact]
    public void AWritingTestComparesTheWholeOfWhatIsWritten()
    {
        var results = Some.Mapping("""{ "source": "a", "canonical": "name.full" }""", """
            "tests": [
              { "write": { "name": { "full": "Ada" } }, "expect": { "a": "Ada" } },
              { "write": { "name": { "full": "Ada" } }, "expect": { "a": "Ada", "b": 1 } }
            ],
            """).RunTests();

        Assert.Equal([true, false], results.Select(result => result.Passed));
    }

    [Fact]
    public void LintFindsNothingAtAPlainField() =>
        Assert.DoesNotContain(Lint("""{ "source": "a", "canonical": "name.full" }"""), finding => finding.Path == "name.full");

    [Fact]
    public void ADeclaredLossIsANote() => Assert.Contains(
        Lint("""{ "source": "a", "canonical": "emails[type=work].value", "transform": "lowercase" }"""),
        finding => finding is { Level: LintLevel.Note, Path: "emails[type=work].value" } && finding.Message.Contains("lowercase does not keep letter case", StringComparison.Ordinal));

    [Fact]
    public void ALossThatNothingDeclaresIsAnError() => Assert.Contains(
        Lint("""{ "source": "a", "canonical": "birthDate", "transform": "date:yyMMdd" }"""),
        finding => finding is { Level: LintLevel.Error, Path: "birthDate" });

    [Fact]
    public void WhatIsWrittenAndDoesNotReadBackIsFound() => Assert.Contains(
        Lint("""{ "source": "a", "canonical": "kind", "values": "k", "transform": "uppercase" }""", """ "valueTables": { "k": { "p": "person", "o": "organisation" } }, """),
        finding => finding is { Level: LintLevel.Warning, Path: "kind" } && finding.Message.Contains("does not read back", StringComparison.Ordinal));

    [Fact]
    public void AnAllowedValueThatCannotBeWrittenIsAWarning() => Assert.Contains(
        Lint("""{ "source": "a", "canonical": "kind", "values": "k" }""", """ "valueTables": { "k": { "P": "person" } }, """),
        finding => finding is { Level: LintLevel.Warning, Path: "kind" } && finding.Message.Contains("'organisation'", StringComparison.Ordinal));

    [Fact]
    public void ATypeThatChangesWhatTheSourceHoldsIsAWarning() => Assert.Contains(
        MappingLint.Check(Some.Mapping("""{ "source": "a", "canonical": "identifiers[scheme=x].value" }"""), [Encoding.UTF8.GetBytes("""{"a":12}""")], new Random(1)),
        finding => finding is { Level: LintLevel.Warning, Path: "identifiers[scheme=x].value" } && finding.Message.Contains("\"type\"", StringComparison.Ordinal));

    [Fact]
    public void TheSameSeedGivesTheSameFindings()
    {
        const string Fields = """{ "source": "a", "canonical": "name.full", "transform": "digits" }, { "source": "b", "canonical": "tags", "transform": "split" }""";

        Assert.Equal(Lint(Fields), Lint(Fields));
    }

    [Fact]
    public void APreviewShowsBothDirectionsAndTheProblems()
    {
        var mapping = Some.Mapping("""{ "source": "a", "canonical": "name.full", "transform": "trim" }, { "source": "b", "canonical": "birthDate" }""");

        var record = Assert.Single(MappingPreview.Run(mapping, [Encoding.UTF8.GetBytes("""{"a":" Ada ","b":"x"}""")]));

        Assert.Equal("{\n  \"name\": {\n    \"full\": \"Ada\"\n  }\n}", record.CanonicalJson.ReplaceLineEndings("\n"));
        Assert.Equal("{\n  \"a\": \"Ada\"\n}", record.WrittenJson.ReplaceLineEndings("\n"));
        Assert.Equal("birthDate", Assert.Single(record.Problems).Field);
    }

    [Fact]
    public void ATableShowsEveryFieldForPeople()
    {
        var mapping = Some.Mapping("""
            { "source": "b", "canonical": "name.given", "transform": ["trim", "lowercase"], "description": "as typed" },
            { "canonical": "name.full", "read": "a & '|' & b" },
            { "canonical": "kind", "const": "person" }
            """);

        Assert.Equal(
            [
                new MappingTableRow("kind", "", "in", "always \"person\"", "", ""),
                new MappingTableRow("name.full", "", "in", "read: a & '|' & b", "", ""),
                new MappingTableRow(
                    "name.given", "b", "both", "trim, lowercase", "trim does not keep white space at the ends; lowercase does not keep letter case", "as typed"),
            ],
            MappingTable.Rows(mapping));
        Assert.Contains("| `name.full` |  | in | read: a & '\\|' & b |  |  |", MappingTable.Markdown(mapping), StringComparison.Ordinal);
    }

    private static IReadOnlyList<LintFinding> Lint(string fields, string more = "") => MappingLint.Check(Some.Mapping(fields, more), [], new Random(1));
}
