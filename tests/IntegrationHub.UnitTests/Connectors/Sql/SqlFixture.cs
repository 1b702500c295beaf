using System.Data.Common;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Fixtures;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IntegrationHub.UnitTests.Connectors.Sql;

/// <summary>A database of its own, and connectors on it.</summary>
internal sealed class SqlFixture : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string? postgres;
    private DbConnection? outside;

    private SqlFixture(string? postgres) => this.postgres = postgres;

    public string Folder => folder.Path;

    public static async Task<SqlFixture> SqliteAsync(params string[] statements) => await new SqlFixture(null).RunAsync(statements);

    public static async Task<SqlFixture> PostgresAsync(PostgresServer server, params string[] statements) => await new SqlFixture(await server.NewDatabaseAsync()).RunAsync(statements);

    public IConnector Open(StreamSetup stream, Func<string, string>? change = null) => postgres is null
        ? OpenSqlite(ConnectorSetups.Of(folder.Path, new { provider = "sqlite", file = "crm.db" }, stream))
        : ConnectorSetups.Installed.Find("sql").Create(
            ConnectorSetups.Of(folder.Path, new { provider = "postgresql" }, stream) with { Credentials = change is null ? postgres : change(postgres) });

    /// <summary>A connector that shares the test's own SQLite library: two copies of it in one process do not see each other's locks
    /// (sqlite.org/howtocorrupt.html, 2.2.1). That the connector loads its own one is a test of the catalog.</summary>
    public static IConnector OpenSqlite(ConnectorSetup setup) => new IntegrationHub.Connectors.Sql.SqlConnectorFactory().Create(setup);

    public async Task<SqlFixture> RunAsync(params string[] statements)
    {
        if (outside is null)
        {
            outside = postgres is null ? new SqliteConnection($"Data Source={folder.File("crm.db")};Pooling=false") : new NpgsqlConnection(postgres);
            await outside.OpenAsync();
        }

        foreach (var statement in statements)
        {
            await using var command = outside.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync();
        }

        return this;
    }

    public async Task<object?> ValueAsync(string query)
    {
        await using var command = outside!.CreateCommand();
        command.CommandText = query;
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (outside is not null)
            await outside.DisposeAsync();
        folder.Dispose();
    }
}
