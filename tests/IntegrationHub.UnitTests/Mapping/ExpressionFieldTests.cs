using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

/// <summary>Fields that JSONata reads and writes.</summary>
public sealed class ExpressionFieldTests
{
    private const string FullName = """{ "canonical": "name.full", "read": "$join([FirstName, LastName], ' ')" }""";

    private const string Consent =
        """{ "canonical": "consents[channel=email,purpose=marketing].status", "read": "OptOut ? 'denied' : Country = 'DE' ? 'unknown' : 'granted'" }""";

    private const string Segment =
        """{ "source": "Segment", "canonical": "customFields.segment", "read": "$lowercase($)", "write": "$uppercase($)", "loses": "letter case" }""";

    [Theory]
    [InlineData("""{ "FirstName": "Ada", "LastName": "Lovelace" }""", "Ada Lovelace")]
    [InlineData("""{ "FirstName": "Ada", "LastName": null }""", null)]
    [InlineData("""{ "FirstName": "Ada" }""", "Ada")]
    public void AReadWithoutASourceSeesTheWholeRecord(string record, string? expected)
    {
        var read = Some.Mapping(FullName).Read(record);

        if (expected is null) Assert.Equal(("name.full", "expression", "T0412"), Single(read));
        else Assert.Equal(expected, read.Fields.Find("name.full")!.Value.AsText);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{ "Other": 1 }""", null)]
    [InlineData("""{ "FirstName": null }""", "")]
    [InlineData("""{ "FirstName": "", "LastName": "" }""", "")]
    public void AbsentStaysAbsentAndNullIsExplicitlyEmpty(string record, string? expected)
    {
        var read = Some.Mapping("""{ "canonical": "name.full", "read": "FirstName & LastName & '!'" }""").Read(record);

        Assert.Empty(read.Problems);
        Assert.Equal(expected, read.Fields.Find("name.full")?.AsText);
    }

    [Theory]
    [InlineData("""{ "OptOut": true, "Country": "FR" }""", "denied")]
    [InlineData("""{ "OptOut": false, "Country": "FR" }""", "granted")]
    [InlineData("""{ "Country": "FR" }""", null)]
    [InlineData("""{ "OptOut": false }""", null)]
    [InlineData("""{ "OptOut": null, "Country": "FR" }""", "")]
    [InlineData("{}", null)]
    public void AMissingOptOutNeverBecomesAConsent(string record, string? expected)
    {
        var read = Some.Mapping(Consent).Read(record);

        Assert.Empty(read.Problems);
        Assert.Equal(expected, read.Fields.Find("consents[channel=email,purpose=marketing].status")?.AsText);
    }

    [Fact]
    public void AMissingOptOutInsideAnObjectIsMissingToo()
    {
        var mapping = Some.Mapping(Consent.Replace("OptOut", "Privacy.OptOut", StringComparison.Ordinal));

        Assert.Empty(mapping.Read("""{ "Privacy": {}, "Country": "FR" }""").Fields);
        Assert.Single(mapping.Read("""{ "Privacy": { "OptOut": true }, "Country": "FR" }""").Fields);
    }

    [Theory]
    [InlineData("""{ "Segment": "GOLD" }""", "gold")]
    [InlineData("""{ "Segment": null }""", "")]
    [InlineData("{}", null)]
    public void AReadWithASourceRunsOnTheValueThere(string record, string? expected) =>
        Assert.Equal(expected, Some.Mapping(Segment).Read(record).Fields.Find("customFields.segment")?.AsText);

    [Fact]
    public void ASourceMayBeAnObjectOrALists()
    {
        var mapping = Some.Mapping("""
            { "source": "Address", "canonical": "addresses[type=mailing].line1", "read": "street & ' ' & no" },
            { "source": "Labels", "canonical": "tags", "read": "$.name" }
            """);

        var read = mapping.Read("""{ "Address": { "street": "Main", "no": 7 }, "Labels": [{ "name": "b" }, { "name": "a" }] }""");

        Assert.Empty(read.Problems);
        Assert.Equal("Main 7", read.Fields.Find("addresses[type=mailing].line1")!.Value.AsText);
        Assert.Equal(["a", "b"], read.Fields.Find("tags")!.Value.AsSet);
    }

    [Fact]
    public void WhatIsWrittenIsWhatTheExpressionMakesOfTheValue()
    {
        var mapping = Some.Mapping(Segment);

        Assert.Equal("""{"Segment":"GOLD"}""", mapping.WriteText(Some.Text("customFields.segment", "gold")));
        Assert.Equal("""{"Segment":null}""", mapping.WriteText(new Field("customFields.segment", FieldValue.Empty)));
        Assert.Equal("{}", mapping.WriteText());
    }

    [Fact]
    public void AmountsKeepTheirDigitsBothWays()
    {
        var mapping = Some.Mapping("""{ "source": "Amount", "canonical": "score", "read": "$", "write": "$ >= 0 ? $ : $" }""");

        Assert.Equal(12345678901234567890.12m, mapping.Read("""{ "Amount": 12345678901234567890.12 }""").Fields.Find("score")!.Value.AsNumber);
        Assert.Equal("""{"Amount":12345678901234567890.12}""", mapping.WriteText(new Field("score", FieldValue.Number(12345678901234567890.12m))));
    }

    [Fact]
    public void AFailureIsAProblemOfItsFieldWithTheLanguagesCodeAndWithoutTheValue()
    {
        var read = Some.Mapping($$"""{ "canonical": "score", "read": "$number(Secret)" }, { "source": "x", "canonical": "name.given" }""")
            .Read("""{ "Secret": "geheim", "x": "Ada" }""");

        Assert.Equal(("score", "expression", "D3030"), Single(read));
        Assert.DoesNotContain("geheim", read.Problems[0].Expected, StringComparison.Ordinal);
        Assert.Equal("Ada", read.Fields.Find("name.given")!.Value.AsText);
    }

    [Fact]
    public void AValueOfAnotherTypeIsAProblemAsWithAPath()
    {
        var problem = Assert.Single(Some.Mapping("""{ "canonical": "birthDate", "read": "B & 'x'" }""").Read("""{ "B": "ab" }""").Problems);

        Assert.Equal(("birthDate", "date"), (problem.Field, problem.Rule));
    }

    [Fact]
    public void AnExpressionWithoutEndIsAProblemAndNotTheEndOfTheHub()
    {
        var read = Some.Mapping("""{ "canonical": "score", "read": "($f := function($n){ $f($n + 1) }; $f(A))" }""").Read("""{ "A": 1 }""");

        Assert.Equal(("score", "expression", "D1012"), Single(read));
    }

    [Fact]
    public void WhatWriteMakesNothingOfIsAProblem()
    {
        var mapping = Some.Mapping("""{ "source": "A", "canonical": "name.given", "write": "$.missing" }""");

        var failure = Assert.Throws<MappingWriteException>(() => mapping.WriteText(Some.Text("name.given", "Ada")));

        Assert.Equal("expression", Assert.Single(failure.Problems).Rule);
        Assert.False(mapping.CanRead("name.given"));
        Assert.True(mapping.CanWrite("name.given"));
    }

    [Theory]
    [InlineData("""{ "canonical": "name.full", "read": "$uppercas(a)" }""", "fields[0].read", "There is no $uppercas (at character 0). Did you mean 'uppercase'?")]
    [InlineData("""{ "canonical": "name.full", "read": "'open & a" }""", "fields[0].read", "S0101")]
    [InlineData("""{ "canonical": "name.full", "read": "a & $now()" }""", "fields[0].read", "something else each time")]
    [InlineData("""{ "canonical": "name.full", "read": "$eval(a)" }""", "fields[0].read", "cannot be checked beforehand")]
    [InlineData("""{ "canonical": "name.full", "read": "'x'" }""", "fields[0].read", "write the value as \"const\"")]
    [InlineData("""{ "canonical": "name.full", "write": "$" }""", "fields[0]", "name the source's property")]
    [InlineData("""{ "source": "a", "canonical": "name.full", "read": "$", "transform": "trim" }""", "fields[0]", "leave out")]
    [InlineData("""{ "source": "a", "canonical": "name.full", "read": "$", "direction": "in" }""", "fields[0]", "leave out")]
    public void AMistakeIsFoundWhenTheFileIsRead(string field, string path, string message)
    {
        var problem = Assert.Single(Some.Problems(field));

        Assert.Equal(path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LintNamesACounterExampleOfWhatDoesNotComeBack()
    {
        var finding = Assert.Single(
            Lint(Segment.Replace(", \"loses\": \"letter case\"", "", StringComparison.Ordinal)), one => one.Level == LintLevel.Error);

        Assert.Contains("declare with \"loses\"", finding.Message, StringComparison.Ordinal);
        Assert.Matches("^\"[^\"]*\" is written as \"[^\"]*\" and reads back as \"[^\"]*\"$", finding.Example);
    }

    [Fact]
    public void ALossThatIsDeclaredIsOnlyNoted()
    {
        var findings = Lint(Segment);

        Assert.DoesNotContain(findings, one => one.Level == LintLevel.Error);
        Assert.Contains(findings, one => one.Level == LintLevel.Note && one.Message.Contains("Declared: letter case",
            StringComparison.Ordinal));
    }

    [Fact]
    public void APairThatUndoesItselfIsNotObjectedTo() => Assert.DoesNotContain(
        Lint("""{ "source": "a", "canonical": "score", "read": "-$", "write": "-$" }"""), one => one.Level != LintLevel.Note && one.Path == "score");

    [Fact]
    public void APairThatNeverSettlesIsAnError() => Assert.Contains(
        Lint("""{ "source": "a", "canonical": "name.given", "read": "$ & 'x'", "write": "$" }"""),
        one => one.Level == LintLevel.Error && one.Message.Contains("again and again", StringComparison.Ordinal));

    [Fact]
    public void ALiveRecordsValueIsNeverAnExample()
    {
        var mapping = Some.Mapping("""{ "source": "a", "canonical": "name.given", "read": "$ = 'geheim' ? 'x' : $", "write": "$" }""");

        var findings = MappingLint.Check(mapping, [Encoding.UTF8.GetBytes("""{"a":"geheim"}""")], new Random(1));

        Assert.Contains(findings, one => one.Path == "name.given" && one.Level == LintLevel.Warning);
        Assert.DoesNotContain(findings, one => $"{one.Message}{one.Example}".Contains("geheim", StringComparison.Ordinal));
    }

    private static IReadOnlyList<LintFinding> Lint(string fields) => MappingLint.Check(Some.Mapping(fields), [], new Random(1));

    private static (string Field, string Rule, string Shape) Single(MappedRecord read) =>
        Assert.Single(read.Problems) is var problem ? (problem.Field, problem.Rule, problem.Shape) : default;
}
