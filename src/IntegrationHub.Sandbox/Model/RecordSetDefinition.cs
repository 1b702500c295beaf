using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>What a field holds.</summary>
public enum FieldType
{
    Text,
    Boolean,
}

/// <summary>What a text must look like when a caller writes it; data that was there before the rule is left alone.</summary>
public enum TextFormat
{
    Any,

    /// <summary>Something before and a dotted domain after one <c>@</c>, no spaces.</summary>
    Email,

    /// <summary>A day that exists, <c>yyyy-MM-dd</c>.</summary>
    Date,
}

/// <summary>Rewrites a text before it is stored, as vendors do without being asked.</summary>
/// <param name="value">The text as written; never empty.</param>
/// <param name="record">The record as it will be stored, with the other fields as written.</param>
public delegate string Normaliser(string value, JsonObject record);

/// <summary>What a system demands of one field and does to it.</summary>
public sealed record FieldRule(string Name)
{
    public FieldType Type { get; init; } = FieldType.Text;

    public bool Required { get; init; }

    /// <summary>Two records that are not deleted may not share a value. Default: they may.</summary>
    public bool Unique { get; init; }

    /// <summary>The system fills it in; callers may not.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The most UTF-16 characters. Default: no limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The only values allowed besides none. Default: any.</summary>
    public IReadOnlyList<string> Picklist { get; init; } = [];

    public TextFormat Format { get; init; }

    /// <summary>Run in order, before the checks.</summary>
    public IReadOnlyList<Normaliser> Normalisers { get; init; } = [];

    /// <summary>The value of a record that never got one. Default: <see cref="RecordSetDefinition.Unset"/> for a text, false for a
    /// boolean.</summary>
    public string? Default { get; init; }
}

/// <summary>One kind of record that a sandbox system holds.</summary>
public sealed record RecordSetDefinition
{
    /// <summary>The name in requests, in the ledger and in fault rules.</summary>
    public required string Name { get; init; }

    /// <summary>Makes the key of the n-th record, n from 1.</summary>
    public required Func<long, string> KeyOf { get; init; }

    public required IReadOnlyList<FieldRule> Fields { get; init; }

    /// <summary>The record as callers see it, with key and time of change.</summary>
    public required Func<SandboxRecord, JsonObject> Render { get; init; }

    /// <summary>Whether a deleted record stays readable, marked. Default false: it is gone without a trace.</summary>
    public bool SoftDelete { get; init; }

    /// <summary>Whether a field that the set does not have, or that only the system writes, is refused (true, the default) or
    /// ignored.</summary>
    public bool RefusesUnknownFields { get; init; } = true;

    /// <summary>What stands in a text field without a value: null (the default) or an empty text. The other is stored as this
    /// one.</summary>
    public string? Unset { get; init; }

    /// <summary>Fills in fields that follow from others; runs before every store.</summary>
    public Action<JsonObject>? Derive { get; init; }

    /// <summary>The record set that this one's records belong to; a change here does not move the parent's time of change.</summary>
    public string? ParentSet { get; init; }

    /// <summary>The field that holds the parent's key; required with <see cref="ParentSet"/>.</summary>
    public string? ParentField { get; init; }

    internal FieldRule? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);
}
