using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;
using static IntegrationHub.UnitTests.Connectors.ConnectorSetups;

namespace IntegrationHub.UnitTests.Connectors.Sql;

public sealed class SqlWriteTests(PostgresServer server)
{
    private const string Customers = "CREATE TABLE customers (id int PRIMARY KEY, name varchar(10) NOT NULL, email text UNIQUE, hub text UNIQUE, amount numeric(10,2), born date, tags text[], extra jsonb)";
    private const string SqliteCustomers = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, hub TEXT UNIQUE, amount DECIMAL)";

    private static readonly StreamSetup Setup = ConnectorSetups.Stream("id", correlation: "hub");

    [Fact]
    public async Task JsonValuesReachTypedColumns()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, Customers);

        var result = Assert.Single(await sql.Open(Setup).WriteAsync(Create("ih-0000000000000001", new { id = 1, name = "Ada", amount = "12.50", born = "1815-12-10", tags = new[] { "a", "b" }, extra = new { k = 1 } })));

        Assert.Equal((DeliveryOutcome.Applied, "1"), (result.Outcome, result.Key));
        Assert.Equal("""{"id":1,"name":"Ada","email":null,"hub":"ih-0000000000000001","amount":12.50,"born":"1815-12-10","tags":["a", "b"],"extra":{"k": 1}}""", System.Text.Encoding.UTF8.GetString(result.Record!.Payload.Span));
        var update = Assert.Single(await sql.Open(Setup).WriteAsync(Update("1", new { tags = (string?)null, amount = 13 }, new { amount = 12.5, tags = new[] { "a", "b" }, extra = new { k = 1.0 } })));
        Assert.Equal(DeliveryOutcome.Applied, update.Outcome);
        Assert.Equal(13m, await sql.ValueAsync("SELECT amount FROM customers WHERE tags IS NULL"));
    }

    [Fact]
    public async Task ARefusalConcernsItsRecordAndNamesTheRuleWithoutTheValue()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, Customers, "INSERT INTO customers VALUES (9, 'Zoe', 'z@example.org')");

        var results = await sql.Open(Setup).WriteAsync(
            Create("ih-0000000000000001", new { id = 1, name = "Ada" }),
            Create("ih-0000000000000002", new { id = 2 }),
            Create("ih-0000000000000003", new { id = 3, name = "much too long a name" }),
            Create("ih-0000000000000004", new { id = 4, name = "Grace", amount = "secret" }),
            Create("ih-0000000000000005", new { id = 5, name = "Grace", email = "z@example.org" }),
            Create("ih-0000000000000006", new { id = 6, name = "Grace", nowhere = 1 }),
            Update("9", new { name = (string?)null }),
            Create("ih-0000000000000008", new { id = 8, name = "Joan" }));

        Assert.Equal(["Applied", "sql.23502", "sql.22001", "sql.22P02", "sql.23505", "sql.unknownColumn", "sql.23502", "Applied"], results.Select(result => result.Code ?? result.Outcome.ToString()));
        Assert.DoesNotContain(results, result => result.Message?.Contains("secret", StringComparison.Ordinal) == true || result.Message?.Contains("z@", StringComparison.Ordinal) == true);
        Assert.Equal(3L, await sql.ValueAsync("SELECT count(*) FROM customers"));
    }

    [Fact]
    public async Task SqliteRefusalsConcernTheirRecord()
    {
        await using var sql = await SqlFixture.SqliteAsync(SqliteCustomers, "INSERT INTO customers (id, name, email) VALUES (9, 'Zoe', 'z@example.org')");

        var results = await sql.Open(Setup).WriteAsync(
            Create("ih-0000000000000001", new { name = "Ada", amount = 12.5 }),
            Create("ih-0000000000000002", new { email = "x" }),
            Create("ih-0000000000000003", new { name = "Grace", email = "z@example.org" }),
            Create("ih-0000000000000004", new { id = 9, name = "Joan" }));

        Assert.Equal(["Applied", "sql.1299", "sql.2067", "AlreadyExists"], results.Select(result => result.Code ?? result.Outcome.ToString()));
        Assert.Equal(2L, await sql.ValueAsync("SELECT count(*) FROM customers"));
    }

    [Fact]
    public async Task AKeyThatIsTakenByAnotherRecordAlreadyExists()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, Customers, "INSERT INTO customers (id, name) VALUES (1, 'Ada')");

        var result = Assert.Single(await sql.Open(Setup).WriteAsync(Create("ih-0000000000000001", new { id = 1, name = "Grace" })));

        Assert.Equal(DeliveryOutcome.AlreadyExists, result.Outcome);
        Assert.Equal("Ada", result.Record!.Value("name"));
    }

    [Fact]
    public async Task AKeyThatIsNoValueOfItsColumnIsMissingAndTheOthersAreWritten()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, Customers, "INSERT INTO customers (id, name) VALUES (1, 'Ada')");
        var connector = sql.Open(Setup);

        var results = await connector.WriteAsync(Update("one", new { name = "x" }), Update("1", new { name = "Grace" }));
        var found = await ((ITargetConnector)connector).FindAsync("customers", [new("one", null), new("1", null)], TestContext.Current.CancellationToken);

        Assert.Equal([DeliveryOutcome.Missing, DeliveryOutcome.Applied], results.Select(result => result.Outcome));
        Assert.Equal([null, "1"], found.Select(one => one.Record?.Key));
    }

    [Fact]
    public async Task AnEmptyTextIsExpectedAsNoValue()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, Customers, "INSERT INTO customers (id, name, email) VALUES (1, 'Ada', '')");
        await using var lite = await SqlFixture.SqliteAsync(SqliteCustomers, "INSERT INTO customers (id, name, email) VALUES (1, 'Ada', '')");

        foreach (var connector in new[] { sql.Open(Setup), lite.Open(Setup) })
        {
            var result = Assert.Single(await connector.WriteAsync(Update("1", new { email = "a@example.org" }, new { email = (string?)null, name = "Ada" })));
            Assert.Equal(DeliveryOutcome.Applied, result.Outcome);
        }
    }

    [Fact]
    public async Task WhatOnlyTheCommitRefusesIsFoundRecordByRecord()
    {
        await using var sql = await SqlFixture.PostgresAsync(server,
            "CREATE TABLE owners (id int PRIMARY KEY)", "INSERT INTO owners VALUES (1)",
            "CREATE TABLE customers (id int PRIMARY KEY, owner int REFERENCES owners DEFERRABLE INITIALLY DEFERRED, hub text UNIQUE)");

        var results = await sql.Open(Setup).WriteAsync(Create("ih-0000000000000001", new { id = 1, owner = 1 }), Create("ih-0000000000000002", new { id = 2, owner = 2 }));

        Assert.Equal(["Applied", "sql.23503"], results.Select(result => result.Code ?? result.Outcome.ToString()));
        Assert.Equal(1L, await sql.ValueAsync("SELECT count(*) FROM customers"));
    }

    [Fact]
    public async Task ALostAnswerToTheCommitIsUnknown()
    {
        await using var sql = await SqlFixture.PostgresAsync(server,
            Customers,
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON customers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");

        var result = Assert.Single(await sql.Open(Setup).WriteAsync(Create("ih-0000000000000001", new { id = 1, name = "Ada" })));

        Assert.Equal(DeliveryOutcome.Unknown, result.Outcome);
    }

    [Fact]
    public async Task ALostConnectionBeforeTheCommitIsTransient()
    {
        await using var sql = await SqlFixture.PostgresAsync(server,
            Customers,
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'",
            "CREATE TRIGGER die BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION die()");

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => sql.Open(Setup).WriteAsync(Create("ih-0000000000000001", new { id = 1, name = "Ada" })));

        Assert.Equal(FailureKind.Transient, failure.Kind);
    }

    [Fact]
    public async Task ALockedDatabaseIsTriedAgain()
    {
        await using var sql = await SqlFixture.SqliteAsync(SqliteCustomers, "BEGIN IMMEDIATE");

        var result = Assert.Single(await sql.Open(Setup).WriteAsync(Create("ih-0000000000000001", new { name = "Ada" })));

        Assert.Equal(DeliveryOutcome.Retry, result.Outcome);
    }

    [Theory]
    [InlineData("CREATE TABLE customers (id int)", "{}", "sql.key")]
    [InlineData("CREATE TABLE customers (id int PRIMARY KEY)", """{ "readOnly": true }""", "sql.readOnly")]
    public async Task ATableThatMustNotBeWrittenBlocks(string table, string options, string code)
    {
        await using var sql = await SqlFixture.PostgresAsync(server, table);
        var connector = sql.Open(ConnectorSetups.Stream("id", System.Text.Json.JsonDocument.Parse(options).RootElement));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => connector.WriteAsync(Update("1", new { id = 1 })));

        Assert.Equal((FailureKind.Blocked, code), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task TheProbeAsksForTheIndexesThatWritingNeeds()
    {
        await using var sql = await SqlFixture.PostgresAsync(server, "CREATE TABLE customers (id int PRIMARY KEY, hub text)");

        Assert.Contains("'hub'", Assert.Single(await sql.Open(Setup).ProbeAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }
}
