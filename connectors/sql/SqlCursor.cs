using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>How far a table was read. First come the rows without a time of modification, by key; then the others, by time and key.</summary>
/// <remarks>The times are the database's own, as exact as it keeps them: no clock of ours decides where a read goes on.</remarks>
internal sealed record SqlCursor
{
    private const int VersionNow = 2;

    public int Version { get; init; } = VersionNow;

    /// <summary>Whether the read was over.</summary>
    public bool Ended { get; init; }

    /// <summary>Whether the rows without a time are being read.</summary>
    public bool InUntimed { get; init; }

    /// <summary>The last key among the rows without a time; null at their beginning.</summary>
    public JsonElement? UntimedKey { get; init; }

    /// <summary>The time of the last row with one; null at the beginning, between reads, and where there is no such column.</summary>
    public JsonElement? Modified { get; init; }

    /// <summary>The key of the last row with a time; null at the beginning and between reads.</summary>
    public JsonElement? Key { get; init; }

    /// <summary>The latest time in the table when this read began. From there, less the look-back, the next read starts.</summary>
    public JsonElement? Edge { get; init; }

    /// <summary>The fingerprint of the rows from there on, taken before this read showed any of them.</summary>
    public string? Seen { get; init; }

    /// <summary>Where this read began, less the look-back; null at the table's beginning and between reads.</summary>
    public JsonElement? From { get; init; }

    /// <summary>The cursor of a read that is over.</summary>
    public SqlCursor End() => new() { Ended = true, Edge = Edge, Seen = Seen };

    public static SqlCursor? Read(Checkpoint? checkpoint)
    {
        if (checkpoint is null)
            return null;
        try
        {
            return JsonSerializer.Deserialize<SqlCursor>(checkpoint.Value) is { Version: VersionNow } cursor ? cursor : null;
        }
        catch (JsonException)
        {
            return null; // Another version's: the table is read from its beginning, which loses nothing.
        }
    }

    public Checkpoint Write() => new(JsonSerializer.Serialize(this));

    public static JsonElement? Keep(object? value) => value is null or DBNull ? null : JsonSerializer.SerializeToElement(value);
}
