using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>A prepared statement and the row that it stands on. Columns are counted from 0.</summary>
internal sealed class SqliteRow : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    private SqliteRow(sqlite3 database, sqlite3_stmt statement) => (this.database, this.statement) = (database, statement);

    /// <exception cref="SqliteException">The text is not one statement that SQLite understands.</exception>
    public static SqliteRow Prepare(sqlite3 database, string sql)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out var statement, out var rest), database);
        return string.IsNullOrWhiteSpace(rest) ? new(database, statement) : throw new InvalidOperationException("One statement was expected.");
    }

    public void Bind(ReadOnlySpan<object?> values)
    {
        raw.sqlite3_reset(statement);
        for (var i = 0; i < values.Length; i++)
            SqliteException.ThrowExceptionForRC(Bind(i + 1, values[i]), database);
    }

    /// <returns>False after the last row.</returns>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public bool Read()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        // Builds the exception while the message is still there, then sets the statement back.
        try
        {
            SqliteException.ThrowExceptionForRC(code, database);
            return false;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public bool GetBoolean(int column) => GetInt64(column) != 0;

    public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>The bytes of a column; valid until the next row.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(statement, column);

    public object? GetValue(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => GetInt64(column),
        raw.SQLITE_TEXT => GetString(column),
        raw.SQLITE_BLOB => GetBytes(column).ToArray(),
        var type => throw new NotSupportedException($"The store has no columns of SQLite's type {type}."),
    };

    /// <summary>Ends the reading; the statement can run again.</summary>
    public void Dispose() => raw.sqlite3_reset(statement);

    public void Close() => statement.Dispose();

    private int Bind(int position, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, position),
        long number => raw.sqlite3_bind_int64(statement, position, number),
        int number => raw.sqlite3_bind_int64(statement, position, number),
        bool flag => raw.sqlite3_bind_int64(statement, position, flag ? 1 : 0),
        string text => raw.sqlite3_bind_text(statement, position, text),
        byte[] bytes => raw.sqlite3_bind_blob(statement, position, bytes),
        _ => throw new NotSupportedException($"The store binds no {value.GetType().Name}."),
    };
}
