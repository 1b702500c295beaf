using IntegrationHub.Abstractions;
using IntegrationHub.Identity;

namespace IntegrationHub.Sync.Model;

public enum GoldenStatus
{
    Live,

    /// <summary>Became part of another golden record; <see cref="GoldenRecord.MergedInto"/> names it.</summary>
    Merged,

    /// <summary>Deleted in the systems; kept so that a late record finds it.</summary>
    Deleted,
}

/// <summary>The merged customer (or other entity); every field carries its provenance.</summary>
public sealed record GoldenRecord
{
    public required long Id { get; init; }

    public required string Entity { get; init; }

    /// <summary>Grows by one with every change of what the record says.</summary>
    public long Version { get; init; }

    public GoldenStatus Status { get; init; }

    public long MergedInto { get; init; }

    /// <summary>Grows with every change of the row; 0 for a row that is not stored yet.</summary>
    public long Revision { get; init; }

    /// <summary>Fields in ordinal order of their paths.</summary>
    public IReadOnlyList<GoldenField> Fields { get; init; } = [];

    public IReadOnlyList<Override> Overrides { get; init; } = [];

    public IReadOnlyList<HeldField> Held { get; init; } = [];

    /// <summary>Fields that changed lately, so that one that goes to and fro is noticed.</summary>
    public IReadOnlyList<FieldTurn> Turns { get; init; } = [];

    public FieldMap ToFieldMap() => FieldMap.From(Fields.Select(static field => new Field(field.Path, field.Value)));

    public override string ToString() => $"{Entity}/{Id}";
}

/// <summary>The last change of a golden field.</summary>
/// <param name="Other">The value before it.</param>
/// <param name="Writer">The source record that had said that value.</param>
/// <param name="Count">How often in a row the field has gone back to the value before.</param>
/// <param name="Since">When that series began.</param>
public readonly record struct FieldTurn(string Path, FieldValue Other, long Writer, int Count, DateTimeOffset Since);

/// <summary>A golden record and the source records that make it, removed ones included, in order of their ids.</summary>
public sealed record Cluster(GoldenRecord Golden, IReadOnlyList<SourceRecord> Members);
