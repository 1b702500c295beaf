using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>
/// The prepared statements of one connection: each SQL text is compiled once and bound by position (<c>?1</c>, <c>?2</c>, …). They go to SQLite's own
/// functions, past ADO.NET's commands: a record takes about twenty statements from landing to delivery, and a command spends more time on looking up its
/// parameters by name and on its reader than SQLite does on a row (measured with <c>Benchmarks sync</c>).
/// </summary>
internal sealed class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteRow> prepared = new(StringComparer.Ordinal);

    public SqliteConnection Connection => connection;

    /// <returns>The number of rows changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object?> values)
    {
        using var row = Bind(sql, values);
        while (row.Read())
        {
            // A PRAGMA answers with rows; nobody asks for them here.
        }

        return raw.sqlite3_changes(connection.Handle);
    }

    /// <returns>The first column of the first row: a number, a text or bytes; null when there is none.</returns>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        using var row = Bind(sql, values);
        return row.Read() ? row.GetValue(0) : null;
    }

    /// <returns>The rows, one after the other; dispose them before the same statement runs again.</returns>
    public SqliteRow Query(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values);

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Close();
        prepared.Clear();
    }

    private SqliteRow Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var statement))
            prepared.Add(sql, statement = SqliteRow.Prepare(connection.Handle!, sql));
        statement.Bind(values);
        return statement;
    }
}
