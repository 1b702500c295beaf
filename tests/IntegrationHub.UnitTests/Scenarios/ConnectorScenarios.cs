using System.Globalization;
using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Connectors;
using IntegrationHub.UnitTests.Connectors.Http;
using IntegrationHub.UnitTests.Connectors.Rest;
using IntegrationHub.UnitTests.Connectors.Sql;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios that depend on what a connector does, through the whole hub: real connectors on one side, a system in memory on the other.</summary>
public sealed class ConnectorScenarios
{
    private const string Table = "CREATE TABLE customers (id INTEGER PRIMARY KEY, given TEXT, family TEXT, email TEXT, city TEXT, modified TEXT, hub_id TEXT)";

    private const string TableMapping = """
        {
          "connector": "sql", "stream": "customers", "entity": "customer", "key": "id", "modified": "modified", "correlation": "hub_id",
          "fields": [
            { "canonical": "kind", "const": "person" },
            { "source": "given", "canonical": "name.given" },
            { "source": "family", "canonical": "name.family" },
            { "source": "email", "canonical": "emails[type=work].value" },
            { "source": "city", "canonical": "addresses[type=mailing].city" }
          ]
        }
        """;

    [Fact]
    public async Task S23_OfFiveHundredRowsOfATableWithOneTimeNoneIsSkippedThoughTheReadBreaksOff()
    {
        await using var sql = await SqlFixture.SqliteAsync(
            Table,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
            + "INSERT INTO customers SELECT i, 'G' || i, 'F' || i, 'p' || i || '@example.org', 'London', '2026-01-01 00:00:00', NULL FROM n");
        await using var hub = new HubHarness();
        var b = hub.Add("b");
        var isBroken = false;
        var table = Watched(sql, page =>
        {
            if (page != 7 || isBroken)
                return Task.CompletedTask;
            isBroken = true;
            throw new ConnectorException(FailureKind.Transient, "test.broken", "The page is broken.");
        });
        hub.Add(new("shop", "customers"), table, HubHarness.Compile(TableMapping), Rights.Update);

        await hub.SettleAsync();

        Assert.True(isBroken);
        Assert.Equal(500, b.Ledger.Count);
        Assert.Equal(500, b.Live.Select(static record => record["email"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task S26_ARowThatIsEditedWhileTheTableIsReadIsReadByTheNextRun()
    {
        await using var sql = await SqlFixture.SqliteAsync(
            Table,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
            + "INSERT INTO customers SELECT i, 'G' || i, 'F' || i, 'p' || i || '@example.org', 'London', printf('2026-01-01 00:%02d:%02d', i / 60, i % 60), NULL FROM n");
        await using var hub = new HubHarness();
        var b = hub.Add("b");
        var isEdited = false;
        var table = Watched(sql, async page =>
        {
            // The row was read with the first page, and the last one has left the database already; the run ends later than the edit.
            if (page == 5 && !isEdited)
                await sql.RunAsync("UPDATE customers SET city = 'Paris', modified = '2026-01-01 00:01:50' WHERE id = 1");
            isEdited |= page == 5;
        });
        hub.Add(new("shop", "customers"), table, HubHarness.Compile(TableMapping), Rights.Update);

        await hub.SettleAsync();

        Assert.True(isEdited);
        Assert.Equal("Paris", Assert.Single(b.Live, static record => record["email"]!.GetValue<string>() == "p1@example.org")["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task S65_AnEditOfAChildAloneReachesTheOtherSystemWithinOneCycle()
    {
        const string Rest = """
            {"streams":{"contacts":{"lookup":{"byKey":{"path":"/c/{key}"}},"read":{"path":"/c","records":"","query":{"since":"{since}"},"incremental":{},
            "children":[{"path":"/c/{key}/emails","into":"emails","records":"items"}],
            "childStreams":[{"name":"emails","path":"/emails","query":{"since":"{since}"},"incremental":{"format":"isoSeconds"},"parentKey":"contact","modified":"at"}]}}}}
            """;
        var (email, at) = ("ada@example.org", "2026-01-01T00:00:00Z");
        await using var rest = await RestHarness.StartAsync(Rest, (context, request) => request.Path switch
        {
            "/emails" => context.JsonAsync(Since(request) < DateTimeOffset.Parse(at, CultureInfo.InvariantCulture) ? $$"""[{"id":5,"contact":"7","at":"{{at}}"}]""" : "[]"),
            "/c/7/emails" => context.JsonAsync($$"""{"items":[{"kind":"work","value":"{{email}}"}]}"""),
            "/c/7" => context.JsonAsync("""{"id":"7","given":"Ada","family":"Lovelace","modifiedAt":"2025-05-05T00:00:00Z"}"""),
            _ => context.JsonAsync(request.Query.Length > 0 ? "[]" : """[{"id":"7","given":"Ada","family":"Lovelace","modifiedAt":"2025-05-05T00:00:00Z"}]"""),
        });
        await using var hub = new HubHarness();
        var b = hub.Add("b");
        hub.Add(new("crm", "contacts"), rest.Connector, HubHarness.Compile("""
            {
              "connector": "rest", "stream": "contacts", "entity": "customer", "key": "id", "modified": "modifiedAt", "correlation": "hubId",
              "fields": [
                { "canonical": "kind", "const": "person" },
                { "source": "given", "canonical": "name.given" },
                { "source": "family", "canonical": "name.family" },
                { "source": "emails[kind=work].value", "canonical": "emails[type=work].value", "direction": "in" }
              ]
            }
            """), Rights.None);
        await hub.SettleAsync();
        Assert.Equal("ada@example.org", Assert.Single(b.Live)["email"]!.GetValue<string>());

        // The parent's own time stands.
        (email, at) = ("ada@lovelace.example", "2026-02-02T00:00:00Z");
        await hub.SyncAsync();

        Assert.Equal("ada@lovelace.example", Assert.Single(b.Live)["email"]!.GetValue<string>());
    }

    private static DateTimeOffset Since(SeenRequest request)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(request.Query);
        return query.TryGetValue("since", out var since) ? DateTimeOffset.Parse(since.ToString(), CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
    }

    private static WatchedConnector Watched(SqlFixture sql, Func<int, Task> beforePage) =>
        new(sql.Open(ConnectorSetups.Stream("id", new { pageSize = 20 }, modified: "modified", correlation: "hub_id")), beforePage);

    /// <summary>A connector that tells before each page that it is about to be read.</summary>
    private sealed class WatchedConnector(IConnector inner, Func<int, Task> beforePage) : IConnector, ISourceConnector, ITargetConnector
    {
        public StreamTraits Describe(string stream) => inner.Describe(stream);

        public Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

        public async IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var number = 0;
            await foreach (var page in ((ISourceConnector)inner).ReadAsync(stream, after, cancellationToken))
            {
                await beforePage(number++);
                yield return page;
            }
        }

        public Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken) =>
            ((ITargetConnector)inner).WriteAsync(stream, batch, cancellationToken);

        public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
            ((ITargetConnector)inner).FindAsync(stream, references, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
