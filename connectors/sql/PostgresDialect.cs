using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using IntegrationHub.Abstractions;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Connectors.Sql;

/// <summary>PostgreSQL 12 or newer. Values cross as text, which the server casts: so no type is lost on the way and none is unknown.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    private const string LockWait = "5s";
    private readonly NpgsqlDataSource source;

    public PostgresDialect(SqlOptions options, ConnectorSetup setup) => source = NpgsqlDataSource.Create(ConnectionString(options, setup));

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw Translate(failure);
        }
    }

    public override async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SET LOCAL lock_timeout = '{LockWait}'";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }

    public override async Task<SqlTable> DescribeAsync(DbConnection connection, SqlStream stream, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        // -1 asks for the bare type: a cast to varchar(5) would cut a value in silence, an assignment refuses it.
        command.CommandText = """
            SELECT a.attname, format_type(a.atttypid, -1), t.typcategory::text, coalesce(b.typname, t.typname)::text, a.attnotnull, c.relkind IN ('r', 'p')
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
            WHERE c.oid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """;
        Bind(command.Parameters, stream.QuotedTable);
        var columns = new List<SqlColumn>();
        var isTable = false;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            columns.Add(new(row.GetString(0), row.GetString(1), KindOf(row.GetString(2), row.GetString(3)), row.GetBoolean(4), columns.Count));
            isTable = row.GetBoolean(5);
        }

        return SqlTable.Of(stream, columns, isTable ? "xmin::text" : null);
    }

    public override async Task<bool> IsUniqueAsync(DbConnection connection, SqlStream stream, string column, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indpred IS NULL AND i.indnkeyatts = 1 AND a.attname = $2)
            """;
        Bind(command.Parameters, stream.QuotedTable);
        Bind(command.Parameters, column);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public override string Read(SqlColumn column, string name) => column.Kind switch
    {
        ColumnKind.Time when column.Type.EndsWith("with time zone", StringComparison.Ordinal) =>
            $"CASE WHEN isfinite({name}) THEN to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') ELSE {name}::text END",
        ColumnKind.Time => $"CASE WHEN isfinite({name}) THEN to_char({name}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US') ELSE {name}::text END",
        ColumnKind.Date => $"CASE WHEN isfinite({name}) THEN to_char({name}, 'YYYY-MM-DD') ELSE {name}::text END",
        ColumnKind.Array => $"to_jsonb({name})::text",
        ColumnKind.Number when column.Type == "money" => $"({name}::numeric)::text",
        _ => $"{name}::text",
    };

    public override string Parameter(SqlColumn column, int number) => column.Kind == ColumnKind.Array
        ? $"CASE WHEN ${number}::text IS NULL THEN NULL ELSE CAST(ARRAY(SELECT jsonb_array_elements_text(CAST(${number} AS jsonb))) AS {column.Type}) END"
        : $"CAST(${number} AS {column.Type})";

    public override string Same(SqlColumn column, int number) => column.Kind switch
    {
        ColumnKind.Json => $"{column.Quoted}::jsonb IS NOT DISTINCT FROM CAST(${number} AS jsonb)",
        // To the hub an empty text is the same as no value.
        ColumnKind.Text => $"nullif({column.Quoted}::text, '') IS NOT DISTINCT FROM nullif({Parameter(column, number)}::text, '')",
        _ => $"{column.Quoted} IS NOT DISTINCT FROM {Parameter(column, number)}",
    };

    public override object? ValueOf(JsonElement json, SqlColumn column) => json.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when column.Kind != ColumnKind.Json => json.GetString(),
        _ => json.GetRawText(),
    };

    public override object? Earlier(SqlColumn column, object modified, TimeSpan by) => (string)modified switch
    {
        var text when column.Kind is ColumnKind.Time or ColumnKind.Date && SqlRows.TimeOf(text) is { } time => Text(Earlier(time, by)),
        var text when column.Kind == ColumnKind.Number && long.TryParse(text, CultureInfo.InvariantCulture, out var number) =>
            Earlier(number, by).ToString(CultureInfo.InvariantCulture),
        _ => modified,
    };

    public override object? LimitWhenBeyond(SqlColumn column, object modified, DateTimeOffset limit) =>
        column.Kind is ColumnKind.Time or ColumnKind.Date && (modified is "infinity" || SqlRows.TimeOf((string)modified) > limit)
            ? Text(limit)
            : null;

    // Added up on the server: a large tie does not cross the network to be found unchanged.
    public override string Fingerprint(IEnumerable<string> columns) =>
        $"count(*)::text, sum(hashtextextended(ROW({string.Join(", ", columns)})::text, 0))::text";

    public override bool NeedsSavepoints => true;

    public override string AnyOf(SqlColumn column, int number) => $"{column.Quoted} IN (SELECT CAST(x AS {column.Type}) FROM unnest(${number}) AS x)";

    public override object Several(IReadOnlyList<string> texts) => texts.ToArray();

    public override void Bind(DbParameterCollection parameters, object? value) =>
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = value is string?[] ? NpgsqlDbType.Array | NpgsqlDbType.Text : NpgsqlDbType.Text, Value = value ?? DBNull.Value });

    public override void Write(Utf8JsonWriter writer, DbDataReader row, SqlColumn column)
    {
        if (row.IsDBNull(column.Position))
        {
            writer.WriteNullValue();
            return;
        }

        var text = row.GetString(column.Position);
        if (column.Kind is ColumnKind.Json or ColumnKind.Array)
            JsonCell.WriteRaw(writer, text);
        else if (column.Kind == ColumnKind.Boolean)
            writer.WriteBooleanValue(text == "true");
        else if (column.Kind == ColumnKind.Number && text[^1] is >= '0' and <= '9')
            writer.WriteRawValue(text, skipInputValidation: true);
        else
            writer.WriteStringValue(text);
    }

    public override SqlFailure Classify(DbException failure) => failure is not PostgresException { SqlState: { } state } ? SqlFailure.Other
        : state is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable ? SqlFailure.Busy
        // Data, integrity, a trigger's own refusal, a view's check option, a generated column.
        : state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal) || state.StartsWith("P0", StringComparison.Ordinal)
            || state is PostgresErrorCodes.WithCheckOptionViolation or "428C9" or "42804" ? SqlFailure.Refused
        : SqlFailure.Other;

    public override (string Code, string Names) Explain(DbException failure)
    {
        if (failure is not PostgresException error)
            return ("sql.connection", "");
        // Never the server's own sentence: it quotes the value.
        var names = string.Concat(
            error.ColumnName is { } column ? $", column '{column}'" : "",
            error.ConstraintName is { } constraint ? $", constraint '{constraint}'" : "",
            error.DataTypeName is { } type ? $", type '{type}'" : "");
        return ($"sql.{error.SqlState}", names);
    }

    public override ConnectorException Translate(DbException failure) => failure is PostgresException { SqlState: { } state }
        ? state[..2] switch
        {
            "28" => new(FailureKind.Blocked, $"sql.{state}", "The database refuses the account or its password. Correct the connection's credentials."),
            "3D" => new(FailureKind.Blocked, $"sql.{state}", "There is no such database. Correct the connection string."),
            "42" => new(FailureKind.Blocked, $"sql.{state}", $"The database refuses the statement (SQLSTATE {state}{Explain(failure).Names}): a right is missing, or the table has changed. Grant the right, or correct the stream."),
            "53" or "57" or "40" or "55" or "08" => new(FailureKind.Transient, $"sql.{state}", $"The database cannot serve the hub now (SQLSTATE {state}). It is tried again."),
            _ => new(FailureKind.Blocked, $"sql.{state}", $"The database failed with SQLSTATE {state}{Explain(failure).Names}. Its log says more."),
        }
        : new(FailureKind.Transient, "sql.connection", "The database cannot be reached, or the connection was lost. Check that it runs and that host and port are right.");

    public override SqlStatement InsertMany(SqlTable table, IReadOnlyList<SqlColumn> columns, IReadOnlyList<object?[]> rows, string returning)
    {
        var aliases = string.Join(", ", columns.Select((_, i) => $"v{i}"));
        var values = string.Join(", ", columns.Select((column, i) => Parameter(column, i).Replace($"${i}", $"v{i}")));
        var arrays = string.Join(", ", columns.Select((_, i) => $"${i + 1}"));
        return new(
            $"INSERT INTO {table.Stream.QuotedTable} ({string.Join(", ", columns.Select(column => column.Quoted))}) "
            + $"SELECT {values} FROM unnest({arrays}) AS r ({aliases}) ON CONFLICT DO NOTHING RETURNING {returning}",
            [.. columns.Select((_, i) => rows.Select(row => (string?)row[i]).ToArray())]);
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private static ColumnKind KindOf(string category, string type) => type switch
    {
        "bytea" => ColumnKind.Binary,
        "json" or "jsonb" => ColumnKind.Json,
        "timestamp" or "timestamptz" => ColumnKind.Time,
        "date" => ColumnKind.Date,
        "bool" => ColumnKind.Boolean,
        _ when category == "A" => ColumnKind.Array,
        // Object ids have the category of numbers and are names.
        "int2" or "int4" or "int8" or "numeric" or "float4" or "float8" or "money" => ColumnKind.Number,
        _ => ColumnKind.Text,
    };

    private static string ConnectionString(SqlOptions options, ConnectorSetup setup)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString) { ApplicationName = "IntegrationHub" };
            if (builder.Password is not null)
                throw OptionJson.Wrong($"In the options of the connection '{setup.Connection}': 'connectionString' holds a password. "
                    + "Put the whole connection string into the connection's credentials.");
            foreach (KeyValuePair<string, object> secret in new DbConnectionStringBuilder { ConnectionString = setup.Credentials ?? "" })
                builder[secret.Key] = secret.Value;
            if (builder.Host is null)
                throw OptionJson.Wrong($"The connection '{setup.Connection}' names no host. Write a connection string such as "
                    + "\"Host=db;Database=crm;Username=hub\" in its credentials, or without a password in 'connectionString'.");
            // An error's detail quotes the row.
            builder.IncludeErrorDetail = false;
            return builder.ConnectionString;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw OptionJson.Wrong($"The connection string of the connection '{setup.Connection}' cannot be read. Write one such as "
                + "\"Host=db;Database=crm;Username=hub;Password=…\".");
        }
    }
}
