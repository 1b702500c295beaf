using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Connectors.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

public sealed class FindingTests
{
    private const string Lookups = """
        {"streams":{"contacts":{"version":"header:ETag","lookup":{"byKey":{"path":"/c/{key}"},"byCorrelation":{"path":"/c","query":{"hubId":"{correlation}"},"record":"records"},
        "byKeys":{"path":"/many","query":{"ids":"{keys}"},"records":"records","max":2}}}}}
        """;

    [Fact]
    public async Task ARecordIsFoundByItsKeyWithTheVersionOfTheHeader()
    {
        await using var harness = await RestHarness.StartAsync(Lookups, (context, request) =>
        {
            context.Response.Headers.ETag = "W/\"9\"";
            return request.Path == "/c/a b'c" ? context.JsonAsync("""{"id":"a b'c"}""") : context.JsonAsync("{}", 404);
        });

        Assert.Equal("W/\"9\"", (await harness.FindAsync("a b'c")).Record!.Version);
        Assert.Null((await harness.FindAsync("gone")).Record);
    }

    [Fact]
    public async Task AMergedRecordThatAnswersUnderAnotherKeyIsNotTheOneAskedFor()
    {
        await using var harness = await RestHarness.StartAsync(Lookups, (context, _) => context.JsonAsync("""{"id":"survivor"}"""));

        Assert.Null((await harness.FindAsync("loser")).Record);
    }

    [Fact]
    public async Task ACorrelationFilterThatIsIgnoredFindsNobodyElse()
    {
        await using var harness = await RestHarness.StartAsync(Lookups,
            (context, _) => context.JsonAsync("""{"records":[{"id":1,"hubId":"ih-other"},{"id":2,"hubId":"ih-mine"},{"id":3,"hubId":null}]}"""));

        Assert.Equal("2", (await harness.FindAsync(null, "ih-mine")).Record!.Key);
        Assert.Null((await harness.FindAsync(null, "ih-nobody")).Record);
    }

    [Fact]
    public async Task RecordsThatDoNotShowTheCorrelationProveNothing()
    {
        await using var harness = await RestHarness.StartAsync(Lookups, (context, _) => context.JsonAsync("""{"records":[{"id":1}]}"""));

        Assert.Equal("rest.correlation", (await Assert.ThrowsAsync<ConnectorException>(() => harness.FindAsync(null, "ih-mine"))).Code);
    }

    [Fact]
    public async Task SeveralKeysAreAskedForTogether()
    {
        await using var harness = await RestHarness.StartAsync(Lookups, (context, _) => context.JsonAsync("""{"records":[{"id":"0003"},{"id":"1"}]}"""));

        var found = await harness.Target.FindAsync("contacts", [new("1", null), new("2", null), new("3", null)], CancellationToken.None);

        Assert.Equal(["1", "0003"], found.Where(one => one.Record is not null).Select(one => one.Record!.Key));
        Assert.Equal(["?ids=1%2C2", "?ids=3"], harness.Server.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task AProxysOwnPageIsNotTheWordThatNothingIsThere()
    {
        await using var harness = await RestHarness.StartAsync(Lookups, async (context, _) =>
        {
            context.Response.StatusCode = 404;
            await context.Response.Body.WriteAsync("<html>no such site</html>"u8.ToArray());
        });

        Assert.Equal(FailureKind.Transient, (await Assert.ThrowsAsync<ConnectorException>(() => harness.FindAsync("1"))).Kind);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task AKeyCannotClimbOutOfThePath(string key)
    {
        await using var harness = await RestHarness.StartAsync(Lookups, (context, _) => context.JsonAsync("{}"));

        Assert.Equal("rest.key", (await Assert.ThrowsAsync<ConnectorException>(() => harness.FindAsync(key))).Code);
        Assert.Empty(harness.Server.Requests);
    }
}
