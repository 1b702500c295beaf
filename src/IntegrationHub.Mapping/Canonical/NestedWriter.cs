using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Writes flat fields as nested JSON. In ordinal order all paths with one beginning stand together, so one pass is
/// enough.</summary>
internal readonly struct NestedWriter(Utf8JsonWriter writer, FieldMap fields)
{
    /// <summary>Writes the fields from <paramref name="start"/> to before <paramref name="end"/>, which share their first
    /// <paramref name="offset"/> characters.</summary>
    public void WriteProperties(int start, int end, int offset, SchemaNode? node)
    {
        for (var i = start; i < end;)
        {
            var path = fields[i].Path;
            var rest = path.AsSpan(offset);
            var length = rest.IndexOfAny('.', '[');
            if (length < 0)
            {
                writer.WritePropertyName(rest);
                CanonicalJson.WriteValue(writer, fields[i].Value);
                i++;
                continue;
            }

            writer.WritePropertyName(rest[..length]);
            var next = EndOf(i, end, path.AsSpan(0, offset + length + 1));
            var child = node?.Child(rest[..length].ToString());
            if (rest[length] == '.')
            {
                writer.WriteStartObject();
                WriteProperties(i, next, offset + length + 1, child);
                writer.WriteEndObject();
            }
            else
            {
                WriteList(i, next, offset + length + 1, child);
            }

            i = next;
        }
    }

    private void WriteList(int start, int end, int offset, SchemaNode? node)
    {
        writer.WriteStartArray();
        for (var i = start; i < end;)
        {
            var path = fields[i].Path;
            var close = path.IndexOf(']', offset);
            var next = EndOf(i, end, path.AsSpan(0, close + 1));
            writer.WriteStartObject();
            WriteKeys(path.AsSpan(offset, close - offset), node);
            WriteProperties(i, next, close + 2, node);
            writer.WriteEndObject();
            i = next;
        }

        writer.WriteEndArray();
    }

    private void WriteKeys(ReadOnlySpan<char> keys, SchemaNode? node)
    {
        foreach (var range in keys.Split(','))
        {
            var key = keys[range];
            var mark = key.IndexOf('=');
            var name = key[..mark].ToString();
            var value = Uri.UnescapeDataString(key[(mark + 1)..].ToString());
            writer.WritePropertyName(name);
            if (node?.Child(name)?.Field?.Type is CanonicalType.Integer or CanonicalType.Number
                && ExactNumber.TryParse(value, out var number))
                writer.WriteNumberValue(number);
            else
                writer.WriteStringValue(value);
        }
    }

    private int EndOf(int start, int end, ReadOnlySpan<char> prefix)
    {
        var i = start + 1;
        while (i < end && fields[i].Path.AsSpan().StartsWith(prefix, StringComparison.Ordinal))
            i++;
        return i;
    }
}
