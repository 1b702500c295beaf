using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Storage.Payloads;

/// <summary>Field values as JSON: null, text, number, boolean, and an array for a set.</summary>
internal static class ValueJson
{
    public static void Write(Utf8JsonWriter writer, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Empty:
                writer.WriteNullValue();
                break;
            case FieldKind.Text:
                writer.WriteStringValue(value.AsText);
                break;
            case FieldKind.Boolean:
                writer.WriteBooleanValue(value.IsTrue);
                break;
            default:
                // A number's text and a set's text are JSON already.
                writer.WriteRawValue(value.AsText, skipInputValidation: true);
                break;
        }
    }

    public static void WriteOptional(Utf8JsonWriter writer, string name, FieldValue? value)
    {
        if (value is null)
            return;
        writer.WritePropertyName(name);
        Write(writer, value.Value);
    }

    /// <summary>Reads the value that the reader stands on.</summary>
    public static FieldValue Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => FieldValue.Empty,
        JsonTokenType.String => FieldValue.Text(reader.GetString()!),
        JsonTokenType.True => FieldValue.Boolean(true),
        JsonTokenType.False => FieldValue.Boolean(false),
        JsonTokenType.Number => FieldValue.Number(ReadDecimal(ref reader)),
        JsonTokenType.StartArray => FieldValue.Set(ReadTexts(ref reader)),
        _ => throw new InvalidDataException($"A stored value is a {reader.TokenType}; null, text, number, boolean or an array was expected."),
    };

    private static decimal ReadDecimal(ref Utf8JsonReader reader) =>
        Utf8Parser.TryParse(reader.ValueSpan, out decimal number, out var used) && used == reader.ValueSpan.Length
            ? number
            : decimal.Parse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            texts.Add(reader.GetString()!);
        return texts;
    }
}

/// <summary>One instance of each path and rule name, however many records are read: paths come from schemas and mappings, so there are few.</summary>
internal static class Names
{
    private const int KeptMax = 20_000;
    private static readonly ConcurrentDictionary<string, string> Kept = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ByChars = Kept.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The name or text that the reader stands on.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.ValueSpan.Length > 200)
            return reader.GetString()!;
        Span<char> characters = stackalloc char[reader.ValueSpan.Length];
        var name = characters[..Encoding.UTF8.GetChars(reader.ValueSpan, characters)];
        if (ByChars.TryGetValue(name, out var kept))
            return kept;
        var made = new string(name);
        return Kept.Count < KeptMax ? Kept.GetOrAdd(made, made) : made;
    }
}
