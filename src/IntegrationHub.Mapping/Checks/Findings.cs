namespace IntegrationHub.Mapping;

/// <summary>How much a lint finding weighs.</summary>
public enum LintLevel
{
    /// <summary>Worth knowing; nothing to change.</summary>
    Note,

    /// <summary>Probably not what was meant.</summary>
    Warning,

    /// <summary>What is written reads back as something else, and nothing in the file says that it should.</summary>
    Error,
}

/// <summary>One result of <see cref="MappingLint"/>.</summary>
/// <param name="Path">The canonical path or the place in the file that it is about.</param>
/// <param name="Example">A counter-example: a generated value, or one of the file's own tests, and what became of it; null when there is
/// none to show. Never a value of a live record.</param>
public sealed record LintFinding(LintLevel Level, string Path, string Message, string? Example = null);

/// <summary>How one test of a mapping file went.</summary>
/// <param name="Name">The test's name, or its number when it has none.</param>
/// <param name="Failures">What differs, one sentence each; none when it passed.</param>
public sealed record MappingTestResult(string Name, IReadOnlyList<string> Failures)
{
    public bool Passed => Failures.Count == 0;
}

/// <summary>One record as a mapping sees it. Holds values: for a person to look at, never for a log.</summary>
/// <param name="CanonicalJson">The canonical entity, nested and indented.</param>
/// <param name="WrittenJson">What would be written back to the source, indented.</param>
/// <param name="Problems">What did not convert, either way.</param>
public sealed record PreviewedRecord(string CanonicalJson, string WrittenJson, IReadOnlyList<IntegrationHub.Abstractions.Problem> Problems)
{
    public override string ToString() => $"{Problems.Count} problems";
}
