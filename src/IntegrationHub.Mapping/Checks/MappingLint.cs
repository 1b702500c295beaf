namespace IntegrationHub.Mapping;

/// <summary>Proves on samples that what goes out comes back the same.</summary>
public static class MappingLint
{
    public static IReadOnlyList<LintFinding> Check(StreamMapping mapping, IReadOnlyList<ReadOnlyMemory<byte>> payloads, Random random) => throw new NotSupportedException();
}
