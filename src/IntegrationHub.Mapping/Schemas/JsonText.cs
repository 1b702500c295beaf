using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IntegrationHub.Mapping;

/// <summary>What is wrong with a configuration file as JSON, before any schema: syntax, duplicate properties, depth.</summary>
internal static class JsonText
{
    public const int DepthMax = 32;

    public static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax };

    /// <summary>All duplicates, and the first break of syntax or depth, each with line and column.</summary>
    /// <param name="isReadable">The text can be parsed; what was found are duplicates alone.</param>
    public static IReadOnlyList<ConfigurationProblem> Check(string fileName, string json, out bool isReadable)
    {
        isReadable = false;
        var problems = new List<ConfigurationProblem>();
        var bytes = Encoding.UTF8.GetBytes(json);
        // The reader's own limit lies above ours, so that depth is told apart from syntax.
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DepthMax + 2 });
        var place = new JsonPlace();
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= DepthMax && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    problems.Add(new(fileName, place.Path,
                        $"At {At(bytes, reader.TokenStartIndex)} the file is nested deeper than {DepthMax} levels; write it flatter."));
                    return problems;
                }

                if (place.Enter(ref reader) is { } duplicate)
                {
                    problems.Add(new(fileName, place.Path,
                        $"At {At(bytes, reader.TokenStartIndex)} the property '{duplicate}' stands a second time in one object; keep one of the two."));
                }
            }

            isReadable = true;
        }
        catch (JsonException broken)
        {
            problems.Add(new(fileName, place.Path,
                $"At line {broken.LineNumber + 1}, column {broken.BytePositionInLine + 1} this is not JSON: {Reason(bytes, broken)} Correct it there or just before."));
        }
        catch (InvalidOperationException)
        {
            problems.Add(new(fileName, place.Path,
                $"At {At(bytes, reader.TokenStartIndex)} a name holds half of a surrogate pair; write the whole character."));
        }

        return problems;
    }

    /// <summary>The first 12 hex digits of SHA-256 of the JSON without insignificant space and with properties in ordinal order.</summary>
    public static string Fingerprint(JsonElement root)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            WriteSorted(writer, root);
        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()))[..12];
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    WriteSorted(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    WriteSorted(writer, item);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static string Reason(byte[] bytes, JsonException broken)
    {
        var line = 0L;
        var start = 0;
        for (var i = 0; i < bytes.Length && line < broken.LineNumber; i++)
        {
            if (bytes[i] == '\n')
            {
                line++;
                start = i + 1;
            }
        }

        var position = start + (int)(broken.BytePositionInLine ?? 0);
        return position >= bytes.Length
            ? "the file ends too early; a bracket, brace or quotation mark is missing."
            : bytes[position] switch
            {
                (byte)'/' => "comments are not allowed; use a \"description\" property.",
                (byte)'}' or (byte)']' => "a comma too many, or a value is missing.",
                (byte)'\'' => "texts and names stand in double quotation marks.",
                _ => "a comma, a colon or a quotation mark is missing, or something stands there that JSON does not know.",
            };
    }

    private static string At(byte[] bytes, long index)
    {
        var before = bytes.AsSpan(0, (int)index);
        var line = before.Count((byte)'\n') + 1;
        return $"line {line}, column {before.Length - before.LastIndexOf((byte)'\n')}";
    }
}
