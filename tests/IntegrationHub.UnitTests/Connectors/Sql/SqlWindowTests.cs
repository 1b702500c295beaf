using System.Globalization;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Fixtures;
using Npgsql;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Sql;

/// <summary>The end of a table, where rows become visible late, share a time, or lie about it.</summary>
public sealed class SqlWindowTests(PostgresServer server)
{
    [Fact]
    public async Task WhatATransactionCommitsLateIsReadNextWithoutAnyOption()
    {
        var database = await server.NewDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await RunAsync(source, "CREATE TABLE customers (id int PRIMARY KEY, modified timestamptz NOT NULL DEFAULT clock_timestamp(), gone boolean NOT NULL DEFAULT false)");
        var stream = ConnectorSetups.Stream("id", new { softDelete = new { column = "gone", deletedValue = true } }, modified: "modified");
        await using var connector = ConnectorSetups.Installed.Find("sql").Create(
            ConnectorSetups.Of(Path.GetTempPath(), new { provider = "postgresql" }, stream) with { Credentials = database });
        await using var slow = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var open = await slow.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var insert = new NpgsqlCommand("INSERT INTO customers (id) VALUES (1)", slow, open))
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await RunAsync(source, "INSERT INTO customers (id) VALUES (2)");

        var before = await connector.ReadAllAsync();
        await open.CommitAsync(TestContext.Current.CancellationToken);
        var after = await connector.ReadAllAsync(before[^1].Checkpoint);

        Assert.Equal(["2"], Keys(before));
        Assert.Contains("1", Keys(after));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ATieOf5000RowsIsReadAgainWhenOneOfThemChangesAndNotOtherwise(bool postgres)
    {
        await using var sql = await OpenAsync(postgres, postgres ? "timestamptz" : "TEXT");
        await sql.RunAsync("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
            + "INSERT INTO customers SELECT i, 'Ada', '2026-01-01T00:00:00Z' FROM n");
        await using var connector = sql.Open(Timed(new { pageSize = 200 }));

        var first = await connector.ReadAllAsync();
        var still = await connector.ReadAllAsync(first[^1].Checkpoint);
        await sql.RunAsync("UPDATE customers SET name = 'Grace' WHERE id = 7");
        var edited = await connector.ReadAllAsync(still[^1].Checkpoint);
        var stillAgain = await connector.ReadAllAsync(edited[^1].Checkpoint);

        Assert.Equal(5_000, Keys(first).Distinct().Count());
        Assert.Empty(Keys(still));
        Assert.Equal("Grace", edited.SelectMany(page => page.Records).Single(record => record.Key == "7").Value("name"));
        Assert.Empty(Keys(stillAgain));
    }

    [Theory]
    [InlineData("TEXT", "2199-01-01 00:00:00", "2026-01-02 00:00:00", "2026-01-03 00:00:00")]
    [InlineData("timestamptz", "2199-01-01 00:00:00", "2026-01-02 00:00:00", "2026-01-03 00:00:00")]
    [InlineData("timestamp", "infinity", "2026-01-02 00:00:00", "2026-01-03 00:00:00")]
    [InlineData("date", "2199-01-01", "2026-01-02", "2026-01-03")]
    public async Task ATimeInTheFutureDoesNotHideWhatChangesNow(string type, string future, string now, string later)
    {
        await using var sql = await OpenAsync(type != "TEXT", type);
        await sql.RunAsync($"INSERT INTO customers VALUES (1, 'Ada', '{future}'), (2, 'Ada', '{now}')");
        await using var connector = sql.Open(Timed());
        var first = await connector.ReadAllAsync();
        await sql.RunAsync($"UPDATE customers SET name = 'Grace', modified = '{later}' WHERE id = 2");

        Assert.Contains("2", Keys(await connector.ReadAllAsync(first[^1].Checkpoint)));
    }

