using System.Data.Common;
using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>Reads one table, oldest change first.</summary>
internal sealed class SqlSource(SqlDialect dialect, SqlStream stream, TimeProvider clock)
{
    public async IAsyncEnumerable<SourcePage> ReadAsync(Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await dialect.OpenAsync(cancellationToken);
        var table = await GuardAsync(() => dialect.DescribeAsync(connection, stream, cancellationToken));
        var last = SqlCursor.Read(after);
        // Without a time of modification every read shows the whole table, unless it goes on where a torn one stopped.
        var whole = last is null || (last.Ended && table.Modified is null);
        var nameless = await GuardAsync(() => CountNamelessAsync(connection, table, cancellationToken));
        whole &= nameless.Count == 0;
        if (await GuardAsync(() => BeginAsync(connection, table, last, cancellationToken)) is not { } cursor)
        {
            yield return new(nameless, after!, ReadEnd.CaughtUp);
            yield break;
        }

        while (true)
        {
            var before = cursor;
            var (records, count, reached) = await GuardAsync(() => ReadPageAsync(connection, table, before, cancellationToken));
            whole &= !records.Exists(SqlRows.IsNameless);
            records.AddRange(nameless);
            nameless = [];
            var isLast = count < PageSize;
            cursor = isLast && reached.InUntimed ? reached with { InUntimed = false, UntimedKey = null } : reached;
            if (isLast && !before.InUntimed)
            {
                yield return new(records, cursor.End().Write(), whole ? ReadEnd.Complete : ReadEnd.CaughtUp);
                yield break;
            }

            if (records.Count > 0)
                yield return new(records, cursor.Write());
        }
    }

    // One place is kept free on a page: the count of rows without a key goes there.
    private int PageSize => Math.Max(1, stream.PageSize - 1);

    /// <returns>Where to read from; null when nothing has changed since the last read.</returns>
    private async Task<SqlCursor?> BeginAsync(DbConnection connection, SqlTable table, SqlCursor? last, CancellationToken cancellationToken)
    {
        if (last is { Ended: false })
            return last;
        if (table.Modified is null)
            return new();
        var window = new SqlWindow(dialect, connection, table, clock.GetUtcNow());
        return last is not null && await window.IsUnchangedAsync(last, cancellationToken)
            ? null
            : await window.BeginAsync(last, cancellationToken);
    }

    private async Task<(List<RawRecord> Records, int Count, SqlCursor Cursor)> ReadPageAsync(
        DbConnection connection, SqlTable table, SqlCursor cursor, CancellationToken cancellationToken)
    {
        var rows = new SqlRows(dialect, table);
        var records = new List<RawRecord>(stream.PageSize);
        var count = 0;
        await using var command = dialect.Command(connection, Page(table, rows, cursor));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var next = Advance(table, cursor, row);
            if (count > 0 && IsSame(next, cursor))
                throw NotUnique(table);
            cursor = next;
            count++;
            records.Add(rows.Read(row));
        }

        return (records, count, cursor);
    }

    private SqlStatement Page(SqlTable table, SqlRows rows, SqlCursor cursor)
    {
        var values = new List<object?>();
        var key = "t." + table.Key.Quoted;
        var modified = table.Modified is { } column ? "t." + column.Quoted : null;
        var condition = $"{key} IS NOT NULL";
        if (cursor.InUntimed)
            condition += $" AND {modified} IS NULL" + (cursor.UntimedKey is { } untimed ? $" AND {key} > {Add(table.Key, dialect.ValueOf(untimed, table.Key))}" : "");
        else if (modified is null)
            condition += cursor.Key is { } after ? $" AND {key} > {Add(table.Key, dialect.ValueOf(after, table.Key))}" : "";
        else if (cursor is { Modified: { } time, Key: { } last })
            condition += $" AND ({modified}, {key}) > ({Add(table.Modified!, dialect.ValueOf(time, table.Modified!))}, "
                + $"{Add(table.Key, dialect.ValueOf(last, table.Key))})";
        else
            condition += $" AND {table.Since(dialect, cursor.From, values)}";

        var order = modified is null || cursor.InUntimed ? key : $"{modified}, {key}";
        return new($"SELECT {rows.Select("t")} FROM {stream.QuotedTable} AS t WHERE {condition} ORDER BY {order} LIMIT {PageSize}", values);

        string Add(SqlColumn of, object? value)
        {
            values.Add(value);
            return dialect.Parameter(of, values.Count);
        }
    }

    private static SqlCursor Advance(SqlTable table, SqlCursor cursor, DbDataReader row)
    {
        var key = SqlCursor.Keep(row.GetValue(table.Key.Position));
        return cursor.InUntimed
            ? cursor with { UntimedKey = key }
            : cursor with { Modified = table.Modified is { } modified ? SqlCursor.Keep(row.GetValue(modified.Position)) : null, Key = key };
    }

    private static bool IsSame(SqlCursor a, SqlCursor b) =>
        a.UntimedKey?.GetRawText() == b.UntimedKey?.GetRawText() && a.Modified?.GetRawText() == b.Modified?.GetRawText() && a.Key?.GetRawText() == b.Key?.GetRawText();

    // A row without a key has no place in the order and could not be named: that there are such rows is said once a read.
    private async Task<List<RawRecord>> CountNamelessAsync(DbConnection connection, SqlTable table, CancellationToken cancellationToken)
    {
        if (table.Key.NotNull)
            return [];
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {stream.QuotedTable} WHERE {table.Key.Quoted} IS NULL";
        return await command.ExecuteScalarAsync(cancellationToken) is long count and > 0
            ? [SqlRows.Problem("row:without-key", "sql.key", $"{count} rows have no key in the column '{table.Key.Name}' and are not "
                + "read. Fill it, or name another key column")]
            : [];
    }

    private ConnectorException NotUnique(SqlTable table) => new(FailureKind.Blocked, "sql.key",
        $"Two rows of {stream.QuotedTable} share a key in the column '{table.Key.Name}', so a page between them would lose one. Name a "
            + "key column that is unique.");

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException failure)
        {
            throw dialect.Translate(failure);
        }
    }
}
