using System.Collections.Frozen;
using IntegrationHub.Mapping.Validation.Rules;
using NJsonSchema;

namespace IntegrationHub.Mapping.Validation;

internal enum SchemaNodeKind
{
    /// <summary>One value.</summary>
    Scalar,

    /// <summary>Several texts without order: one field with a set as its value.</summary>
    Set,

    /// <summary>Properties with names.</summary>
    Object,

    /// <summary>Objects that are told apart by their key properties.</summary>
    List,
}

/// <summary>One place of a schema, prepared for walking down canonical paths.</summary>
internal sealed class SchemaNode
{
    private readonly FrozenDictionary<string, SchemaNode> properties;
    private readonly FrozenDictionary<string, SchemaNode>.AlternateLookup<ReadOnlySpan<char>> byName;

    public SchemaNode(IReadOnlyDictionary<string, SchemaNode> properties)
    {
        this.properties = properties.ToFrozenDictionary(StringComparer.Ordinal);
        byName = this.properties.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public required string Name { get; init; }

    public required SchemaNodeKind Kind { get; init; }

    public required JsonSchema Schema { get; init; }

    /// <summary>For a list: what tells its elements apart, in ordinal order; else empty.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>For an object that takes any property: what each must be.</summary>
    public SchemaNode? AnyProperty { get; init; }

    /// <summary>The properties (of each element, for a list) that must not be absent.</summary>
    public required IReadOnlySet<string> Required { get; init; }

    /// <summary>What is asked of a value here; null when only the schema library can tell.</summary>
    public required ValueLimits? Limits { get; init; }

    /// <summary>For a list: what is asked of each element.</summary>
    public ValueLimits? ElementLimits { get; init; }

    /// <summary>The rule for a text here.</summary>
    public FieldRule? Rule { get; init; }

    /// <summary>For a property of a list's element: the rules that depend on a key of the element.</summary>
    public RulesByKey? RulesByKey { get; init; }

    public IEnumerable<string> PropertyNames => properties.Keys.Order(StringComparer.Ordinal);

    /// <summary>The property of this name (of each element, for a list); null when there is none.</summary>
    public SchemaNode? Find(ReadOnlySpan<char> name) => byName.TryGetValue(name, out var node) ? node : AnyProperty;
}

/// <summary>Rules that apply when the key of a list's element has a certain value, such as <c>iban</c> for the scheme.</summary>
internal sealed record RulesByKey(string Key, FrozenDictionary<string, FieldRule> Rules);
