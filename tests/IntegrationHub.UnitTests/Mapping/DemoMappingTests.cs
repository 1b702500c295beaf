using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

/// <summary>The files in <c>mappings/</c> hold what they claim.</summary>
public sealed class DemoMappingTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Some.Repository, "mappings");

    [Theory]
    [MemberData(nameof(Files))]
    public void AFileCompilesAndItsTestsPass(string file)
    {
        var mapping = Compile(file);

        Assert.NotEmpty(mapping.RunTests());
        Assert.Empty(mapping.RunTests().SelectMany(result => result.Failures.Select(failure => $"{result.Name}: {failure}")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void WhatGoesOutComesToRest(string file) =>
        Assert.DoesNotContain(MappingLint.Check(Compile(file), [], new Random(1)), finding => finding.Level == LintLevel.Error);

    private static StreamMapping Compile(string file)
    {
        var compilation = StreamMapping.Compile(file, File.ReadAllText(Path.Combine(Folder, file)), Some.Schema);
        Assert.Empty(compilation.Problems);
        return compilation.Mapping!;
    }
}
