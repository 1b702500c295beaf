using System.Text.Json;

namespace IntegrationHub.Hub.Commands;

/// <summary>Reads sample records: a JSON array of objects, or one object a line.</summary>
internal static class RecordsFile
{
    /// <exception cref="JsonException">The file is neither.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(string path)
    {
        var text = File.ReadAllText(path).Trim();
        if (!text.StartsWith('['))
            return [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static line => ToObject(JsonDocument.Parse(line).RootElement))];
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(ToObject)];
    }

    private static ReadOnlyMemory<byte> ToObject(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? JsonSerializer.SerializeToUtf8Bytes(element)
        : throw new JsonException($"An object was expected, a JSON {element.ValueKind} was found.");
}
