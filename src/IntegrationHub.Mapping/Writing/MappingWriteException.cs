using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Canonical values could not be expressed in the source's shape. The message names fields and shapes, never a value.</summary>
public sealed class MappingWriteException(IReadOnlyList<Problem> problems)
    : Exception(string.Join(" ",
        problems.Select(problem => $"{problem.Field} ({problem.Rule}): found {problem.Shape}; {problem.Expected}")))
{
    /// <summary>One for each field that could not be written.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
