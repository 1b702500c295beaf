using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>A compiled mapping file.</summary>
public sealed class StreamMapping
{
    public static MappingCompilation Compile(string fileName, string json, SchemaPaths schema, IPhoneNumbers? phones = null) => throw new NotSupportedException();

    public required string FileName { get; init; }

    public required string Version { get; init; }

    public required string Connector { get; init; }

    public required string Stream { get; init; }

    public required string Entity { get; init; }

    public required string Key { get; init; }

    public string? Modified { get; init; }

    public string? Deleted { get; init; }

    public string? Correlation { get; init; }

    public IReadOnlyList<string> WritablePaths => throw new NotSupportedException();

    public bool CanRead(string canonicalPath) => throw new NotSupportedException();

    public bool CanWrite(string canonicalPath) => throw new NotSupportedException();

    public MappedRecord Read(ReadOnlySpan<byte> payloadUtf8) => throw new NotSupportedException();

    public byte[] Write(IEnumerable<Field> fields) => throw new NotSupportedException();

    public byte[] Write(IEnumerable<Field> fields, ICollection<Problem> problems) => throw new NotSupportedException();

    public IReadOnlyList<MappingTestResult> RunTests() => throw new NotSupportedException();
}
