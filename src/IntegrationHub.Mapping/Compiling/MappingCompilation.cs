namespace IntegrationHub.Mapping;

/// <summary>What became of a mapping file.</summary>
/// <param name="Mapping">The mapping; null when there is any problem.</param>
/// <param name="Problems">All problems of the file at once.</param>
public sealed record MappingCompilation(StreamMapping? Mapping, IReadOnlyList<ConfigurationProblem> Problems);
