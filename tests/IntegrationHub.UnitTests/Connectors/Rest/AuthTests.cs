using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Connectors.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

public sealed class AuthTests
{
    private const string Client = """{"clientId":"hub","clientSecret":"s3cr3t-T0ken"}""";

    [Theory]
    [InlineData("""{"kind":"bearer"}""", RestHarness.Secret, "Authorization", "Bearer s3cr3t-T0ken")]
    [InlineData("""{"kind":"apiKey","header":"X-Key"}""", RestHarness.Secret, "X-Key", "s3cr3t-T0ken")]
    [InlineData("""{"kind":"basic"}""", """{"user":"u","password":"p"}""", "Authorization", "Basic dTpw")]
    public async Task TheCredentialTravelsInItsHeader(string auth, string credentials, string header, string value)
    {
        await using var harness = await RestHarness.StartAsync(Read(auth), (context, _) => context.JsonAsync("[]"), credentials: credentials);

        await harness.ReadAsync();

        Assert.Equal(value, Assert.Single(harness.Server.Requests).Headers[header]);
    }

    [Fact]
    public async Task AKeyInTheQueryIsEncodedAndStaysOutOfMessages()
    {
        await using var harness = await RestHarness.StartAsync(Read("""{"kind":"apiKey","query":"key"}"""), (context, _) => context.JsonAsync("{}", 400), credentials: "s3cr3t&x");

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.Equal("?key=s3cr3t%26x", Assert.Single(harness.Server.Requests).Query);
        Assert.DoesNotContain("s3cr3t", failure.ToString());
    }

    [Fact]
    public async Task ManyRefusedRequestsFetchOneNewToken()
    {
        var tokens = 0;
        var refused = 0;
        var allRefused = new TaskCompletionSource();
        await using var harness = await RestHarness.StartAsync(OAuth(), async (context, request) =>
        {
            if (request.Path == "/token")
                await context.JsonAsync($$"""{"access_token":"t{{Interlocked.Increment(ref tokens)}}"}""");
            else if (request.Headers["Authorization"] == "Bearer t1")
            {
                // All four hold the old token before the first hears that it is refused.
                if (Interlocked.Increment(ref refused) == 4)
                    allRefused.TrySetResult();
                await allRefused.Task.WaitAsync(TimeSpan.FromSeconds(20));
                await context.JsonAsync("{}", 401);
            }
            else
                await context.JsonAsync($$"""{"id":"{{request.Path[3..]}}"}""");
        }, credentials: Client);

        var found = await harness.Target.FindAsync("contacts", [new("1", null), new("2", null), new("3", null), new("4", null)], CancellationToken.None);

        Assert.Equal(2, tokens);
        Assert.All(found, one => Assert.NotNull(one.Record));
        Assert.Contains("client_secret=s3cr3t-T0ken", harness.Server.Requests.First(request => request.Path == "/token").Body);
    }

    [Fact]
    public async Task ATokenIsReplacedBeforeItExpires()
    {
        var clock = new ManualClock();
        var tokens = 0;
        await using var harness = await RestHarness.StartAsync(OAuth(), (context, request) => request.Path == "/token"
            ? context.JsonAsync($$"""{"access_token":"t{{Interlocked.Increment(ref tokens)}}","expires_in":600}""")
            : context.JsonAsync("[]"), credentials: Client, clock: clock);

        await harness.ReadAsync();
        clock.Advance(TimeSpan.FromSeconds(500));
        await harness.ReadAsync();
        clock.Advance(TimeSpan.FromSeconds(50));
        await harness.ReadAsync();

        Assert.Equal(2, tokens);
    }

    [Fact]
    public async Task ACredentialThatStaysRefusedBlocksWithoutAStorm()
    {
        await using var harness = await RestHarness.StartAsync(OAuth(), (context, request) => request.Path == "/token"
            ? context.JsonAsync("""{"access_token":"t"}""")
            : context.JsonAsync("{}", 401), credentials: Client);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.Equal(("rest.auth", FailureKind.Blocked), (failure.Code, failure.Kind));
        Assert.Equal(4, harness.Server.Requests.Count);
    }

    [Theory]
    [InlineData(200, """{"error":"invalid_code"}""")]
    [InlineData(400, """{"error":"invalid_grant","error_description":"s3cr3t-T0ken is wrong"}""")]
    [InlineData(200, "<html>s3cr3t-T0ken</html>")]
    public async Task ARefusedGrantBlocksAndNoSecretIsInTheException(int status, string body)
    {
        await using var harness = await RestHarness.StartAsync(OAuth(), (context, _) => context.JsonAsync(body, status), credentials: Client);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.Equal(FailureKind.Blocked, failure.Kind);
        Assert.DoesNotContain("s3cr3t", failure.ToString());
    }

    [Fact]
    public async Task ATokenEndpointMayAnswerWithTheBareToken()
    {
        await using var harness = await RestHarness.StartAsync(
            Read("""{"kind":"token","tokenUrl":"{options.baseUrl}token","body":{"username":"{credentials.user}"},"tokenPath":""}"""),
            (context, request) => context.JsonAsync(request.Path == "/token" ? "\"eyJ\"" : "[]"), credentials: """{"user":"u"}""");

        await harness.ReadAsync();

        Assert.Equal("""{"username":"u"}""", harness.Server.Requests[0].Body);
        Assert.Equal("Bearer eyJ", harness.Server.Requests[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task ACredentialThatIsNotThereIsNamed()
    {
        await using var harness = await RestHarness.StartAsync(OAuth(), (context, _) => context.JsonAsync("{}"), credentials: "{}");

        Assert.Contains("{credentials.clientId}", (await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync())).Message);
    }

    private static string OAuth() => Read("""{"kind":"oauth2","tokenUrl":"{options.baseUrl}token","scope":"all"}""");

    private static string Read(string auth) =>
        """{"auth":AUTH,"streams":{"contacts":{"read":{"path":"/c"},"lookup":{"byKey":{"path":"/c/{key}"}}}}}""".Replace("AUTH", auth, StringComparison.Ordinal);
}
