namespace IntegrationHub.Mapping;

/// <summary>One property of a canonical entity: a field, an object, or a keyed list of objects.</summary>
internal sealed class SchemaNode
{
    /// <summary>What a field says; null for objects and lists.</summary>
    public SchemaField? Field { get; init; }

    /// <summary>The key properties of a list's elements in ordinal order; empty when this is no list.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The properties of the object, or of a list's elements, with the key properties among them.</summary>
    public Dictionary<string, SchemaNode> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>What any other property is, for <c>customFields</c>; null when there is no other.</summary>
    public SchemaNode? AnyProperty { get; init; }

    public bool IsList => Keys.Count > 0;

    public SchemaNode? Child(string name) => Properties.GetValueOrDefault(name) ?? AnyProperty;
}
