using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>How far a table was read. First come the rows without a time of modification, by key; then the others, by time and key.</summary>
/// <remarks>The times are the database's own, as exact as it keeps them: no clock of ours ever decides what is read.</remarks>
internal sealed record SqlCursor
{
    private const int VersionNow = 1;

    public int Version { get; init; } = VersionNow;

    /// <summary>Whether the read was over.</summary>
    public bool Ended { get; init; }

    /// <summary>Whether the rows without a time are being read.</summary>
    public bool InUntimed { get; init; }

    /// <summary>The last key among the rows without a time; null at their beginning.</summary>
    public JsonElement? UntimedKey { get; init; }

    /// <summary>The time of the last row with one; null at the beginning, and always for a table without such a column.</summary>
    public JsonElement? Modified { get; init; }

    /// <summary>The key of the last row with a time; null at the beginning.</summary>
    public JsonElement? Key { get; init; }

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
