using System.Text.Json;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

/// <summary>The files in <c>mappings/</c> hold what they claim, against the schemas that the hub installs.</summary>
public sealed class DemoMappingTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Some.Repository, "mappings");

    [Theory]
    [MemberData(nameof(Files))]
    public void AFileCompilesAndItsTestsPass(string file)
    {
        var results = Compile(file).RunTests();

        Assert.NotEmpty(results);
        Assert.Empty(results.SelectMany(result => result.Failures.Select(failure => $"{result.Name}: {failure}")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void WhatGoesOutComesBackOrTheFileSaysWhyNot(string file) =>
        Assert.DoesNotContain(MappingLint.Check(Compile(file), [], new Random(1)), finding => finding.Level == LintLevel.Error);

    [Theory]
    [MemberData(nameof(Files))]
    public void ATestsRecordReadsToAValidCustomer(string file)
    {
        var mapping = Compile(file);
        var validator = EntityValidator.Parse(new Dictionary<string, string>(StringComparer.Ordinal) { ["customer"] = Schema("customer") }, new FixedClock());

        foreach (var test in mapping.File.Tests.Where(test => test.Source.ValueKind == JsonValueKind.Object))
            Assert.Empty(validator.Check("customer", mapping.Read(StreamMapping.Bytes(test.Source).Span).Fields));
    }

    [Theory]
    [InlineData("customer")]
    [InlineData("lead")]
    [InlineData("product")]
    [InlineData("stock")]
    [InlineData("order")]
    [InlineData("invoice")]
    [InlineData("interaction")]
    [InlineData("campaign")]
    public void AnEntitysSchemaHasPaths(string entity) =>
        Assert.All(SchemaPaths.Parse(entity, Schema(entity)).Fields, field => Assert.NotEmpty(field.Description));

    [Fact]
    public void TheDatesOfACustomerAreKnownAsDates()
    {
        var customer = SchemaPaths.Parse("customer", Schema("customer"));

        Assert.Equal(CanonicalType.Date, customer.Find("birthDate")?.Type);
        Assert.Equal(CanonicalType.DateTime, customer.Find("consents[channel=email,purpose=marketing].at")?.Type);
    }

    private static StreamMapping Compile(string file)
    {
        var compilation = StreamMapping.Compile(file, File.ReadAllText(Path.Combine(Folder, file)), SchemaPaths.Parse("customer", Schema("customer")));
        Assert.Empty(compilation.Problems);
        return compilation.Mapping!;
    }

    private static string Schema(string name) => File.ReadAllText(Path.Combine(Folder, "schemas", $"{name}.schema.json"));

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
