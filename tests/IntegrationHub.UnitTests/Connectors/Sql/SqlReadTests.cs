using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Sql;

public sealed class SqlReadTests(PostgresServer server)
{
    private static StreamSetup Timed(object? options = null) => ConnectorSetups.Stream("id", options, modified: "modified");

    [Fact]
    public async Task PostgresTypesBecomeExactJson()
    {
        await using var sql = await SqlFixture.PostgresAsync(server,
            """CREATE TABLE customers (id uuid PRIMARY KEY, n numeric, i bigint, f float8, b boolean, t timestamptz, l timestamp, d date, j jsonb, a text[], e text, x text)""",
            """INSERT INTO customers VALUES ('00000000-0000-0000-0000-000000000001', 12345678901234567890.123456789, 9007199254740993, 0.1, true, '2026-03-04 05:06:07.123456+02', '2026-03-04 05:06:07', '2026-03-04', '{"k": [1, null]}', '{x,NULL}', '', NULL)""");

        var record = Assert.Single((await sql.Open(ConnectorSetups.Stream("id")).ReadAllAsync()).SelectMany(page => page.Records));

        Assert.Equal(
            """{"id":"00000000-0000-0000-0000-000000000001","n":12345678901234567890.123456789,"i":9007199254740993,"f":0.1,"b":true,"t":"2026-03-04T03:06:07.123456Z","l":"2026-03-04T05:06:07.000000","d":"2026-03-04","j":{"k": [1, null]},"a":["x", null],"e":"","x":null}""",
            Encoding.UTF8.GetString(record.Payload.Span));
        Assert.NotNull(record.Version);
    }

    [Fact]
    public async Task TimesAMicrosecondApartAndTiesAreNeverLostBetweenPages()
    {
        await using var sql = await SqlFixture.PostgresAsync(server,
            "CREATE TABLE customers (id int PRIMARY KEY, modified timestamptz)",
            "INSERT INTO customers SELECT i, timestamptz '2026-01-01 00:00:00.000001+00' + (i / 3) * interval '1 microsecond' FROM generate_series(1, 50) i",
            "INSERT INTO customers SELECT i, NULL FROM generate_series(51, 60) i");

        var pages = await sql.Open(Timed(new { pageSize = 4 })).ReadAllAsync();

        Assert.Equal(Enumerable.Range(1, 60), pages.SelectMany(page => page.Records).Select(record => int.Parse(record.Key)).Order());
        Assert.Equal(ReadEnd.Complete, pages[^1].End);
        Assert.Null(pages[0].Records[0].Modified);
    }

    [Fact]
    public async Task ARowThatChangesDuringTheReadIsShownAgain()
    {
        await using var sql = await SqlFixture.SqliteAsync(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, modified TEXT)",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) INSERT INTO customers SELECT i, printf('2026-01-01 00:00:%02d', i) FROM n");
        var keys = new List<string>();
        await foreach (var page in ((ISourceConnector)sql.Open(Timed(new { pageSize = 6 }))).ReadAsync("customers", null, TestContext.Current.CancellationToken))
        {
            if (keys.Count == 0)
                await sql.RunAsync("UPDATE customers SET modified = '2026-02-01 00:00:00' WHERE id IN (1, 15)");
            keys.AddRange(page.Records.Select(record => record.Key));
        }

