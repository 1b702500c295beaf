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

    /// <summary>Overrides, holds and turns as a list of <c>[kind, path, milliseconds, value, numbers…]</c>; <c>absent</c> is a hold without a value.</summary>
    public static byte[]? WriteOverrides(GoldenRecord golden) => golden.Overrides.Count + golden.Held.Count + golden.Turns.Count == 0
        ? null
        : PayloadWriter.Write(golden, static (json, content) =>
        {
            json.WriteStartArray();
            foreach (var pinned in content.Overrides)
                WriteEntry(json, "pin", pinned.Path, pinned.Value, pinned.At, [.. pinned.Records]);
            foreach (var held in content.Held)
                WriteEntry(json, held.Value is null ? "absent" : "held", held.Path, held.Value, DateTimeOffset.UnixEpoch, [.. held.Records]);
            foreach (var turn in content.Turns)
                WriteEntry(json, "turn", turn.Path, turn.Other, turn.Since, [turn.Writer, turn.Count]);
            json.WriteEndArray();
        });

    public static (IReadOnlyList<Override> Overrides, IReadOnlyList<HeldField> Held, IReadOnlyList<FieldTurn> Turns) ReadOverrides(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        List<Override> overrides = [];
        List<HeldField> held = [];
        List<FieldTurn> turns = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            var (kind, path, at, value, numbers) = ReadEntry(ref reader);
            switch (kind)
            {
                case "pin":
                    overrides.Add(new(path, value ?? FieldValue.Empty, at) { Records = numbers });
                    break;
                case "turn":
                    turns.Add(new(path, value ?? FieldValue.Empty, numbers[0], (int)numbers[1], at));
                    break;
                default:
                    held.Add(new(path, value) { Records = numbers });
                    break;
            }
        }

        return (overrides, held, turns);
    }

    private static (string Kind, string Path, DateTimeOffset At, FieldValue? Value, long[] Numbers) ReadEntry(ref Utf8JsonReader reader)
    {
        reader.Read();
        var kind = Names.Read(ref reader);
        reader.Read();
        var path = Names.Read(ref reader);
        reader.Read();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());
        FieldValue? value = null;
        // An older version wrote a hold without a value as a shorter list.
        if (reader.Read() && kind != "absent" && reader.TokenType != JsonTokenType.EndArray)
        {
            value = ValueJson.Read(ref reader);
            reader.Read();
        }

        var numbers = new List<long>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
            numbers.Add(reader.GetInt64());
        return (kind, path, at, value, [.. numbers]);
    }

    private static void WriteEntry(Utf8JsonWriter json, string kind, string path, FieldValue? value, DateTimeOffset at, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray();
        json.WriteStringValue(kind);
        json.WriteStringValue(path);
        json.WriteNumberValue(at.ToUnixTimeMilliseconds());
        if (value is not null)
            ValueJson.Write(json, value.Value);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
