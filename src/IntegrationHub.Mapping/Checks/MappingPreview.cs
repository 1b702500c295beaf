namespace IntegrationHub.Mapping;

/// <summary>Shows what a mapping makes of records.</summary>
public static class MappingPreview
{
    public static IReadOnlyList<PreviewedRecord> Run(StreamMapping mapping, IReadOnlyList<ReadOnlyMemory<byte>> payloads) => throw new NotSupportedException();
}
