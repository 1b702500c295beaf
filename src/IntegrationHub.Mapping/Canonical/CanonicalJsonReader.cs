using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Reads nested canonical JSON into flat fields and gathers all that is wrong with it.</summary>
internal sealed class CanonicalJsonReader
{
    private readonly List<Field> fields = [];
    private readonly ICollection<Problem> problems;

    private CanonicalJsonReader(ICollection<Problem> problems) => this.problems = problems;

    public static FieldMap Read(JsonElement root, SchemaPaths schema, ICollection<Problem> problems)
    {
        var reader = new CanonicalJsonReader(problems);
        if (root.ValueKind == JsonValueKind.Object)
            reader.ReadObject(root, schema.Root, []);
        else
            reader.Wrong([], "type", root, $"write the entity '{schema.Entity}' as one JSON object.");
        return FieldMap.From(reader.fields);
    }

    private void ReadObject(JsonElement element, SchemaNode node, IReadOnlyList<PathStep> path)
    {
        foreach (var property in element.EnumerateObject())
        {
            var here = (IReadOnlyList<PathStep>)[.. path, new PathStep(property.Name, [])];
            if (node.Keys.Contains(property.Name))
                continue;
            if (node.Child(property.Name) is not { } child)
                Wrong(here, "unknownField", property.Value,
                    $"the entity has no such property. {Nearest.Suggest(property.Name, node.Properties.Keys)}");
            else if (!IsName(property.Name))
                Wrong([.. path, new PathStep("?", [])], "name", property.Value,
                    "write the property's name in letters, digits, '_', '-' or '$'.");
            else if (child.Field is not null)
                ReadField(property.Value, child.Field, here);
            else if (child.IsList)
                ReadList(property.Value, child, path, property.Name);
            else if (property.Value.ValueKind == JsonValueKind.Object)
                ReadObject(property.Value, child, here);
            else
                Wrong(here, "type", property.Value, "write an object; to empty it, write null for each of its fields.");
        }
    }

    private void ReadList(JsonElement list, SchemaNode node, IReadOnlyList<PathStep> path, string name)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            Wrong([.. path, new PathStep(name, [])], "type", list, "write a list of objects.");
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || KeysOf(item, node) is not { } keys)
            {
                Wrong([.. path, new PathStep(name, [])], "listKey", item,
                    $"write objects that name their {string.Join(" and ", node.Keys)}.");
                continue;
            }

            var here = (IReadOnlyList<PathStep>)[.. path, new PathStep(name, keys)];
            var count = fields.Count + problems.Count;
            if (!seen.Add(CanonicalPath.Format(here)))
                Wrong(here, "listKey", item, "write each key once; merge the elements into one.");
            else
                ReadObject(item, node, here);
            if (count == fields.Count + problems.Count)
                Wrong(here, "listKey", item, "write at least one field beside the key.");
        }
    }

    private void ReadField(JsonElement element, SchemaField field, IReadOnlyList<PathStep> path)
    {
        if (JsonScalars.TryRead(element, out var value) && CanonicalConversion.TryConvert(value, field.Type, out var converted))
            fields.Add(new(CanonicalPath.Format(path), converted));
        else
            Wrong(path, CanonicalConversion.Rule(field.Type), element, $"write {CanonicalConversion.Expected(field.Type)}.");
    }

    private static KeyValuePair<string, string>[]? KeysOf(JsonElement item, SchemaNode node)
    {
        var keys = new KeyValuePair<string, string>[node.Keys.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            if (!item.TryGetProperty(node.Keys[i], out var key) || !JsonScalars.TryRead(key, out var value) || value.IsEmpty
                || value.Kind == FieldKind.Set)
                return null;
            keys[i] = new(node.Keys[i], value.AsText);
        }

        return keys;
    }

    private static bool IsName(string text) => text.Length > 0
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '$');

    private void Wrong(IReadOnlyList<PathStep> path, string rule, JsonElement found, string expected) =>
        problems.Add(new(path.Count == 0 ? "$" : CanonicalPath.Format(path), rule, JsonScalars.ShapeOf(found), expected));
}
