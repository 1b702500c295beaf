using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Storage.Payloads;

/// <summary>The rarer payloads: what a delivery sends, a steward's fixes, the sides of a conflict.</summary>
internal static class SmallJson
{
    public static byte[] WriteMap(FieldMap map) => PayloadWriter.Write(map, static (json, content) =>
    {
        json.WriteStartObject();
        foreach (var field in content)
        {
            json.WritePropertyName(field.Path);
            ValueJson.Write(json, field.Value);
        }

        json.WriteEndObject();
    });

    public static FieldMap ReadMap(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        var fields = new List<Field>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var path = Names.Read(ref reader);
            reader.Read();
            fields.Add(new(path, ValueJson.Read(ref reader)));
        }

        return FieldMap.From(fields);
    }

    public static byte[]? WriteFixes(IReadOnlyList<Fix> fixes) => fixes.Count == 0
        ? null
        : PayloadWriter.Write(fixes, static (json, content) =>
        {
            json.WriteStartArray();
            foreach (var fix in content)
            {
                json.WriteStartObject();
                json.WriteString("path", fix.Path);
                ValueJson.WriteOptional(json, "value", fix.Value);
                ValueJson.WriteOptional(json, "insteadOf", fix.InsteadOf);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    public static IReadOnlyList<Fix> ReadFixes(ReadOnlySpan<byte> payload)
    {
        using var document = Parse(payload);
        return [.. document.RootElement.EnumerateArray().Select(static fix =>
            new Fix(fix.GetProperty("path").GetString()!, Value(fix, "value") ?? FieldValue.Empty, Value(fix, "insteadOf")))];
    }

    public static byte[] WriteChanges(IReadOnlyList<FieldChange> changes) => PayloadWriter.Write(changes, static (json, content) =>
    {
        json.WriteStartArray();
        foreach (var change in content)
        {
            json.WriteStartObject();
            json.WriteString("path", change.Path);
            ValueJson.WriteOptional(json, "before", change.Before);
            ValueJson.WriteOptional(json, "after", change.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static IReadOnlyList<FieldChange> ReadChanges(ReadOnlySpan<byte> payload)
    {
        using var document = Parse(payload);
        return [.. document.RootElement.EnumerateArray().Select(static change =>
            new FieldChange(change.GetProperty("path").GetString()!, Value(change, "before"), Value(change, "after") ?? FieldValue.Empty))];
    }

    public static byte[] WriteSides(Conflict conflict) => PayloadWriter.Write(conflict, static (json, content) =>
    {
        json.WriteStartObject();
        ValueJson.WriteOptional(json, "base", content.Base);
        WriteSide(json, "left", content.Left);
        WriteSide(json, "right", content.Right);
        json.WriteEndObject();
    });

    public static (FieldValue? Base, ConflictValue Left, ConflictValue Right) ReadSides(ReadOnlySpan<byte> payload)
    {
        using var document = Parse(payload);
        return (Value(document.RootElement, "base"), ReadSide(document.RootElement.GetProperty("left")), ReadSide(document.RootElement.GetProperty("right")));
    }

    private static void WriteSide(Utf8JsonWriter json, string name, ConflictValue side)
    {
        json.WriteStartObject(name);
        json.WriteNumber("record", side.SourceRecordId);
        json.WriteNumber("at", side.At.ToUnixTimeMilliseconds());
        ValueJson.WriteOptional(json, "value", side.Value);
        json.WriteEndObject();
    }

    private static ConflictValue ReadSide(JsonElement side) => new(
        side.GetProperty("record").GetInt64(), Value(side, "value"), DateTimeOffset.FromUnixTimeMilliseconds(side.GetProperty("at").GetInt64()));

    private static JsonDocument Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        return JsonDocument.ParseValue(ref reader);
    }

    private static FieldValue? Value(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var element))
            return null;
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(element.GetRawText()));
        reader.Read();
        return ValueJson.Read(ref reader);
    }
}
