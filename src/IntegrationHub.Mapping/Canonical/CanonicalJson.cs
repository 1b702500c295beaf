using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>
/// The nested JSON form of a canonical entity: <c>{"emails":[{"type":"work","value":"a@b.c"}]}</c>. Null is explicitly empty; a property
/// that is not there is absent.
/// </summary>
public static class CanonicalJson
{
    // Every script, and the + of a telephone number, readable as itself. Whoever puts JSON into a page encodes it for HTML there.
    internal static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static readonly JsonWriterOptions Compact = new() { Encoder = Indented.Encoder };

    /// <exception cref="FormatException">The text is not JSON, names what the schema does not know, or holds a value of another type. The
    /// message says all that is wrong, by path and shape.</exception>
    public static FieldMap Parse(string nestedJson, SchemaPaths schema)
    {
        var problems = new List<Problem>();
        var fields = FieldMap.Empty;
        var textProblems = JsonText.Check(schema.Entity, nestedJson, out _);
        if (textProblems.Count == 0)
        {
            using var document = JsonDocument.Parse(nestedJson, JsonText.Options);
            fields = CanonicalJsonReader.Read(document.RootElement, schema, problems);
        }

        return textProblems.Count + problems.Count == 0
            ? fields
            : throw new FormatException(string.Join(" ", textProblems.Select(problem => $"{problem.Path}: {problem.Message}")
                .Concat(problems.Select(problem => $"{problem.Field}: found {problem.Shape}; {problem.Expected}"))));
    }

    /// <returns>One line; properties in ordinal order, the key properties of a list's element first.</returns>
    public static string Write(FieldMap fields, SchemaPaths schema) => Write(fields, schema, Compact);

    /// <summary>Writes one object. Needs no schema, since fields of one object stand together in a <see cref="FieldMap"/>.</summary>
    /// <param name="schema">Says which key properties are numbers; without it they are written as texts.</param>
    public static void WriteNested(Utf8JsonWriter writer, FieldMap fields, SchemaPaths? schema = null)
    {
        writer.WriteStartObject();
        new NestedWriter(writer, fields).WriteProperties(0, fields.Count, 0, schema?.Root);
        writer.WriteEndObject();
    }

    internal static string Write(FieldMap fields, SchemaPaths? schema, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options))
            WriteNested(writer, fields, schema);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal static void WriteValue(Utf8JsonWriter writer, FieldValue value)
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
            case FieldKind.Number:
                writer.WriteRawValue(value.AsText, skipInputValidation: true);
                break;
            default:
                writer.WriteStartArray();
                foreach (var member in value.AsSet)
                    writer.WriteStringValue(member);
                writer.WriteEndArray();
                break;
        }
    }
}
