using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Validation.Rules;
using NJsonSchema.Validation;

namespace IntegrationHub.Mapping.Validation;

/// <summary>Checks canonical entities: first their JSON Schema, then the field rules that it names.</summary>
/// <remarks>Safe for many threads at once.</remarks>
public sealed class EntityValidator
{
    private readonly FrozenDictionary<string, SchemaNode> schemas;
    private readonly JsonSchemaValidator validator = new();

    private readonly IReadOnlyDictionary<string, string> versions;

    private EntityValidator(FrozenDictionary<string, SchemaNode> schemas, IReadOnlyDictionary<string, string> versions) =>
        (this.schemas, this.versions) = (schemas, versions);

    /// <summary>The first 12 hexadecimal digits of the SHA-256 of an entity's schema; empty when there is none.</summary>
    public string VersionOf(string entity) => versions.GetValueOrDefault(entity, "");

    /// <summary>The entities that can be checked, in ordinal order.</summary>
    public IReadOnlyList<string> Entities => [.. schemas.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Reads the schemas once; checking reads none.</summary>
    /// <param name="schemaJsonByEntity">The text of each schema under its entity's name (<c>customer</c>).</param>
    /// <param name="clock">Says what day it is, for dates that may not lie in the future.</param>
    /// <exception cref="FormatException">A schema is not readable or names an unknown rule; the message says which and where.</exception>
    public static EntityValidator Parse(IReadOnlyDictionary<string, string> schemaJsonByEntity, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var rules = new FieldRules(clock);
        return new(schemaJsonByEntity.ToFrozenDictionary(
            pair => pair.Key, pair => new SchemaReader(pair.Key, rules).Read(pair.Value), StringComparer.Ordinal), schemaJsonByEntity.ToDictionary(
            static pair => pair.Key, static pair => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pair.Value)))[..12], StringComparer.Ordinal));
    }

    /// <summary>Checks one entity. Fields that are absent or explicitly empty are not held against it; a field that the schema requires
    /// may be explicitly empty, but not absent.</summary>
    /// <returns>What is wrong, in ordinal order of the fields; nothing when the entity is valid. A field that the schema refuses is not
    /// also held against a field rule.</returns>
    /// <exception cref="ArgumentException">There is no schema for the entity; the message lists those there are.</exception>
    public IReadOnlyList<Problem> Check(string entity, FieldMap fields)
    {
        if (!schemas.TryGetValue(entity, out var schema))
        {
            throw new ArgumentException(
                $"There is no schema for the entity '{entity}'. There are: {string.Join(", ", Entities)}. " +
                $"Add mappings/schemas/{entity}.schema.json or correct the mapping.",
                nameof(entity));
        }

        return SureCheck.IsSurelyValid(schema, fields) ? [] : CheckFully(entity, schema, fields);
    }

    /// <summary>What the schema library and the field rules say.</summary>
    internal IReadOnlyList<Problem> CheckFully(string entity, SchemaNode schema, FieldMap fields)
    {
        var tree = EntityTree.Build(schema, fields);
        var errors = validator.Validate(tree.Root, schema.Schema);
        if (errors.Count == 0 && tree.PathProblems.Count == 0 && tree.RuleProblems.Count == 0)
            return [];

        var problems = new List<Problem>(tree.PathProblems);
        // A number where one of some texts belongs has a wrong type and is none of the texts: the first finding says enough.
        problems.AddRange(SchemaProblems.Of(errors, entity, schema, tree.Root, fields)
            .DistinctBy(problem => problem.Field, StringComparer.Ordinal));
        var refused = problems.Select(problem => problem.Field).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(tree.RuleProblems.Where(problem => !refused.Contains(problem.Field)));
        problems.Sort(static (a, b) => string.CompareOrdinal(a.Field, b.Field));
        return problems;
    }
}