    [Theory]
    [InlineData(false, "TEXT", "'2026-03-01'", "'2026-03-01'")]
    [InlineData(true, "date", "'2026-03-01'", "'2026-03-01'")]
    [InlineData(false, "INTEGER", "1780000000", "1779999980")]
    [InlineData(true, "bigint", "1780000000000", "1779999980000")]
    [InlineData(true, "bigint", "41", "39")]
    [InlineData(true, "numeric", "1.5", "1.5")]
    [InlineData(false, "REAL", "2460000.5", "2460000.5")]
    [InlineData(true, "timestamp", "'2026-03-01 10:00:00'", "'2026-03-01 09:59:30'")]
    public async Task WhateverTheTypeOfTheTimeATieOrALittleLessIsReadNext(bool postgres, string type, string latest, string late)
    {
        await using var sql = await OpenAsync(postgres, type);
        await sql.RunAsync($"INSERT INTO customers VALUES (2, 'Ada', {latest})");
        await using var connector = sql.Open(Timed());
        var first = await connector.ReadAllAsync();
        await sql.RunAsync($"INSERT INTO customers VALUES (1, 'Ada', {late})");

        Assert.Equal(["1", "2"], Keys(await connector.ReadAllAsync(first[^1].Checkpoint)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ATableThatWentBackInTimeIsReadFromThere(bool postgres)
    {
        await using var sql = await OpenAsync(postgres, postgres ? "timestamptz" : "TEXT");
        await sql.RunAsync("INSERT INTO customers VALUES (1, 'Ada', '2026-01-01T00:00:00Z'), (2, 'Ada', '2026-02-01T00:00:00Z')");
        await using var connector = sql.Open(Timed());
        var first = await connector.ReadAllAsync();
        await sql.RunAsync("DELETE FROM customers WHERE id = 2", "UPDATE customers SET name = 'Grace' WHERE id = 1");

        var back = await connector.ReadAllAsync(first[^1].Checkpoint);
        await sql.RunAsync("INSERT INTO customers VALUES (3, 'Joan', '2026-01-01T00:00:10Z')");
        var next = await connector.ReadAllAsync(back[^1].Checkpoint);

        Assert.Equal(["1"], Keys(back));
        Assert.Contains("3", Keys(next));
    }

    [Fact]
    public async Task AReadThatStopsInTheMiddleLeavesItsBeginningToTheNextOne()
    {
        await using var sql = await OpenAsync(postgres: false, "TEXT");
        await sql.RunAsync("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
            + "INSERT INTO customers SELECT i, 'Ada', printf('2026-01-01 00:00:%02d', i - 1) FROM n");
        await using var connector = sql.Open(Timed(new { pageSize = 21 }));
        Checkpoint? torn = null;
        await foreach (var page in ((ISourceConnector)connector).ReadAsync("customers", null, TestContext.Current.CancellationToken))
        {
            torn = page.Checkpoint;
            if (page.Records[^1].Key == "60")
                break;
        }

        // Later than the look-back after what the torn read passed, and within it when seen from where that read began.
        await sql.RunAsync("INSERT INTO customers VALUES (61, 'Grace', '2026-01-01 00:00:31')", "INSERT INTO customers VALUES (62, 'Joan', '2026-01-01 00:05:00')");
        var resumed = await connector.ReadAllAsync(torn);
        var next = await connector.ReadAllAsync(resumed[^1].Checkpoint);

        Assert.Equal(["62"], Keys(resumed));
        Assert.Contains("61", Keys(next));
    }

    private static StreamSetup Timed(object? options = null) => ConnectorSetups.Stream("id", options, modified: "modified");

    private Task<SqlFixture> OpenAsync(bool postgres, string type)
    {
        var table = string.Create(CultureInfo.InvariantCulture, $"CREATE TABLE customers (id int PRIMARY KEY, name text, modified {type})");
        return postgres ? SqlFixture.PostgresAsync(server, table) : SqlFixture.SqliteAsync(table);
    }

    private static IEnumerable<string> Keys(IEnumerable<SourcePage> pages) => pages.SelectMany(page => page.Records).Select(record => record.Key);

    private static async Task RunAsync(NpgsqlDataSource source, string statement)
    {
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
