using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Opens the database file as the hub needs it: write-ahead log, full synchronisation, foreign programs waited for.</summary>
internal sealed class SqliteDatabase
{
    // Half a minute for a backup or a person's tool that holds the file: 'hub sync' ends when it is over, a running hub tries again.
    private const string WriterSettings = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA busy_timeout = 30000;
        PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY;
        PRAGMA wal_autocheckpoint = 16000;
        PRAGMA journal_size_limit = 134217728;
        """;

    private const string ReaderSettings = """
        PRAGMA busy_timeout = 5000;
        PRAGMA cache_size = -4096;
        PRAGMA temp_store = MEMORY;
        PRAGMA query_only = ON;
        """;

    private readonly string connectionString;

    /// <param name="path">The file; it is created when it does not exist. <c>:memory:NAME</c> is a database in memory that lives as long as a
    /// connection to it is open.</param>
    public SqliteDatabase(string path)
    {
        var inMemory = path.StartsWith(":memory:", StringComparison.Ordinal);
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = inMemory ? "hub-" + path[8..] : path,
            Mode = inMemory ? SqliteOpenMode.Memory : SqliteOpenMode.ReadWriteCreate,
            Cache = inMemory ? SqliteCacheMode.Shared : SqliteCacheMode.Default,
            // Our own connections live as long as the store; a pool would keep the file open after it is closed.
            Pooling = false,
            // How long a command is tried again while another program holds the lock; readers and our own writer never wait for each other.
            DefaultTimeout = 5,
        }.ToString();
    }

    public SqliteConnection OpenWriter() => Open(WriterSettings);

    public SqliteConnection OpenReader() => Open(ReaderSettings);

    /// <summary>Takes the schema to the newest version, each migration in a transaction of its own.</summary>
    /// <exception cref="InvalidDataException">The database was written by a newer version of the hub.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        var version = Version(connection);
        if (version > Migrations.All.Count)
        {
            throw new InvalidDataException(
                $"The database has schema version {version}; this hub knows versions up to {Migrations.All.Count}. Run the newer hub, or restore a backup that fits.");
        }

        for (; version < Migrations.All.Count; version++)
            Apply(connection, version);
    }

    private static void Apply(SqliteConnection connection, int version)
    {
        Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            // Another process may have migrated between the look and the lock.
            if (Version(connection) == version)
                Execute(connection, $"{Migrations.All[version]}; PRAGMA user_version = {version + 1}");
            Execute(connection, "COMMIT");
        }
        catch
        {
            Execute(connection, "ROLLBACK");
            throw;
        }
    }

    private SqliteConnection Open(string settings)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            Execute(connection, settings);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static int Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar());
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
