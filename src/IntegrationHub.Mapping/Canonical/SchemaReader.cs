using System.Text.Json;

namespace IntegrationHub.Mapping;

/// <summary>Reads an entity's JSON Schema into the tree of its fields. Follows <c>#/…</c> references; ignores what only restricts
/// values.</summary>
internal sealed class SchemaReader(JsonElement root)
{
    private const int DepthMax = 16;

    // What an object or a list says about all in it.
    private readonly Stack<string?> sensitivity = new([null]);

    public SchemaNode Read() => ReadObject(root, "", 0);

    private SchemaNode ReadNode(JsonElement schema, string pattern, int depth)
    {
        // A definition that contains itself has no end as flat paths.
        if (depth > DepthMax)
            throw new FormatException($"The schema is nested deeper than {DepthMax} levels at '{pattern}'; does a definition refer to itself?");

        schema = Resolve(schema);
        sensitivity.Push(TextOf(schema, "x-sensitive") ?? sensitivity.Peek());
        var node = TypeOf(schema) switch
        {
            "object" => ReadObject(schema, pattern, depth),
            "array" => ReadArray(schema, pattern, depth),
            var type => new SchemaNode
            {
                Field = ReadField(schema, pattern, ScalarType(type, TextOf(schema, "format") ?? TextOf(schema, "x-rule"))),
            },
        };
        sensitivity.Pop();
        return node;
    }

    private SchemaNode ReadObject(JsonElement schema, string pattern, int depth, IReadOnlyList<string>? keys = null)
    {
        var any = schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.Object
            ? ReadNode(additional, Join(pattern, "*"), depth + 1)
            : null;
        var node = new SchemaNode { AnyProperty = any, Keys = keys ?? [] };
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
                node.Properties[property.Name] = ReadNode(property.Value, Join(pattern, property.Name), depth + 1);
        }

        return node;
    }

    private SchemaNode ReadArray(JsonElement schema, string pattern, int depth)
    {
        if (schema.TryGetProperty("x-set", out var set) && set.ValueKind == JsonValueKind.True)
            return new SchemaNode { Field = ReadField(schema, pattern, CanonicalType.Set) };

        if (!schema.TryGetProperty("x-listKey", out var listKey) || listKey.ValueKind != JsonValueKind.Array
            || listKey.GetArrayLength() == 0)
            throw new FormatException($"The list '{pattern}' names no keys; give it \"x-listKey\", or \"x-set\": true when it is a list of texts without order.");

        var items = schema.TryGetProperty("items", out var item) ? Resolve(item) : default;
        if (items.ValueKind != JsonValueKind.Object || TypeOf(items) != "object")
            throw new FormatException($"The elements of the keyed list '{pattern}' must be objects; describe them under \"items\".");

        var keys = listKey.EnumerateArray().Select(key => key.GetString() ?? "").Order(StringComparer.Ordinal).ToArray();
        var node = ReadObject(items, $"{pattern}[{string.Join(',', keys)}]", depth, keys);
        return Array.Find(keys, key => node.Properties.GetValueOrDefault(key)?.Field is null) is { } missing
            ? throw new FormatException($"The key '{missing}' of the list '{pattern}' is no property of its elements; add it to \"items\".")
            : node;
    }

    private SchemaField ReadField(JsonElement schema, string pattern, CanonicalType type) => new(
        pattern, type, TextOf(schema, "format"), sensitivity.Peek(), TextOf(schema, "x-key"),
        schema.TryGetProperty("enum", out var allowed) && allowed.ValueKind == JsonValueKind.Array
            ? [.. allowed.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)]
            : [],
        TextOf(schema, "description") ?? "");

    private JsonElement Resolve(JsonElement schema)
    {
        for (var hops = 0; schema.ValueKind == JsonValueKind.Object && TextOf(schema, "$ref") is { } reference; hops++)
        {
            if (hops > DepthMax || !reference.StartsWith("#/", StringComparison.Ordinal))
                throw new FormatException($"The reference '{reference}' cannot be followed; refer to a definition of the same file, such as '#/definitions/address'.");
            schema = root;
            foreach (var step in reference[2..].Split('/'))
            {
                if (!schema.TryGetProperty(step, out schema))
                    throw new FormatException($"The reference '{reference}' leads nowhere: '{step}' does not exist.");
            }
        }

        return schema;
    }

    // "type" may list null beside the real type: every canonical field may be explicitly empty.
    private static string TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            return schema.TryGetProperty("properties", out _) ? "object" : "any";
        if (type.ValueKind == JsonValueKind.String)
            return type.GetString()!;
        var types = type.EnumerateArray().Select(entry => entry.GetString()).Where(entry => entry != "null").ToArray();
        return types.Length == 1 ? types[0]! : "any";
    }

    // Dates are known by their format or by the field rule that checks them. Where a schema allows several scalars (custom fields), the
    // value's own kind is kept.
    private static CanonicalType ScalarType(string type, string? format) => (type, format) switch
    {
        ("number", _) => CanonicalType.Number,
        ("integer", _) => CanonicalType.Integer,
        ("boolean", _) => CanonicalType.Boolean,
        ("string", "date" or "birthDate") => CanonicalType.Date,
        ("string", "date-time" or "dateTime") => CanonicalType.DateTime,
        ("any", _) => CanonicalType.Any,
        _ => CanonicalType.Text,
    };

    private static string Join(string pattern, string name) => pattern.Length == 0 ? name : $"{pattern}.{name}";

    private static string? TextOf(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
