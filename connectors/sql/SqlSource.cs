using System.Data.Common;
using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>Reads one table, oldest change first.</summary>
internal sealed class SqlSource(SqlDialect dialect, SqlStream stream)
{
    public async IAsyncEnumerable<SourcePage> ReadAsync(Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await dialect.OpenAsync(cancellationToken);
        var table = await GuardAsync(() => dialect.DescribeAsync(connection, stream, cancellationToken));
        var last = SqlCursor.Read(after);
        // Without a time of modification every read shows the whole table, unless it goes on where a torn one stopped.
        var whole = last is null || (last.Ended && table.Modified is null);
        var cursor = Begin(table, last);
        var lookBack = last is { Ended: true } && stream.LookBack > TimeSpan.Zero;
        var nameless = await GuardAsync(() => CountNamelessAsync(connection, table, cancellationToken));
        whole &= nameless.Count == 0;
        while (true)
        {
            var before = cursor;
            var (records, count, reached) = await GuardAsync(() => ReadPageAsync(connection, table, before, lookBack, cancellationToken));
            whole &= !records.Exists(SqlRows.IsNameless);
            records.AddRange(nameless);
            nameless = [];
            cursor = reached;
            if (!cursor.InUntimed)
                lookBack = false;
            var isLast = count < PageSize;
            if (isLast && cursor.InUntimed)
            {
                cursor = cursor with { InUntimed = false, UntimedKey = null };
                lookBack = last is { Ended: true } && stream.LookBack > TimeSpan.Zero;
                if (records.Count > 0)
                    yield return new(records, cursor.Write());
                continue;
            }

            if (!isLast)
            {
                yield return new(records, cursor.Write());
                continue;
            }

            yield return new(records, (cursor with { Ended = true }).Write(), whole ? ReadEnd.Complete : ReadEnd.CaughtUp);
            yield break;
        }
    }

    // One place is kept free on a page: the count of rows without a key goes there.
    private int PageSize => Math.Max(1, stream.PageSize - 1);

    private static SqlCursor Begin(SqlTable table, SqlCursor? last)
    {
        if (last is { Ended: false })
            return last;
        var start = new SqlCursor { InUntimed = table.Modified is { NotNull: false } };
        return last is null || table.Modified is null ? start : start with { Modified = last.Modified, Key = last.Key };
    }

    private async Task<(List<RawRecord> Records, int Count, SqlCursor Cursor)> ReadPageAsync(
        DbConnection connection, SqlTable table, SqlCursor cursor, bool lookBack, CancellationToken cancellationToken)
    {
        var rows = new SqlRows(dialect, table);
        var records = new List<RawRecord>(stream.PageSize);
        var count = 0;
        await using var command = dialect.Command(connection, Page(table, rows, cursor, lookBack));
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

    private SqlStatement Page(SqlTable table, SqlRows rows, SqlCursor cursor, bool lookBack)
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
            condition += lookBack
                ? $" AND {modified} >= {Add(table.Modified!, dialect.Earlier(dialect.ValueOf(time, table.Modified!)!, stream.LookBack))}"
                : $" AND ({modified}, {key}) > ({Add(table.Modified!, dialect.ValueOf(time, table.Modified!))}, "
                    + $"{Add(table.Key, dialect.ValueOf(last, table.Key))})";
        else
            condition += $" AND {modified} IS NOT NULL";

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
