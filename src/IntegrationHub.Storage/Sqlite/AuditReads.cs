using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Store;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Reads of the audit log, the newest entry first. What is stored are the canonical bytes: JSON that SQLite can look into.</summary>
internal static class AuditReads
{
    private const string Text = "CAST(entry AS TEXT)";

    private const string Select =
        "SELECT sequence, entry FROM audit_entry WHERE sequence < ?1 "
        + $"AND (?3 IS NULL OR json_extract({Text}, '$.actor') = ?3) "
        + $"AND (?4 IS NULL OR substr(json_extract({Text}, '$.action'), 1, length(?4)) = ?4) "
        + $"AND (?5 IS NULL OR json_extract({Text}, '$.object') = ?5) "
        + $"AND (?6 IS NULL OR json_extract({Text}, '$.system') = ?6 OR substr(json_extract({Text}, '$.system'), 1, length(?6) + 1) = ?6 || '/') "
        + $"AND (?7 IS NULL OR json_extract({Text}, '$.at') >= ?7) "
        + "ORDER BY sequence DESC LIMIT ?2";

    public static IReadOnlyList<StoredAuditEntry> List(Statements db, AuditFilter filter, long? before, int limit) => StoreQueries.List(
        db, Select,
        [before ?? long.MaxValue, limit, filter.Actor, filter.Action, filter.Object, filter.System, filter.Since?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'")],
        Entry);

    private static StoredAuditEntry Entry(SqliteRow row)
    {
        using var document = JsonDocument.Parse(row.GetBytes(1).ToArray());
        var entry = document.RootElement;
        return new(row.GetInt64(0), new AuditEntry
        {
            At = DateTimeOffset.Parse(Member(entry, "at")!, null, System.Globalization.DateTimeStyles.AssumeUniversal),
            Actor = Member(entry, "actor")!,
            Action = Member(entry, "action")!,
            Object = Member(entry, "object")!,
            Outcome = Member(entry, "outcome")!,
            System = Member(entry, "system"),
            Attempt = Member(entry, "attempt") is { } attempt ? int.Parse(attempt, System.Globalization.CultureInfo.InvariantCulture) : null,
            Before = Member(entry, "before"),
            After = Member(entry, "after"),
            Reason = Member(entry, "reason"),
            Fields = Member(entry, "fields"),
            Correlation = Member(entry, "correlation"),
            Configuration = Member(entry, "configuration"),
        });
    }

    private static string? Member(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;
}
