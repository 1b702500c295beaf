using System.Data.Common;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>What a database's error means for one record.</summary>
internal enum SqlFailure
{
    /// <summary>The database refuses the record.</summary>
    Refused,

    /// <summary>Something else holds the row or the database.</summary>
    Busy,

    /// <summary>The connection, the account or the statement: it concerns more than the record.</summary>
    Other,
}

/// <summary>What differs between the databases. Everything else is the same SQL: quoted names, and values as parameters $1, $2 and so on.</summary>
internal abstract class SqlDialect : IAsyncDisposable
{
    private const long MillisecondsFrom = 100_000_000_000;

    /// <exception cref="ConnectorException">The database cannot be reached, or does not let the hub in.</exception>
    public abstract Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>A transaction that waits for locks a few seconds at most.</summary>
    public abstract Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken);

    public abstract Task<SqlTable> DescribeAsync(DbConnection connection, SqlStream stream, CancellationToken cancellationToken);

    /// <summary>Whether an index proves that no two rows share the column's value.</summary>
    public abstract Task<bool> IsUniqueAsync(DbConnection connection, SqlStream stream, string column, CancellationToken cancellationToken);

    /// <summary>The expression that reads a column.</summary>
    /// <param name="name">The column, quoted and qualified as the statement needs it.</param>
    public abstract string Read(SqlColumn column, string name);

    /// <summary>The expression that brings a parameter to a column's type.</summary>
    public abstract string Parameter(SqlColumn column, int number);

    /// <summary>The condition that a column holds a parameter's value, null included.</summary>
    public abstract string Same(SqlColumn column, int number);

    /// <summary>A value as a parameter takes it.</summary>
    public abstract object? ValueOf(JsonElement json, SqlColumn column);

    /// <summary>A time or number earlier than one that was read, in the column's own form; the value itself when it is neither.</summary>
    public abstract object? Earlier(SqlColumn column, object modified, TimeSpan by);

    /// <summary>A limit in the form of a time that was read, when that time lies beyond it; null when it does not, or is no time.</summary>
    public abstract object? LimitWhenBeyond(SqlColumn column, object modified, DateTimeOffset limit);

    /// <summary>What to select of rows so that it is the same as long as they are the same.</summary>
    /// <param name="columns">The columns, quoted and qualified.</param>
    public abstract string Fingerprint(IEnumerable<string> columns);

    public abstract void Bind(DbParameterCollection parameters, object? value);

    /// <summary>The condition that a column holds one of the texts of a parameter.</summary>
    public abstract string AnyOf(SqlColumn column, int number);

    /// <summary>Several texts as the parameter of <see cref="AnyOf"/>.</summary>
    public abstract object Several(IReadOnlyList<string> texts);

    /// <summary>Whether a failed statement spoils its transaction, so that a savepoint has to stand before each.</summary>
    public abstract bool NeedsSavepoints { get; }

    /// <summary>Writes one value that was read.</summary>
    /// <exception cref="JsonException">It is JSON of more levels than a record may have.</exception>
    /// <exception cref="FormatException">It is nothing that a record may hold.</exception>
    public abstract void Write(Utf8JsonWriter writer, DbDataReader row, SqlColumn column);

    public abstract SqlFailure Classify(DbException failure);

    /// <summary>The short code of an error, and the names in it, without any value.</summary>
    public abstract (string Code, string Names) Explain(DbException failure);

    /// <summary>What an error outside of any record means.</summary>
    public abstract ConnectorException Translate(DbException failure);

    /// <summary>Inserts many rows at once where the database has a quick way; null when one by one is quick enough.</summary>
    /// <param name="columns">The columns that every row sets.</param>
    /// <param name="rows">The values, row by row.</param>
    public virtual SqlStatement? InsertMany(SqlTable table, IReadOnlyList<SqlColumn> columns, IReadOnlyList<object?[]> rows, string returning) => null;

    public abstract ValueTask DisposeAsync();

    /// <summary>Numbers are seconds or milliseconds since 1970, or a counter, of which a few are read again.</summary>
    protected static long Earlier(long number, TimeSpan by) =>
        number - (long)(number >= MillisecondsFrom ? by.TotalMilliseconds : by.TotalSeconds);

    protected static DateTimeOffset Earlier(DateTimeOffset time, TimeSpan by) =>
        time - DateTimeOffset.MinValue > by ? time - by : DateTimeOffset.MinValue;

    public DbCommand Command(DbConnection connection, SqlStatement statement)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        foreach (var value in statement.Values)
            Bind(command.Parameters, value);
        return command;
    }
}

/// <summary>SQL with its parameters' values, $1 first.</summary>
internal sealed record SqlStatement(string Text, IReadOnlyList<object?> Values);
