using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Connectors.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

public sealed class ReadingTests
{
    private const string Plain = """{"streams":{"contacts":{"read":{"path":"/c","records":"records"}}}}""";

    [Fact]
    public async Task ARecordThatCannotBeTakenDoesNotStopTheOthers()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);
        await using var harness = await RestHarness.StartAsync(Plain, (context, _) =>
            context.JsonAsync($$"""{"records":[{"id":1},{"id":2,"x":{{deep}}},{"name":"nobody"},{"id":""},7,{"id":3}]}"""));

        var records = (await harness.ReadAsync()).SelectMany(page => page.Records).ToList();

        Assert.Equal(6, records.Count);
        Assert.Equal("""{"id":3}""", RestHarness.Text(records[5]));
        Assert.Contains("rest.depth", RestHarness.Text(records.Single(record => record.Key == "2")));
        Assert.Equal(3, records.Count(record => record.Key.StartsWith("row:", StringComparison.Ordinal)));
        Assert.All(records.Where(record => record.Key.StartsWith("row:", StringComparison.Ordinal)), record => Assert.StartsWith("{\"$problem\":", RestHarness.Text(record)));
    }

    [Fact]
    public async Task APageOfTheirsBecomesPagesOfAtMost500()
    {
        await using var harness = await RestHarness.StartAsync(Plain, (context, _) =>
            context.JsonAsync($$"""{"records":[{{string.Join(',', Enumerable.Range(1, 1200).Select(id => $$"""{"id":{{id}}}"""))}}]}"""));

        var pages = await harness.ReadAsync();

        Assert.Equal([500, 500, 200], pages.Select(page => page.Records.Count));
        Assert.Equal(1200, (await harness.ReadAsync(pages[0].Checkpoint)).Sum(page => page.Records.Count));
    }

    [Fact]
    public async Task DeletedRecordsAreShownByAMarkAndByAFeedOfTheirOwn()
    {
        const string Rest = """
            {"streams":{"contacts":{"deleted":{"path":"state","equals":"trash"},"read":{"path":"/c","records":"",
            "deletes":{"path":"/gone","records":"data","key":"id","time":"at","query":{"since":"{since}"},"incremental":{"format":"isoSeconds"}}}}}}
            """;
        await using var harness = await RestHarness.StartAsync(Rest, (context, request) =>
        {
            context.Response.Headers.Date = "Thu, 01 Jan 2026 00:00:40 GMT";
            return request.Path == "/gone"
                ? context.JsonAsync("""{"data":[{"id":"9","at":"2026-01-01T00:00:00Z"}]}""")
                : context.JsonAsync("""[{"id":"1","state":"trash"},{"id":"2","state":"active"}]""");
        });

        var pages = await harness.ReadAsync();
        var records = pages.SelectMany(page => page.Records).ToList();
        await harness.ReadAsync(pages[^1].Checkpoint);

        Assert.Equal(["1", "9"], records.Where(record => record.IsDeleted).Select(record => record.Key));
        Assert.Equal(DeleteDetection.Shown, harness.Connector.Describe("contacts").Deletes);
        // The latest deletion, less the half minute in which an earlier one may still become visible.
        Assert.Equal("?since=2025-12-31T23%3A59%3A30Z", harness.Server.Requests[^1].Query);
    }

    [Fact]
    public async Task AChildsEditReadsItsParentAgainThoughItsOwnTimeStands()
    {
        const string Rest = """
            {"streams":{"contacts":{"lookup":{"byKey":{"path":"/c/{key}"}},"read":{"path":"/c","records":"","query":{"since":"{since}"},"incremental":{},
            "children":[{"path":"/c/{key}/emails","into":"emails","records":"items"}],
            "childStreams":[{"name":"emails","path":"/emails","query":{"since":"{since}"},"incremental":{"format":"isoSeconds"},"parentKey":"contact","modified":"at"}]}}}}
            """;
        var email = "old";
        var at = "2026-01-01T00:00:00Z";
        await using var harness = await RestHarness.StartAsync(Rest, (context, request) =>
        {
            context.Response.Headers.Date = "Tue, 03 Mar 2026 00:00:00 GMT";
            return Answer(context, request);
        });

        var first = await harness.ReadAsync();
        var idle = await harness.ReadAsync(first[^1].Checkpoint);
        (email, at) = ("new", "2026-02-02T00:00:00Z");
        var second = await harness.ReadAsync(idle[^1].Checkpoint);

        Assert.Equal("""{"id":"7","modifiedAt":"2025-05-05T00:00:00Z","emails":[{"value":"old"}]}""", RestHarness.Text(Assert.Single(first.SelectMany(page => page.Records))));
        Assert.Empty(idle.SelectMany(page => page.Records));
        Assert.Contains("new", RestHarness.Text(Assert.Single(second.SelectMany(page => page.Records))));

        Task Answer(HttpContext context, SeenRequest request) => request.Path switch
        {
            "/emails" => context.JsonAsync(IsAfter(at, request.Query) ? "[]" : $$"""[{"id":5,"contact":"7","at":"{{at}}"}]"""),
            "/c/7/emails" => context.JsonAsync($$"""{"items":[{"value":"{{email}}"}]}"""),
            "/c/7" => context.JsonAsync("""{"id":"7","modifiedAt":"2025-05-05T00:00:00Z"}"""),
            _ => context.JsonAsync(request.Query.Length > 0 ? "[]" : """[{"id":"7","modifiedAt":"2025-05-05T00:00:00Z"}]"""),
        };

        static bool IsAfter(string at, string query) =>
            query.Length > 0 && string.CompareOrdinal(Uri.UnescapeDataString(query), $"?since={at}") > 0;
    }

    [Fact]
    public async Task AnExpiredDeltaLinkStartsAgainFromTheBeginning()
    {
        const string Rest = """
            {"errors":[{"status":["410"],"outcome":"restart"}],"streams":{"contacts":{"deleted":{"path":"reason","equals":"deleted","key":"gone"},"read":{"path":"/c","records":"value",
            "incremental":{"deltaLink":"@odata.deltaLink"},"paging":{"kind":"nextLink","next":"@odata.nextLink"}}}}}
            """;
        var isExpired = false;
        await using var harness = await RestHarness.StartAsync(Rest, (context, request) => request.Query switch
        {
            "" => context.JsonAsync("""{"value":[{"id":"1"}],"@odata.nextLink":"/c?page=2"}"""),
            "?page=2" => context.JsonAsync("""{"value":[{"id":"2"}],"@odata.deltaLink":"/c?delta=1"}"""),
            _ when isExpired => context.JsonAsync("{}", 410),
            _ => context.JsonAsync("""{"value":[{"gone":"1","reason":"deleted"}],"@odata.deltaLink":"/c?delta=2"}"""),
        });

        var first = await harness.ReadAsync();
        var changes = await harness.ReadAsync(first[^1].Checkpoint);
        isExpired = true;
        var again = await harness.ReadAsync(changes[^1].Checkpoint);

        Assert.Equal(2, first.Sum(page => page.Records.Count));
        Assert.True(Assert.Single(changes.SelectMany(page => page.Records)) is { Key: "1", IsDeleted: true });
        Assert.Equal(["1", "2"], again.SelectMany(page => page.Records).Select(record => record.Key));
    }

    [Theory]
    [InlineData(204, "", "204 is empty by itself")]
    [InlineData(404, """{"error":"none"}""", "404 because the description says so")]
    public async Task AnEmptyAnswerIsAnEmptyPage(int status, string body, string why)
    {
        Assert.NotEmpty(why);
        await using var harness = await RestHarness.StartAsync(Plain.Replace("\"path\"", "\"empty\":[204,404],\"path\"", StringComparison.Ordinal), async (context, _) =>
        {
            context.Response.StatusCode = status;
            if (body.Length > 0)
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        });

        Assert.Empty((await harness.ReadAsync()).SelectMany(page => page.Records));
    }

    [Fact]
    public async Task AnAnswerOverTheLimitBlocksTheStreamAndSaysWhatToDo()
    {
        await using var harness = await RestHarness.StartAsync(Plain[..^1] + ",\"maxResponseBytes\":2000}",
            (context, _) => context.JsonAsync($$"""{"records":[{"id":1,"x":"{{new string('x', 3000)}}"}]}"""));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.Equal(("rest.oversize", FailureKind.Blocked), (failure.Code, failure.Kind));
        Assert.Contains("maxResponseBytes", failure.Message);
    }

    [Theory]
    [InlineData(500, "{}", "rest.500", FailureKind.Transient)]
    [InlineData(403, "{}", "rest.403", FailureKind.Blocked)]
    [InlineData(400, "{}", "rest.400", FailureKind.Rejected)]
    [InlineData(302, "", "rest.302", FailureKind.Blocked)]
    [InlineData(200, "<html>maintenance</html>", "rest.json", FailureKind.Transient)]
    [InlineData(200, """{"records":17}""", "rest.records", FailureKind.Blocked)]
    [InlineData(200, """{"errors":[{"extensions":{"code":"undefinedField"}}]}""", "rest.undefinedField", FailureKind.Blocked)]
    public async Task AFailedReadSaysWhatToDo(int status, string body, string code, FailureKind kind)
    {
        await using var harness = await RestHarness.StartAsync(
            Plain[..^1] + ""","errors":[{"path":"errors[0].extensions.code","exists":true,"outcome":"blocked"}],"limits":{"retries":1}}""",
            async (context, _) =>
            {
                context.Response.StatusCode = status;
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
            });

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.Equal((code, kind), (failure.Code, failure.Kind));
    }

    [Fact]
    public async Task AnErrorObjectWhereAnArrayIsExpectedIsNotTakenForRecords()
    {
        await using var harness = await RestHarness.StartAsync("""{"streams":{"contacts":{"read":{"path":"/c"}}}}""", (context, _) => context.JsonAsync("""{"error":{"id":1}}"""));

        Assert.Equal("rest.records", (await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync())).Code);
    }

    [Fact]
    public async Task AThrottleInsideA200StopsTheCredentialForWhatTheCostSays()
    {
        const string Shopify = """
            {"errors":[{"path":"errors[0].extensions.code","equals":"THROTTLED","outcome":"throttled","retryAfter":3}],
            "budget":{"body":{"remaining":"extensions.cost.throttleStatus.currentlyAvailable","restorePerSecond":"extensions.cost.throttleStatus.restoreRate","cost":"extensions.cost.requestedQueryCost"}},
            "streams":{"contacts":{"fields":["id","email"],"read":{"method":"POST","path":"/graphql","records":"data.customers.edges","record":"node",
            "body":{"query":"query($c:String){ customers(first:{limit}, after:$c){ edges{node{ id email }} } }","variables":{"c":"{cursor}","wanted":"{fields}"}}}}}}
            """;
        await using var harness = await RestHarness.StartAsync(Shopify, (context, _) => context.JsonAsync("""
            {"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],
            "extensions":{"cost":{"requestedQueryCost":202,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":2,"restoreRate":2.0}}}}
            """));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.True(failure.IsThrottled);
        Assert.Equal(100, failure.RetryAfter!.Value.TotalSeconds, 1.0);
        Assert.Contains("""customers(first:200, after:$c){ edges{node{ id email }} } }","variables":{"wanted":["id","email"]}""", Assert.Single(harness.Server.Requests).Body);
    }
}
