using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Makes source records of a system's JSON. A record that cannot be one is handed on as a <c>$problem</c>, so that the others go on.</summary>
internal sealed class RecordReader(StreamSetup setup, StreamOptions options)
{
    private const int DepthMax = 32;
    private const int KeyLengthMax = 512;

    private readonly string? deletedPath = options.Deleted?.Path ?? setup.Deleted;

    public bool ShowsDeleted => deletedPath is not null;

    /// <param name="record">The record as the system shows it.</param>
    /// <param name="version">A version that came beside the record, in a header; null takes it from the record.</param>
    public RawRecord Read(JsonElement record, string? version = null)
    {
        var bytes = JsonPath.Bytes(record);
        if (KeyOf(record) is not { } key)
            return Problem(Unnamed(bytes), "rest.key",
                $"The record has no usable key at '{setup.Key}': expected a text or number of 1 to {KeyLengthMax} characters. Check the mapping's key.");
        if (record.ValueKind != JsonValueKind.Object)
            return Problem(key, "rest.record", "The record is not a JSON object. Check the path of the records in the description.");
        if (IsDeleted(record))
        {
            return new(key, ReadOnlyMemory<byte>.Empty)
            {
                IsDeleted = true, Modified = ModifiedOf(record), Version = version ?? VersionOf(record), MergedInto = MergedIntoOf(record), Created = CreatedOf(record),
            };
        }

        if (!Utf8.IsValid(bytes))
            return Problem(key, "rest.encoding", "The record holds bytes that are not UTF-8. Correct it in the system.");
        if (Depth(bytes) is > DepthMax and var depth)
            return Problem(key, "rest.depth",
                $"The record is {depth} levels deep, at most {DepthMax} are taken. Ask the system for fewer nested fields.");
        return new(key, bytes) { Modified = ModifiedOf(record), Version = version ?? VersionOf(record), Created = CreatedOf(record) };
    }

    public string? KeyOf(JsonElement record)
    {
        var key = IsMarked(record) && options.Deleted?.Key is { } other ? JsonPath.Text(record, other) : JsonPath.Text(record, setup.Key);
        return key is { Length: > 0 and <= KeyLengthMax } ? key : null;
    }

    public DateTimeOffset? ModifiedOf(JsonElement record) => setup.Modified is { } path ? SourceTime.Of(JsonPath.Find(record, path)) : null;

    public string? CorrelationOf(JsonElement record) => setup.Correlation is { } path ? JsonPath.Text(record, path) : KeyOf(record);

    public bool ShowsCorrelation(JsonElement record) => setup.Correlation is null || JsonPath.Find(record, setup.Correlation) is not null;

    public bool IsDeleted(JsonElement record) => IsMarked(record);

    public static RawRecord Problem(string key, string code, string message) =>
        new(key, JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["$problem"] = new JsonObject { ["code"] = code, ["message"] = message } }));

    /// <summary>A name for what has none: the same content has the same name.</summary>
    public static string Unnamed(ReadOnlySpan<byte> bytes) => $"row:{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}";

    private DateTimeOffset? CreatedOf(JsonElement record) => options.Created is { } path ? SourceTime.Of(JsonPath.Find(record, path)) : null;

    private string? MergedIntoOf(JsonElement record) =>
        options.MergedInto is { } path && JsonPath.Text(record, path) is { Length: > 0 and <= KeyLengthMax } key ? key : null;

    private bool IsMarked(JsonElement record)
    {
        if (MergedIntoOf(record) is not null)
            return true;
        if (deletedPath is null)
            return false;
        var mark = JsonPath.Find(record, deletedPath);
        return options.Deleted?.Same is { } same ? JsonPath.Same(mark, same) : JsonPath.IsTrue(mark);
    }

    private string? VersionOf(JsonElement record) => options.Version switch
    {
        null => options.Write?.Concurrency.Kind == ConcurrencyKind.IfUnmodifiedSince && setup.Modified is { } modified ? JsonPath.Text(record, modified) : null,
        var path when path.StartsWith("header:", StringComparison.Ordinal) => null,
        var path => JsonPath.Text(record, path),
    };

    private static int Depth(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 8192 });
        var deepest = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                deepest = Math.Max(deepest, reader.CurrentDepth + 1);
        }

        return deepest;
    }
}
