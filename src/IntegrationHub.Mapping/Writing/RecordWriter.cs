using System.Buffers;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Writes canonical fields in the source's shape. Holds nothing of a record; safe for many threads.</summary>
internal sealed class RecordWriter
{
    private readonly TargetNode root = new("");
    private readonly MappedField[] fields;
    private readonly Dictionary<string, List<int>> fieldsByPath = new(StringComparer.Ordinal);

    public RecordWriter(IEnumerable<MappedField> fields)
    {
        this.fields = [.. fields];
        for (var i = 0; i < this.fields.Length; i++)
        {
            root.Add(this.fields[i].Source!, i);
            if (!fieldsByPath.TryGetValue(this.fields[i].Canonical, out var indexes))
                fieldsByPath.Add(this.fields[i].Canonical, indexes = []);
            indexes.Add(i);
        }

        WritablePaths = [.. fieldsByPath.Keys.Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> WritablePaths { get; }

    public bool CanWrite(string canonicalPath) => fieldsByPath.ContainsKey(canonicalPath);

    public byte[] Write(IEnumerable<Field> canonical, ICollection<Problem> problems)
    {
        var values = new TargetValue[fields.Length];
        foreach (var (path, value) in canonical)
        {
            if (!fieldsByPath.TryGetValue(path, out var indexes))
                continue;
            foreach (var index in indexes)
            {
                if (fields[index].TryWrite(value, out var written, out var problem))
                    values[index] = new(IsSet: true, written);
                else
                    problems.Add(problem!);
            }
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, CanonicalJson.Compact))
        {
            writer.WriteStartObject();
            root.WriteProperties(writer, values);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

/// <param name="IsSet">The field is written at all.</param>
/// <param name="Value">Null writes the empty text.</param>
internal readonly record struct TargetValue(bool IsSet, FieldValue? Value);

/// <summary>The properties that a mapping writes, as a tree.</summary>
internal sealed class TargetNode(string name)
{
    private readonly JsonEncodedText encodedName = JsonEncodedText.Encode(name, CanonicalJson.Compact.Encoder);
    private readonly List<TargetNode> children = [];
    private readonly List<(IReadOnlyList<KeyValuePair<string, string>> Keys, TargetNode Node)> elements = [];
    private int field = -1;

    public void Add(IReadOnlyList<PathStep> path, int index)
    {
        var node = this;
        foreach (var step in path)
        {
            node = node.Child(step.Name);
            if (step.Keys.Count > 0)
                node = node.Element(step.Keys);
        }

        node.field = index;
    }

    public void WriteProperties(Utf8JsonWriter writer, TargetValue[] values)
    {
        foreach (var child in children)
        {
            if (!child.IsAnySet(values))
                continue;
            writer.WritePropertyName(child.encodedName);
            child.WriteValue(writer, values);
        }
    }

    private void WriteValue(Utf8JsonWriter writer, TargetValue[] values)
    {
        if (field >= 0)
        {
            if (values[field].Value is { } value)
                CanonicalJson.WriteValue(writer, value);
            else
                writer.WriteStringValue("");
        }
        else if (elements.Count > 0)
        {
            WriteElements(writer, values);
        }
        else
        {
            writer.WriteStartObject();
            WriteProperties(writer, values);
            writer.WriteEndObject();
        }
    }

    private void WriteElements(Utf8JsonWriter writer, TargetValue[] values)
    {
        writer.WriteStartArray();
        foreach (var (keys, node) in elements)
        {
            if (!node.IsAnySet(values))
                continue;
            writer.WriteStartObject();
            foreach (var (key, value) in keys)
                writer.WriteString(key, value);
            node.WriteProperties(writer, values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private bool IsAnySet(TargetValue[] values) =>
        field >= 0 ? values[field].IsSet : children.Exists(child => child.IsAnySet(values))
            || elements.Exists(element => element.Node.IsAnySet(values));

    private TargetNode Child(string childName)
    {
        if (children.Find(child =>
            child.encodedName.Value == JsonEncodedText.Encode(childName, CanonicalJson.Compact.Encoder).Value) is not { } found)
            children.Add(found = new(childName));
        return found;
    }

    private TargetNode Element(IReadOnlyList<KeyValuePair<string, string>> keys)
    {
        var found = elements.Find(element => element.Keys.SequenceEqual(keys)).Node;
        if (found is null)
            elements.Add((keys, found = new("")));
        return found;
    }
}
