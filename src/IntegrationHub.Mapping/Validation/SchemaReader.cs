using System.Collections.Frozen;
using System.Globalization;
using IntegrationHub.Mapping.Validation.Rules;
using Newtonsoft.Json;
using NJsonSchema;

namespace IntegrationHub.Mapping.Validation;

/// <summary>Reads the JSON Schema of one entity with the hub's own keywords (<c>mappings/schemas/README.md</c> describes them).</summary>
internal sealed class SchemaReader(string entity, FieldRules rules)
{
    private const int DepthMax = 16;

    /// <exception cref="FormatException">The text is no schema, or uses a keyword wrongly.</exception>
    public SchemaNode Read(string json)
    {
        var schema = ReadSchema(json);
        return schema.ActualSchema.Type.HasFlag(JsonObjectType.Object)
            ? ReadNode("", schema, entity, 0)
            : throw Wrong(entity, "its type must be 'object'");
    }

    private JsonSchema ReadSchema(string json)
    {
        try
        {
            // The library reads asynchronously for references to other files; a schema in one text never leaves the thread.
            return JsonSchema.FromJsonAsync(json).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"The schema of '{entity}' cannot be read as JSON Schema: {exception.Message}", exception);
        }
    }

    private SchemaNode ReadNode(string name, JsonSchema declared, string where, int depth)
    {
        if (depth > DepthMax)
            throw Wrong(where, $"it is nested more than {DepthMax} deep, or refers to itself");
        var schema = declared.ActualSchema;
        var isList = schema.Type.HasFlag(JsonObjectType.Array);
        var isSet = isList && Keyword(schema, "x-set") is true;
        var holder = isList && !isSet ? ElementOf(schema, where) : schema;
        var properties = holder.ActualProperties.ToDictionary(
            pair => pair.Key, pair => ReadNode(pair.Key, pair.Value, $"{where}.{pair.Key}", depth + 1), StringComparer.Ordinal);
        var any = holder.AllowAdditionalProperties ? holder.AdditionalPropertiesSchema : null;

        return new SchemaNode(properties)
        {
            Name = name,
            Schema = schema,
            Kind = KindOf(schema, isSet),
            Keys = isList && !isSet ? KeysOf(schema, properties, where) : [],
            Required = holder.RequiredProperties.ToFrozenSet(StringComparer.Ordinal),
            Limits = ValueLimits.Of(schema),
            ElementLimits = isList && !isSet ? ValueLimits.Of(holder) : null,
            AnyProperty = any is null ? null : ReadNode("", any, $"{where}.*", depth + 1),
            Rule = Keyword(schema, "x-rule") is { } rule ? rules.Find(rule as string ?? "", where) : null,
            RulesByKey = Keyword(schema, "x-ruleByKey") is { } byKey ? ReadRulesByKey(byKey, where) : null,
        };
    }

    private static SchemaNodeKind KindOf(JsonSchema schema, bool isSet) => schema.Type switch
    {
        _ when isSet => SchemaNodeKind.Set,
        var type when type.HasFlag(JsonObjectType.Array) => SchemaNodeKind.List,
        var type when type.HasFlag(JsonObjectType.Object) => SchemaNodeKind.Object,
        _ => SchemaNodeKind.Scalar,
    };

    private static JsonSchema ElementOf(JsonSchema list, string where) =>
        list.Item?.ActualSchema is { } element && element.Type.HasFlag(JsonObjectType.Object)
        ? element
        : throw Wrong(where, "an array needs either \"x-set\": true or objects as \"items\"");

    private static string[] KeysOf(JsonSchema list, Dictionary<string, SchemaNode> properties, string where)
    {
        var keys = (Keyword(list, "x-listKey") as IEnumerable<object>)?.OfType<string>().Order(StringComparer.Ordinal).ToArray() ?? [];
        if (keys.Length == 0)
            throw Wrong(where, "an array of objects needs \"x-listKey\" with the names of its key properties");
        return Array.Find(keys, key => !properties.ContainsKey(key)) is { } unknown
            ? throw Wrong(where, $"\"x-listKey\" names '{unknown}', which is no property of its items")
            : keys;
    }

    private RulesByKey ReadRulesByKey(object keyword, string where)
    {
        if (keyword is not IDictionary<string, object> { Count: 1 } outer
            || outer.First() is not { Value: IDictionary<string, object> inner } pair)
        {
            throw Wrong(where, "\"x-ruleByKey\" must be an object with one key property, and under it rules by value");
        }

        return new(pair.Key, inner.ToFrozenDictionary(
            entry => entry.Key, entry => rules.Find(entry.Value as string ?? "", where), StringComparer.Ordinal));
    }

    private static object? Keyword(JsonSchema schema, string name) =>
        schema.ExtensionData is { } data && data.TryGetValue(name, out var value) ? value : null;

    private static FormatException Wrong(string where, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The schema at '{where}' cannot be used: {what}."));
}
