using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>One state of one record. Never changes; a write makes the next.</summary>
public sealed class SandboxRecord
{
    private readonly JsonObject fields;

    internal SandboxRecord(string key, long number, JsonObject fields, DateTimeOffset storedAt)
    {
        StoredAt = storedAt;
        Key = key;
        Number = number;
        this.fields = fields;
    }

    /// <summary>The key that the system gave it.</summary>
    public string Key { get; }

    /// <summary>The place in the order of creation, from 1; settles ties of <see cref="Modified"/>.</summary>
    public long Number { get; }

    /// <summary>1 when created, one more with every accepted write.</summary>
    public required long Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The time of the last accepted write as the system tells it: cut to its grain, never going back.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>Whether the record is deleted but still readable.</summary>
    public bool Deleted { get; init; }

    /// <summary>Deleted without a trace; only the index may still show the state before.</summary>
    internal bool Removed { get; init; }

    /// <summary>When the state was stored by the clock, from which the index lag counts.</summary>
    internal DateTimeOffset StoredAt { get; }

    /// <summary>A field as text; null when it has no value or is no text.</summary>
    public string? Text(string field) => fields[field] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A field as a boolean; false when it has no value.</summary>
    public bool Flag(string field) => fields[field] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    /// <summary>A copy of one field's value.</summary>
    public JsonNode? Copy(string field) => fields[field]?.DeepClone();

    /// <summary>A copy of the fields, without key and time of change.</summary>
    public JsonObject ToJson() => (JsonObject)fields.DeepClone();
}

/// <summary>Which records a list shows. Conditions that are not set hold for every record.</summary>
public sealed record RecordQuery
{
    /// <summary>Changed at this time or later.</summary>
    public DateTimeOffset? ModifiedFrom { get; init; }

    /// <summary>Behind the record with this time of change and this <see cref="SandboxRecord.Number"/>, in the order of the list.</summary>
    public (DateTimeOffset Modified, long Number)? After { get; init; }

    /// <summary>Any further condition.</summary>
    public Func<SandboxRecord, bool>? Where { get; init; }

    /// <summary>How many of the first records to leave out.</summary>
    public int Skip { get; init; }

    /// <summary>The most records to show. Default 100.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>What a list shows.</summary>
/// <param name="Records">In the order of (time of change, number).</param>
/// <param name="More">Whether records follow behind the last.</param>
/// <param name="Total">How many records satisfy the conditions, paging aside.</param>
public sealed record RecordPage(IReadOnlyList<SandboxRecord> Records, bool More, int Total);
