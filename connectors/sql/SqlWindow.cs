using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>
/// The end of a table that has to be looked at again. A row may become visible after rows of the same or a later time have been read: its
/// transaction was still open, or it was edited twice within one tick. So each read starts where the table ended when the read before
/// <em>began</em>, less the look-back. A fingerprint of these rows tells whether there is anything to read: a large tie at the end costs a
/// scan by the database, and not a read of all of it each time.
/// </summary>
internal sealed class SqlWindow(SqlDialect dialect, DbConnection connection, SqlTable table, DateTimeOffset now)
{
    /// <summary>More than time zones, which a column may leave out, can be apart.</summary>
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(1);

    private readonly SqlColumn modified = table.Modified!;

    private string Modified => "t." + modified.Quoted;

    /// <summary>Where a read that begins now starts, and what the next one has to compare.</summary>
    /// <param name="last">Where the read before ended.</param>
    public async Task<SqlCursor> BeginAsync(SqlCursor? last, CancellationToken cancellationToken)
    {
        var (edge, isEarlier) = await EdgeAsync(last?.Edge, cancellationToken);
        return new()
        {
            InUntimed = !modified.NotNull,
            Edge = edge,
            Seen = await FingerprintAsync(edge, cancellationToken),
            // The latest rows are gone, or the table was restored: what is compared next time has to be read before.
            From = isEarlier || edge is null ? edge : last?.Edge,
        };
    }

    public async Task<bool> IsUnchangedAsync(SqlCursor last, CancellationToken cancellationToken) =>
        last.Seen == await FingerprintAsync(last.Edge, cancellationToken);

    // A time that lies in the future is no end: everything that is changed now would come before it.
    private async Task<(JsonElement? Edge, bool IsEarlier)> EdgeAsync(JsonElement? before, CancellationToken cancellationToken)
    {
        var latest = await LatestAsync(null, before, cancellationToken);
        return latest.Edge is { } edge && dialect.LimitWhenBeyond(modified, dialect.ValueOf(edge, modified)!, now + AheadMax) is { } limit
            && await LatestAsync(limit, before, cancellationToken) is { Edge: not null } believable
            ? believable
            : latest;
    }

    private async Task<(JsonElement? Edge, bool IsEarlier)> LatestAsync(
        object? limit, JsonElement? before, CancellationToken cancellationToken)
    {
        var values = new List<object?>();
        var isEarlier = before is { } time ? $"{Modified} < {Add(dialect.ValueOf(time, modified))}" : "NULL";
        var upTo = limit is null ? "" : $" AND {Modified} <= {Add(limit)}";
        await using var command = dialect.Command(connection, new(
            $"SELECT {dialect.Read(modified, Modified)}, {isEarlier} FROM {table.Stream.QuotedTable} AS t "
            + $"WHERE {Modified} IS NOT NULL{upTo} ORDER BY {Modified} DESC LIMIT 1", values));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? (SqlCursor.Keep(row.GetValue(0)), !row.IsDBNull(1) && Convert.ToBoolean(row.GetValue(1), CultureInfo.InvariantCulture))
            : (null, false);

        string Add(object? value)
        {
            values.Add(value);
            return dialect.Parameter(modified, values.Count);
        }
    }

    private async Task<string> FingerprintAsync(JsonElement? edge, CancellationToken cancellationToken)
    {
        var values = new List<object?>();
        var untimed = modified.NotNull ? "" : $"{Modified} IS NULL OR ";
        var since = table.Since(dialect, edge, values);
        await using var command = dialect.Command(connection, new(
            $"SELECT {dialect.Fingerprint(table.Columns.Select(column => "t." + column.Quoted))} FROM {table.Stream.QuotedTable} AS t "
            + $"WHERE t.{table.Key.Quoted} IS NOT NULL AND ({untimed}{since})", values));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await row.ReadAsync(cancellationToken))
        {
            for (var i = 0; i < row.FieldCount; i++)
                Append(hash, row.IsDBNull(i) ? null : row.GetValue(i));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    // With the type before it and its length, so that values cannot run into each other.
    private static void Append(IncrementalHash hash, object? value)
    {
        var bytes = value as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        hash.AppendData(Encoding.UTF8.GetBytes($"{value?.GetType().Name}:{bytes.Length}:"));
        hash.AppendData(bytes);
    }
}