        Assert.Equal(20, keys.Distinct().Count());
        Assert.Equal(2, keys.Count(key => key == "1"));
    }

    [Theory]
    [InlineData("00:00:00", 0)]
    [InlineData("00:01:00", 2)]
    public async Task LookBackShowsWhatACommitMadeVisibleLate(string lookBack, int shown)
    {
        foreach (var postgres in new[] { false, true })
        {
            string[] statements = ["CREATE TABLE customers (id int PRIMARY KEY, modified " + (postgres ? "timestamptz)" : "TEXT)"), "INSERT INTO customers VALUES (2, '2026-01-01T00:00:30.5Z')"];
            await using var sql = postgres ? await SqlFixture.PostgresAsync(server, statements) : await SqlFixture.SqliteAsync(statements);
            await using var connector = sql.Open(Timed(new { lookBack }));
            var first = await connector.ReadAllAsync();
            await sql.RunAsync("INSERT INTO customers VALUES (1, '2026-01-01T00:00:00.5Z')");

            Assert.Equal(shown, (await connector.ReadAllAsync(first[^1].Checkpoint)).Sum(page => page.Records.Count));
        }
    }

    [Fact]
    public async Task JsonOf100LevelsIsAProblemAndTheOthersAreRecords()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));
        await using var sql = await SqlFixture.PostgresAsync(server, "CREATE TABLE customers (id int PRIMARY KEY, j json)", $"INSERT INTO customers VALUES (1, '1'), (2, '{deep}'), (3, '[]')");

        var records = (await sql.Open(ConnectorSetups.Stream("id")).ReadAllAsync()).SelectMany(page => page.Records).ToList();

        Assert.Equal(["1", "2", "3"], records.Select(record => record.Key));
        Assert.Equal([null, "sql.value", null], records.Select(record => record.ProblemCode()));
    }

    [Fact]
    public async Task RowsWithoutAKeyAreCountedAndEndNoReadAsComplete()
    {
        await using var sql = await SqlFixture.SqliteAsync("CREATE TABLE customers (id TEXT, name TEXT)", "INSERT INTO customers VALUES ('1', 'Ada'), (NULL, 'Grace'), (NULL, 'Joan')");

        var pages = await sql.Open(ConnectorSetups.Stream("id")).ReadAllAsync();

        var problem = Assert.Single(pages.SelectMany(page => page.Records), record => record.Key != "1");
        Assert.Equal("sql.key", problem.ProblemCode());
        Assert.Contains("2 rows", Encoding.UTF8.GetString(problem.Payload.Span), StringComparison.Ordinal);
        Assert.Equal(ReadEnd.CaughtUp, pages[^1].End);
    }

    [Theory]
    [InlineData("CREATE TABLE customers (id int PRIMARY KEY)", "sql.column")]
    [InlineData("CREATE TABLE clients (id int PRIMARY KEY)", "sql.table")]
    [InlineData("CREATE TABLE customers (id int PRIMARY KEY, modified timestamptz, photo bytea)", "sql.binary")]
    public async Task ATableThatDoesNotFitBlocks(string table, string code)
    {
        await using var sql = await SqlFixture.PostgresAsync(server, table);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => sql.Open(Timed()).ReadAllAsync());

        Assert.Equal((FailureKind.Blocked, code), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task TwoRowsWithOneKeyBlock()
    {
        await using var sql = await SqlFixture.SqliteAsync("CREATE TABLE customers (id TEXT NOT NULL)", "INSERT INTO customers VALUES ('1'), ('1')");

        Assert.Equal("sql.key", (await Assert.ThrowsAsync<ConnectorException>(() => sql.Open(ConnectorSetups.Stream("id")).ReadAllAsync())).Code);
    }

    [Fact]
    public async Task NamesAreQuotedWhateverIsInThem()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, "CREATE TABLE \"Order\" (\"select \"\" \" int PRIMARY KEY, \"c0\" text)", "INSERT INTO \"Order\" VALUES (1, 'x')");

        Assert.Single((await sql.Open(ConnectorSetups.Stream("select \" ", new { table = "Order" })).ReadAllAsync()).SelectMany(page => page.Records));
    }

    [Fact]
    public async Task WhereTheDatabaseIsNotToBeReachedTheFailureSaysWhatHelps()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, "CREATE TABLE customers (id int PRIMARY KEY)");
        var unknown = await FailAsync(text => text.Replace("Database=", "Database=no_", StringComparison.Ordinal));
        var refused = await FailAsync(text => text + ";Port=1");

        Assert.Equal((FailureKind.Blocked, "sql.3D000"), (unknown.Kind, unknown.Code));
        Assert.Equal((FailureKind.Transient, "sql.connection"), (refused.Kind, refused.Code));

        Task<ConnectorException> FailAsync(Func<string, string> change) =>
            Assert.ThrowsAsync<ConnectorException>(() => sql.Open(ConnectorSetups.Stream("id"), change).ReadAllAsync());
    }

    [Fact]
    public async Task AFileThatIsNoDatabaseBlocks()
    {
        using var folder = new TemporaryFolder();
        var missing = await FailAsync();
        await File.WriteAllTextAsync(folder.File("crm.db"), new string('x', 5_000), TestContext.Current.CancellationToken);
        var wrong = await FailAsync();

        Assert.Equal((FailureKind.Blocked, "sql.14"), (missing.Kind, missing.Code));
        Assert.Equal((FailureKind.Blocked, "sql.26"), (wrong.Kind, wrong.Code));

        Task<ConnectorException> FailAsync() => Assert.ThrowsAsync<ConnectorException>(() => ConnectorSetups.Installed.Find("sql")
            .Create(ConnectorSetups.Of(folder.Path, new { provider = "sqlite", file = "crm.db" }, ConnectorSetups.Stream("id"))).ReadAllAsync());
    }

    [Theory]
    [InlineData("""{ "provider": "oracle" }""", "'provider'")]
    [InlineData("""{ "provider": "sqlite" }""", "'file'")]
    [InlineData("""{ "provider": "postgresql", "connectionString": "Host=db;Password=hunter2" }""", "'connectionString' holds a password")]
    [InlineData("""{ "provider": "postgresql", "conectionString": "Host=db" }""", "conectionString")]
    public void AWrongOptionIsNamedWithoutASecret(string options, string said)
    {
        var setup = ConnectorSetups.Of(Path.GetTempPath(), System.Text.Json.JsonDocument.Parse(options).RootElement, ConnectorSetups.Stream("id"));

        var failure = Assert.Throws<ConnectorException>(() => ConnectorSetups.Installed.Find("sql").Create(setup));

        Assert.Equal("sql.options", failure.Code);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }
}
