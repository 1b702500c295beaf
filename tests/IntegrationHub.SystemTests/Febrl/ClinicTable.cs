using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>One change of the clinic's table, as its trigger saw it.</summary>
internal sealed record TableChange
{
    public required long Number { get; init; }

    public required string Operation { get; init; }

    public required string Key { get; init; }

    /// <summary>Who: the session's account and the name that the program gave itself.</summary>
    public required string Account { get; init; }

    public required string Program { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    public DateTime At { get; init; }

    public bool IsByHub => Program == ClinicTable.HubProgram;
}

/// <summary>The clinic's table in PostgreSQL, with a time of change that a trigger keeps, and an outside witness of every change.</summary>
internal sealed class ClinicTable(string connectionString) : IAsyncDisposable
{
    public const string HubProgram = "integrationhub";

    private const string Schema = """
        CREATE TABLE patients (
            rec_id text PRIMARY KEY, given_name text, surname text, street_number text, address_1 text, address_2 text, suburb text, postcode text,
            state text, date_of_birth text, soc_sec_id text, modified timestamptz NOT NULL DEFAULT clock_timestamp());

        CREATE TABLE slowness (seconds float NOT NULL);
        INSERT INTO slowness VALUES (0);

        CREATE TABLE witness (
            number bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), operation text NOT NULL, key text NOT NULL,
            before jsonb, after jsonb, account text NOT NULL DEFAULT session_user, program text NOT NULL DEFAULT current_setting('application_name'));

        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.modified := clock_timestamp();
            PERFORM pg_sleep(seconds) FROM slowness WHERE seconds > 0;
            RETURN NEW;
        END $$;
        CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON patients FOR EACH ROW EXECUTE FUNCTION stamp();

        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO witness (operation, key, before, after)
            VALUES (lower(TG_OP), coalesce(NEW.rec_id, OLD.rec_id), CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
            RETURN NULL;
        END $$;
        CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON patients FOR EACH ROW EXECUTE FUNCTION note();
        """;

    private readonly NpgsqlDataSource database = NpgsqlDataSource.Create(connectionString);

    /// <summary>What the hub connects with: the same database, under a name that the witness tells apart.</summary>
    public string HubConnectionString { get; } = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = HubProgram, Pooling = false }.ConnectionString;

    public async Task CreateAsync(IEnumerable<Patient> patients)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(Schema);
        await using var copy = await connection.BeginBinaryImportAsync($"COPY patients ({Patient.KeyColumn}, {string.Join(", ", Patient.Columns)}) FROM STDIN (FORMAT BINARY)");
        foreach (var patient in patients)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(patient.Key, NpgsqlDbType.Text);
            foreach (var cell in patient.Cells)
            {
                if (cell.Length == 0)
                    await copy.WriteNullAsync();
                else
                    await copy.WriteAsync(cell, NpgsqlDbType.Text);
            }
        }

        await copy.CompleteAsync();
    }

    /// <summary>How long each written row takes from now on.</summary>
    public Task SlowDownAsync(TimeSpan perRow) => ExecuteAsync("UPDATE slowness SET seconds = @Seconds", new { Seconds = perRow.TotalSeconds });

    public async Task<IReadOnlyDictionary<string, Patient>> ReadAsync()
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"SELECT {Patient.KeyColumn}, {string.Join(", ", Patient.Columns)} FROM patients", connection);
        await using var row = await command.ExecuteReaderAsync();
        var patients = new Dictionary<string, Patient>(StringComparer.Ordinal);
        while (await row.ReadAsync())
        {
            var cells = Enumerable.Range(1, Patient.Columns.Count).Select(column => row.IsDBNull(column) ? "" : row.GetString(column)).ToArray();
            patients.Add(row.GetString(0), new(row.GetString(0), cells));
        }

        return patients;
    }

    /// <summary>Edits a row as the clinic's own program does.</summary>
    public Task EditAsync(string key, string column, string value)
    {
        if (!Patient.Columns.Contains(column))
            throw new ArgumentException($"The table has no column '{column}'.", nameof(column));
        return ExecuteAsync($"UPDATE patients SET {column} = @value WHERE rec_id = @key", new { key, value });
    }

    /// <summary>Changes the table so that neither its time of change nor the witness says so.</summary>
    public Task DriftAsync(string sql, object parameters) => ExecuteAsync($"SET session_replication_role = replica; {sql}; RESET session_replication_role", parameters);

    public Task DeleteAsync(string key) => ExecuteAsync("DELETE FROM patients WHERE rec_id = @key", new { key });

    /// <summary>Everything that happened to the table after a change, oldest first.</summary>
    public async Task<IReadOnlyList<TableChange>> ChangesAsync(long after = 0)
    {
        await using var connection = await database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<TableChange>(
            "SELECT number, operation, key, account, program, before::text, after::text, at FROM witness WHERE number > @after ORDER BY number", new { after })];
    }

    /// <summary>The number of the last change.</summary>
    public async Task<long> LastChangeAsync()
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT coalesce(max(number), 0) FROM witness");
    }

    public async ValueTask DisposeAsync() => await database.DisposeAsync();

    private async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }
}
