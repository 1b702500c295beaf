using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>How a column's values are shown as JSON and taken from it.</summary>
internal enum ColumnKind
{
    Text,
    Number,
    Boolean,
    Json,

    /// <summary>A point in time, with or without a zone.</summary>
    Time,
    Date,
    Array,

    /// <summary>Bytes, which no customer field is.</summary>
    Binary,
}

/// <param name="Type">The type as the database writes it in a cast.</param>
/// <param name="Position">Its place in a row that is read.</param>
internal sealed record SqlColumn(string Name, string Type, ColumnKind Kind, bool NotNull, int Position)
{
    public string Quoted { get; } = Sql.Quote(Name);
}

/// <summary>A table as it is now, seen through one stream.</summary>
/// <param name="RowVersion">An expression for the database's own version of a row; null when there is none.</param>
internal sealed record SqlTable(
    SqlStream Stream, IReadOnlyList<SqlColumn> Columns, SqlColumn Key, SqlColumn? Modified, SqlColumn? Correlation, SqlColumn? Deleted, string? RowVersion)
{
    public SqlColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>The condition for the rows from a time on, less the look-back. The table has a column for it, and is called t.</summary>
    /// <param name="edge">The time; null takes every row that has one.</param>
    /// <param name="values">Where the condition's parameters are added.</param>
    public string Since(SqlDialect dialect, JsonElement? edge, List<object?> values)
    {
        if (edge is null)
            return $"t.{Modified!.Quoted} IS NOT NULL";
        var time = dialect.ValueOf(edge.Value, Modified!)!;
        values.Add(Stream.LookBack > TimeSpan.Zero ? dialect.Earlier(Modified!, time, Stream.LookBack) : time);
        return $"t.{Modified!.Quoted} >= {dialect.Parameter(Modified, values.Count)}";
    }

    /// <param name="all">Every column of the table; none when there is no such table.</param>
    /// <exception cref="ConnectorException">A column that is configured is not there.</exception>
    public static SqlTable Of(SqlStream stream, IReadOnlyList<SqlColumn> all, string? rowVersion)
    {
        if (all.Count == 0)
        {
            throw new ConnectorException(FailureKind.Blocked, "sql.table",
                $"There is no table or view {stream.QuotedTable} for the stream '{stream.Name}', or the hub may not see it. Correct "
                    + "'table', or grant the right.");
        }

        var wanted = stream.Columns is null
            ? all.Select(column => column.Name)
            : stream.Columns.Concat(new[] { stream.Key, stream.Modified, stream.Correlation, stream.DeletedColumn }.OfType<string>()).Distinct();
        var columns = wanted.Select((name, position) => Pick(name) with { Position = position }).ToList();
        if (columns.Find(column => column.Kind == ColumnKind.Binary) is { } binary)
        {
            throw new ConnectorException(FailureKind.Blocked, "sql.binary",
                $"The column '{binary.Name}' of {stream.QuotedTable} holds bytes, which the hub does not take. List the stream's 'columns' without it.");
        }

        return new(stream, columns, Role(stream.Key)!, Role(stream.Modified), Role(stream.Correlation), Role(stream.DeletedColumn), rowVersion);

        SqlColumn Pick(string name) => all.FirstOrDefault(column => column.Name == name)
            ?? throw new ConnectorException(FailureKind.Blocked, "sql.column",
                $"The column '{name}' of {stream.QuotedTable} is gone. Found are "
                    + $"{string.Join(", ", all.Select(column => column.Name))}. Correct the stream '{stream.Name}' or the table.");

        SqlColumn? Role(string? name) => name is null ? null : columns.Find(column => column.Name == name) ?? Pick(name);
    }
}
