using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using IntegrationHub.Abstractions;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Connectors.Sql;

/// <summary>A SQLite file. Its values have types of their own, whatever the column says, so they cross as they are; a time is the text
/// or number that the file holds.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    private const int BusySeconds = 5;
    private const int DateLength = 10;
    private readonly string file;
    private readonly string connectionString;

    public SqliteDialect(SqlOptions options, ConnectorSetup setup)
    {
        if (options.File is null)
            throw OptionJson.Wrong($"In the options of the connection '{setup.Connection}': 'file' is missing. Write the path of the database file.");
        file = Path.GetFullPath(options.File, setup.BaseFolder);
        connectionString = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = BusySeconds }.ConnectionString;
    }

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL";
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (SqliteException failure)
        {
            await connection.DisposeAsync();
            throw Translate(failure);
        }
    }

    public override async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        try
        {
            await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (SqliteException)
        {
            // With it the file's readers and the hub do not wait for each other. A file that cannot have it, or not now, works without.
        }

        return ((SqliteConnection)connection).BeginTransaction(deferred: false);
    }

    public override async Task<SqlTable> DescribeAsync(DbConnection connection, SqlStream stream, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT name, type, "notnull", pk FROM pragma_table_xinfo($1, $2)""";
        Bind(command.Parameters, stream.Table);
        Bind(command.Parameters, stream.Schema ?? "main");
        var columns = new List<SqlColumn>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var type = row.GetString(1).ToUpperInvariant();
            var isRowId = row.GetInt32(3) == 1 && type == "INTEGER";
            columns.Add(new(row.GetString(0), type, KindOf(type), row.GetBoolean(2) || isRowId, columns.Count));
        }

        return SqlTable.Of(stream, columns, rowVersion: null);
    }

    public override async Task<bool> IsUniqueAsync(DbConnection connection, SqlStream stream, string column, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT EXISTS (SELECT 1 FROM pragma_index_list($1, $2) AS i WHERE i."unique" AND NOT i.partial
              AND (SELECT group_concat(name, char(0)) FROM pragma_index_info(i.name, $2)) = $3)
            OR (SELECT group_concat(name, char(0)) FROM pragma_table_info($1, $2) WHERE pk > 0) = $3
            """;
        Bind(command.Parameters, stream.Table);
        Bind(command.Parameters, stream.Schema ?? "main");
        Bind(command.Parameters, column);
        return await command.ExecuteScalarAsync(cancellationToken) is 1L;
    }

    public override string Read(SqlColumn column, string name) => name;

    public override string Parameter(SqlColumn column, int number) => $"${number}";

    // To the hub an empty text is the same as no value. The bare column keeps its affinity, which an expression would lose.
    public override string Same(SqlColumn column, int number) => column.Kind == ColumnKind.Json
        ? $"(json({column.Quoted}) IS json(${number}))"
        : $"({column.Quoted} IS ${number} OR (ifnull(${number}, '') = '' AND ifnull({column.Quoted}, '') = ''))";

    public override object? ValueOf(JsonElement json, SqlColumn column) => json.ValueKind switch
    {
        _ when column.Kind == ColumnKind.Json && json.ValueKind != JsonValueKind.Null => json.GetRawText(),
        JsonValueKind.Null => null,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => 1L,
        JsonValueKind.False => 0L,
        JsonValueKind.Number when column.Kind == ColumnKind.Text && HoldsText(column.Type) => json.GetRawText(),
        JsonValueKind.Number when json.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number => json.GetDouble(),
        _ => json.GetRawText(),
    };

    // Without a fraction and one second earlier: texts are compared as texts.
    public override object? Earlier(SqlColumn column, object modified, TimeSpan by) => modified switch
    {
        long number => Earlier(number, by),
        string text when SqlRows.TimeOf(text) is { } time => Style(text, Earlier(time, by + TimeSpan.FromSeconds(1))),
        _ => modified,
    };

    public override object? LimitWhenBeyond(SqlColumn column, object modified, DateTimeOffset limit) =>
        modified is string text && SqlRows.TimeOf(text) > limit ? Style(text, limit) : null;

    public override string Fingerprint(IEnumerable<string> columns) => string.Join(", ", columns);

    // A failed statement undoes itself and leaves the transaction alone.
    public override bool NeedsSavepoints => false;

    public override string AnyOf(SqlColumn column, int number) => $"{column.Quoted} IN (SELECT value FROM json_each(${number}))";

    public override object Several(IReadOnlyList<string> texts) => JsonSerializer.Serialize(texts);

    public override void Bind(DbParameterCollection parameters, object? value) =>
        parameters.Add(new SqliteParameter($"${parameters.Count + 1}", value ?? DBNull.Value));

    public override void Write(Utf8JsonWriter writer, DbDataReader row, SqlColumn column)
    {
        switch (row.GetValue(column.Position))
        {
            case DBNull:
                writer.WriteNullValue();
                break;
            case long and (0 or 1) and var flag when column.Kind == ColumnKind.Boolean:
                writer.WriteBooleanValue(flag is 1L);
                break;
            case long whole:
                writer.WriteNumberValue(whole);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case string text when column.Kind == ColumnKind.Json:
                JsonCell.WriteRaw(writer, text);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            default:
                throw new FormatException($"the column '{column.Name}' holds bytes or no number. Convert the value to text");
        }
    }

    public override SqlFailure Classify(DbException failure) => failure is not SqliteException { SqliteErrorCode: var code } ? SqlFailure.Other
        : code is SqliteCode.Busy or SqliteCode.Locked ? SqlFailure.Busy
        : code is SqliteCode.Constraint or SqliteCode.Mismatch or SqliteCode.TooBig ? SqlFailure.Refused
        : SqlFailure.Other;

    // SQLite's sentence names tables and columns, and never a value; a trigger's own sentence might.
    public override (string Code, string Names) Explain(DbException failure) => failure is SqliteException error
        ? ($"sql.{error.SqliteExtendedErrorCode}", error.SqliteExtendedErrorCode == SqliteCode.ConstraintTrigger ? "" : $", {error.Message.TrimEnd('.')}")
        : ("sql.connection", "");

    public override ConnectorException Translate(DbException failure) => failure is SqliteException { SqliteErrorCode: var code }
        ? code switch
        {
            SqliteCode.Busy or SqliteCode.Locked => new(FailureKind.Transient, $"sql.{code}", $"{file}: the database is locked by another program. It is tried again."),
            SqliteCode.CannotOpen => new(FailureKind.Blocked, $"sql.{code}", $"{file}: the database file cannot be opened. Check that it exists and that the hub may read and write it and its folder."),
            SqliteCode.NotADatabase => new(FailureKind.Blocked, $"sql.{code}", $"{file}: this is no SQLite database. Correct 'file'."),
            SqliteCode.Full or SqliteCode.InputOutput => new(FailureKind.Transient, $"sql.{code}", $"{file}: the disk failed or is full (SQLite error {code}). Make room, or check the disk."),
            _ => new(FailureKind.Blocked, $"sql.{code}", $"{file}: the database refuses the statement (SQLite error {code}). Check the table, and that the hub may write the file."),
        }
        : new(FailureKind.Transient, "sql.connection", $"{file}: the database cannot be reached.");

    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private static ColumnKind KindOf(string type) =>
        type.Contains("BOOL", StringComparison.Ordinal) ? ColumnKind.Boolean
        : type.Contains("JSON", StringComparison.Ordinal) ? ColumnKind.Json
        : type.Contains("BLOB", StringComparison.Ordinal) ? ColumnKind.Binary
        : ColumnKind.Text;

    private static bool HoldsText(string type) =>
        type.Contains("CHAR", StringComparison.Ordinal) || type.Contains("TEXT", StringComparison.Ordinal) || type.Contains("CLOB", StringComparison.Ordinal);

    private static string Style(string text, DateTimeOffset time)
    {
        var style = text.Length == DateLength ? "yyyy-MM-dd" : text.Contains('T') ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return time.UtcDateTime.ToString(style, CultureInfo.InvariantCulture);
    }

    /// <summary>SQLite's result codes (sqlite.org/rescode.html).</summary>
    private static class SqliteCode
    {
        public const int Busy = 5;
        public const int Locked = 6;
        public const int InputOutput = 10;
        public const int Full = 13;
        public const int CannotOpen = 14;
        public const int TooBig = 18;
        public const int Constraint = 19;
        public const int Mismatch = 20;
        public const int NotADatabase = 26;
        public const int ConstraintTrigger = 1811;
    }
}
