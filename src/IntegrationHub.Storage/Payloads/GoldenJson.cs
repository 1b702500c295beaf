using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Storage.Payloads;

/// <summary>Golden records' payloads: fields as <c>{"path":[value, record, milliseconds, "rule"]}</c>; overrides and held fields as lists.</summary>
internal static class GoldenJson
{
    public static byte[] WriteFields(IReadOnlyList<GoldenField> fields) => PayloadWriter.Write(fields, static (json, content) =>
    {
        json.WriteStartObject();
        foreach (var field in content)
        {
            json.WriteStartArray(field.Path);
            ValueJson.Write(json, field.Value);
            json.WriteNumberValue(field.RecordId);
            json.WriteNumberValue(field.At.ToUnixTimeMilliseconds());
            json.WriteStringValue(field.Rule);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    });

    public static IReadOnlyList<GoldenField> ReadFields(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        var fields = new List<GoldenField>(16);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var path = Names.Read(ref reader);
            reader.Read();
            reader.Read();
            var value = ValueJson.Read(ref reader);
            reader.Read();
            var record = reader.GetInt64();
            reader.Read();
            var at = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());
            reader.Read();
            fields.Add(new(path, value, record, at, Names.Read(ref reader)));
            reader.Read();
        }

        return fields;
    }

    public static byte[]? WriteOverrides(GoldenRecord golden) => golden.Overrides.Count + golden.Held.Count == 0
        ? null
        : PayloadWriter.Write(golden, static (json, content) =>
        {
            json.WriteStartArray();
            foreach (var pinned in content.Overrides)
                WriteEntry(json, "pin", pinned.Path, pinned.Value, pinned.At);
            foreach (var held in content.Held)
                WriteEntry(json, "held", held.Path, held.Value, DateTimeOffset.UnixEpoch);
            json.WriteEndArray();
        });

    public static (IReadOnlyList<Override> Overrides, IReadOnlyList<HeldField> Held) ReadOverrides(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        List<Override> overrides = [];
        List<HeldField> held = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            var kind = reader.GetString();
            reader.Read();
            var path = Names.Read(ref reader);
            reader.Read();
            var at = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());
            FieldValue? value = reader.Read() && reader.TokenType != JsonTokenType.EndArray ? ValueJson.Read(ref reader) : null;
            if (value is not null)
                reader.Read();
            if (kind == "pin")
                overrides.Add(new(path, value ?? FieldValue.Empty, at));
            else
                held.Add(new(path, value));
        }

        return (overrides, held);
    }

    private static void WriteEntry(Utf8JsonWriter json, string kind, string path, FieldValue? value, DateTimeOffset at)
    {
        json.WriteStartArray();
        json.WriteStringValue(kind);
        json.WriteStringValue(path);
        json.WriteNumberValue(at.ToUnixTimeMilliseconds());
        if (value is not null)
            ValueJson.Write(json, value.Value);
        json.WriteEndArray();
    }
}
