namespace IntegrationHub.Mapping;

/// <summary>The type of a canonical field.</summary>
public enum CanonicalType
{
    Text,
    Number,
    Integer,
    Boolean,

    /// <summary>A calendar date, <c>yyyy-MM-dd</c>.</summary>
    Date,

    /// <summary>A moment, ISO 8601 in UTC.</summary>
    DateTime,

    /// <summary>Several texts without order.</summary>
    Set,

    /// <summary>Any scalar: the value keeps the kind that it has in the source.</summary>
    Any,
}

/// <summary>What a schema says about one canonical field.</summary>
/// <param name="Pattern">The path with lists open: <c>emails[type].value</c>; <c>customFields.*</c> for any name.</param>
/// <param name="Format">The schema's <c>format</c>; null when it has none.</param>
/// <param name="Sensitivity">The <c>x-sensitive</c> of the field or of what it lies in, such as <c>personal</c>; null when there is
/// none.</param>
/// <param name="KeyKind">The schema's <c>x-key</c>, such as <c>email</c>: the field identifies a customer; null when it does not.</param>
/// <param name="Allowed">The values that the schema's <c>enum</c> allows; empty when it allows any.</param>
/// <param name="Description">The schema's <c>description</c>; empty when it has none.</param>
public sealed record SchemaField(
    string Pattern, CanonicalType Type, string? Format, string? Sensitivity, string? KeyKind,
    IReadOnlyList<string> Allowed, string Description);
