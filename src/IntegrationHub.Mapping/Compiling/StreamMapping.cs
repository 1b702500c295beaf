using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>A compiled mapping file: how one stream of a connector relates to a canonical entity. Immutable; safe for many
/// threads.</summary>
public sealed class StreamMapping
{
    private readonly RecordReader reader;
    private readonly RecordWriter writer;
    private readonly HashSet<string> readable;

    internal StreamMapping(string fileName, string version, MappingFile file, IReadOnlyList<MappedField> fields, SchemaPaths schema)
    {
        FileName = fileName;
        Version = version;
        File = file;
        MappedFields = fields;
        Schema = schema;
        Key = Normal(file.Key)!;
        Modified = Normal(file.Modified);
        Deleted = Normal(file.Deleted);
        Correlation = Normal(file.Correlation);
        reader = new(fields.Where(field => field.IsRead));
        writer = new(fields.Where(field => field.IsWritten));
        ConstantPaths = [.. fields.Where(field => field.Source is null).Select(field => field.Canonical)];
        readable = [.. fields.Where(field => field.IsRead).Select(field => field.Canonical)];
    }

    /// <summary>The file, as the caller of <see cref="Compile"/> named it.</summary>
    public string FileName { get; }

    /// <summary>Changes exactly when the file says something else: the first 12 hex digits of SHA-256 of its JSON without spaces and with
    /// properties in ordinal order.</summary>
    public string Version { get; }

    /// <summary>The connector whose stream is mapped.</summary>
    public string Connector => File.Connector;

    /// <summary>The stream, as the connection lists it.</summary>
    public string Stream => File.Stream;

    /// <summary>The canonical entity.</summary>
    public string Entity => File.Entity;

    /// <summary>The source's path that holds the record's key.</summary>
    public string Key { get; }

    /// <summary>The source's path of the time of the last change; null when there is none.</summary>
    public string? Modified { get; }

    /// <summary>The source's path that marks a deleted record; null when there is none.</summary>
    public string? Deleted { get; }

    /// <summary>The source's path that carries the hub's own id; null when the key itself does.</summary>
    public string? Correlation { get; }

    /// <summary>The canonical paths that can be written, in ordinal order.</summary>
    public IReadOnlyList<string> WritablePaths => writer.WritablePaths;

    /// <summary>The canonical paths that every record reads as a constant of the file.</summary>
    public IReadOnlyList<string> ConstantPaths { get; }

    internal MappingFile File { get; }

    internal IReadOnlyList<MappedField> MappedFields { get; }

    internal SchemaPaths Schema { get; }

    /// <summary>Compiles a mapping file once; reading and writing then touch no text of it.</summary>
    /// <param name="fileName">How problems name the file.</param>
    /// <param name="json">The file's text.</param>
    /// <param name="schema">The paths of the entity that the file names.</param>
    /// <param name="phones">Numbering plans for <c>e164</c>; the hub's own when there are none.</param>
    public static MappingCompilation Compile(string fileName, string json, SchemaPaths schema, IPhoneNumbers? phones = null) =>
        new MappingCompiler(fileName, schema, phones ?? new BuiltInPhoneNumbers()).Compile(json);

    /// <param name="canonicalPath">A path in canonical form.</param>
    public bool CanRead(string canonicalPath) => readable.Contains(canonicalPath);

    /// <param name="canonicalPath">A path in canonical form.</param>
    public bool CanWrite(string canonicalPath) => writer.CanWrite(canonicalPath);

    /// <summary>The source's own fields that are mapped, in ordinal order.</summary>
    public IReadOnlyList<string> SourceFields =>
        [.. MappedFields.Select(one => one.SourceText).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The canonical path that one of the source's own fields is mapped to; null when it is not mapped, or to several.</summary>
    public string? CanonicalOf(string sourceField) =>
        MappedFields.Where(field => field.SourceText == sourceField).Select(field => field.Canonical).Distinct().ToArray() is [var only] ? only : null;

    /// <summary>The source's own field that a canonical path is mapped to; null when there is none, or several.</summary>
    public string? SourceOf(string canonicalPath) =>
        MappedFields.Where(field => field.Canonical == canonicalPath && field.SourceText.Length > 0).Select(field => field.SourceText).Distinct().ToArray() is [var only] ? only : null;

    /// <summary>Maps one record. A property that is missing is absent; null and (unless the file says otherwise) an empty text are
    /// explicitly empty. What does not convert is a problem and no field; a payload that cannot be read as a whole is one
    /// problem.</summary>
    /// <param name="payloadUtf8">One JSON object in UTF-8, at most 32 levels deep, without duplicate properties.</param>
    public MappedRecord Read(ReadOnlySpan<byte> payloadUtf8) => reader.Read(payloadUtf8);

    /// <summary>Writes fields in the source's shape: only those given and writable, an explicitly empty one as null.</summary>
    /// <returns>A JSON object in UTF-8; an empty one when no field is writable.</returns>
    /// <exception cref="MappingWriteException">A value cannot be said in the source's shape.</exception>
    public byte[] Write(IEnumerable<Field> fields)
    {
        var problems = new List<Problem>();
        var payload = writer.Write(fields, problems);
        return problems.Count == 0 ? payload : throw new MappingWriteException(problems);
    }

    /// <summary>As <see cref="Write(IEnumerable{Field})"/>, but leaves out the fields that cannot be said in the source's shape.</summary>
    /// <param name="problems">Receives one entry for each field left out.</param>
    public byte[] Write(IEnumerable<Field> fields, ICollection<Problem> problems) => writer.Write(fields, problems);

    /// <summary>Runs the tests that the file carries, in their order.</summary>
    public IReadOnlyList<MappingTestResult> RunTests() => [.. File.Tests.Select(test => MappingTest.Run(this, test))];

    internal static ReadOnlyMemory<byte> Bytes(JsonElement element) => JsonSerializer.SerializeToUtf8Bytes(element);

    private static string? Normal(string? path) => path is null ? null : SourcePath.Format(SourcePath.Parse(path));
}
