using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Connectors.Http;
using IntegrationHub.UnitTests.Connectors.Rest;
using IntegrationHub.UnitTests.Sync;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of what a system grants: calls, and access. Real connectors through the whole hub.</summary>
public sealed class BudgetScenarios
{
    private const string Mapping = """
        {
          "connector": "rest", "stream": "contacts", "entity": "customer", "key": "id", "correlation": "hubId",
          "fields": [
            { "canonical": "kind", "const": "person" },
            { "source": "given", "canonical": "name.given" },
            { "source": "family", "canonical": "name.family" },
            { "source": "email", "canonical": "emails[type=work].value" }
          ]
        }
        """;

    [Fact]
    public async Task S35_AStormOf429StopsAllFlowsOfTheCredentialAndCostsNoAttemptAndNoProgress()
    {
        await using var hub = new HubHarness();
        using var shop = new Shop(hub.Clock) { Rows = 12 };
        shop.Connect(hub, "a", Rights.None);
        shop.Connect(hub, "b", Rights.None);
        shop.Connect(hub, "c", Rights.Create);
        await hub.SyncAsync();
        // Everything has been read; now the third page of the next whole read is refused, and so are the next two calls, each in another way.
        shop.Rows = 14;
        shop.Requests.Clear();
        shop.Refuse(2, response => response.Headers.Add("Retry-After", "30"));
        await hub.SyncAsync(whole: true);

        // 'b' and 'c' were not sent at all.
        Assert.Equal(["GET /a 1", "GET /a 2", "GET /a 3"], shop.Requests);
        foreach (var name in new[] { "a", "b", "c" })
            Assert.Equal((0, 0, false), Failures(await hub.Store.LoadProgressAsync(hub.Stream(name).Number, default)));
        hub.Clock.Advance(TimeSpan.FromSeconds(28));
        await hub.SyncAsync();
        Assert.Equal(3, shop.Requests.Count);

        // The first page is not asked for again; the pause without a time is the governor's own, the one with a date goes by the answer's own clock.
        shop.Refuse(0, static _ => { });
        hub.Clock.Advance(TimeSpan.FromSeconds(8));
        await hub.SyncAsync();
        Assert.Equal(4, shop.Requests.Count);
        Assert.Equal("GET /a 2", shop.Requests[^1]);
        shop.Refuse(0, response =>
        {
            response.Headers.Date = hub.Clock.GetUtcNow().AddHours(-1);
            response.Headers.RetryAfter = new(response.Headers.Date.Value.AddSeconds(40));
        });
        hub.Clock.Advance(TimeSpan.FromMinutes(2));
        await hub.SyncAsync();
        Assert.Equal(5, shop.Requests.Count);
        hub.Clock.Advance(TimeSpan.FromSeconds(38));
        await hub.SyncAsync();
        Assert.Equal(5, shop.Requests.Count);

        hub.Clock.Advance(TimeSpan.FromSeconds(5));
        await hub.SettleAsync();
        Assert.DoesNotContain("GET /a 1", shop.Requests.Skip(3).TakeWhile(static request => !request.StartsWith("GET /b", StringComparison.Ordinal)));
        Assert.Equal(14, shop.Created.Count);
        Assert.All(await hub.DeliveriesAsync(DeliveryState.Settled), static row => Assert.Null(row.ErrorCode));
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Dead));
    }

    [Fact]
    public async Task S36_BulkReadingStopsAtItsShareOfTheDayAndLiveWorkGoesOn()
    {
        await using var hub = new HubHarness();
        using var shop = new Shop(hub.Clock) { Rows = 100, DailyCalls = 10 };
        shop.Connect(hub, "a", Rights.None);
        await hub.SyncAsync();
        Assert.Equal(8, shop.Requests.Count);
        var progress = await hub.Store.LoadProgressAsync(hub.Stream("a").Number, default);
        Assert.Equal((0, 0, false), Failures(progress));
        Assert.Equal("http.quota", progress.ErrorCode);
        Assert.Contains("quota until 00:00 UTC", progress.ErrorMessage!, StringComparison.Ordinal);
        Assert.InRange(progress.NextReadAt!.Value, new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 2, 0, 2, 0, TimeSpan.Zero));

        // Live work keeps its reserve, and no more than that.
        var lookup = (IRecordLookup)hub.Context.Settings.Connections.Single(static one => one.Name == "a").Source!;
        await lookup.FindAsync("contacts", [new("1", null)], default);
        await lookup.FindAsync("contacts", [new("2", null)], default);
        Assert.True((await Assert.ThrowsAsync<ConnectorException>(() => lookup.FindAsync("contacts", [new("3", null)], default))).IsThrottled);
        Assert.Equal(10, shop.Requests.Count);

        // It goes on by itself, day by day, and never from the first page again.
        for (var day = 2; day < 12; day++)
        {
            hub.Clock.Advance(progress.NextReadAt!.Value - hub.Clock.GetUtcNow());
            await hub.SyncAsync();
            progress = await hub.Store.LoadProgressAsync(hub.Stream("a").Number, default);
            if (progress.InitialReadDone)
                break;
        }

        Assert.True(progress.InitialReadDone);
        Assert.Null(progress.ErrorCode);
        Assert.Single(shop.Requests, static request => request == "GET /a 1");
        Assert.Equal(100, (await hub.GoldenAsync()).Count);
    }

    [Fact]
    public async Task S37_ATokenThatExpiresAtPage57IsRefreshedOnceAndKeptBeforeItIsUsed()
    {
        var log = new List<string>();
        var gate = new Lock();
        var saved = """{"clientId":"hub","clientSecret":"s","refreshToken":"r0"}""";
        var atPage57 = new TaskCompletionSource();
        var bothRefused = new TaskCompletionSource();
        var refused = 0;
        var tokens = 0;
        void Note(string what)
        {
            lock (gate)
                log.Add(what);
        }

        async Task AnswerAsync(Microsoft.AspNetCore.Http.HttpContext context, SeenRequest request)
        {
            var bearer = request.Headers.GetValueOrDefault("Authorization") ?? "";
            var page = QueryHelpers.ParseQuery(request.Query).TryGetValue("page", out var text) ? int.Parse(text.ToString(), CultureInfo.InvariantCulture) : 0;
            if (request.Path == "/token")
            {
                var grant = QueryHelpers.ParseQuery(request.Body)["refresh_token"].ToString();
                var number = Interlocked.Increment(ref tokens);
                Note($"grant {grant}");
                await context.JsonAsync($$"""{"access_token":"t{{number}}","refresh_token":"r{{number}}"}""");
                return;
            }

            Note($"{bearer} {request.Path}{(page > 0 ? $" {page}" : "")}");
            if (bearer == "Bearer t1" && (page == 57 || request.Path == "/c/1"))
            {
                // A look-up of another worker holds the same token, and both are refused before either hears of it.
                atPage57.TrySetResult();
                if (Interlocked.Increment(ref refused) == 2)
                    bothRefused.TrySetResult();
                await bothRefused.Task.WaitAsync(TimeSpan.FromSeconds(20));
                await context.JsonAsync("{}", 401);
                return;
            }

            await context.JsonAsync(request.Path == "/c/1" ? """{"id":"1"}""" : page < 60 ? $$"""[{"id":"{{page}}"}]""" : "[]");
        }

        const string Rest = """
            {"auth":{"kind":"oauth2","grant":"refreshToken","tokenUrl":"{options.baseUrl}token"},"streams":{"contacts":{"lookup":{"byKey":{"path":"/c/{key}"}},
            "read":{"path":"/c","records":"","query":{"page":"{page}"},"paging":{"kind":"page","size":1}}}}}
            """;
        ValueTask Save(string secret)
        {
            Note("saved");
            saved = secret;
            return ValueTask.CompletedTask;
        }

        await using (var rest = await RestHarness.StartAsync(Rest, AnswerAsync, credentials: saved, save: Save))
        {
            var reading = rest.ReadAsync();
            await atPage57.Task.WaitAsync(TimeSpan.FromSeconds(20));
            var found = rest.FindAsync("1");
            var pages = await reading;
            Assert.NotNull((await found).Record);
            Assert.Equal(59, pages.Sum(static page => page.Records.Count));
        }

        // One refresh for both, with the token that the first refresh gave; page 57 came twice and every other once.
        Assert.Equal(["grant r0", "grant r1"], log.Where(static one => one.StartsWith("grant", StringComparison.Ordinal)));
        var asked = log.Where(static one => one.Contains(" /c ", StringComparison.Ordinal)).Select(static one => one.Split(' ')[^1]).ToArray();
        Assert.Equal(61, asked.Length);
        Assert.Equal("57", Assert.Single(asked.GroupBy(static page => page), static group => group.Count() > 1).Key);
        // The new refresh token was on disk before the access token that came with it was used.
        Assert.True(log.LastIndexOf("saved") < log.FindIndex(static one => one.StartsWith("Bearer t2", StringComparison.Ordinal)));
        Assert.Contains("\"refreshToken\":\"r2\"", saved, StringComparison.Ordinal);

        // After a crash the hub begins with what was kept.
        await using var again = await RestHarness.StartAsync(Rest, AnswerAsync, credentials: saved, save: Save);
        await again.FindAsync("1");
        Assert.Equal("grant r2", log.Last(static one => one.StartsWith("grant", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task S37_ARevokedGrantStopsTheFlowAndAsksToAuthoriseAgain()
    {
        await using var hub = new HubHarness();
        await using var rest = await RestHarness.StartAsync(
            """{"auth":{"kind":"oauth2","grant":"refreshToken","tokenUrl":"{options.baseUrl}token"},"streams":{"contacts":{"read":{"path":"/c","records":""}}}}""",
            static (context, _) => context.JsonAsync("""{"error":"invalid_grant"}""", 400), credentials: """{"clientId":"hub","clientSecret":"s","refreshToken":"r0"}""", clock: hub.Clock);
        hub.Add(new("crm", "contacts"), rest.Connector, HubHarness.Compile(Mapping), Rights.None);
        for (var i = 0; i < 10; i++)
        {
            await hub.SyncAsync();
            hub.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Single(rest.Server.Requests);
        var status = Assert.Single(await hub.Administration().Status.ShowAsync(default));
        Assert.Contains("authorise the connection again", string.Join(' ', status.Remedies), StringComparison.Ordinal);
    }

    private static (int, int, bool) Failures(StreamProgress progress) => (progress.Failures, progress.DeliveryFailures, progress.IsBlocked);

    /// <summary>A system of which several connections use one credential. It answers inline.</summary>
    private sealed class Shop : HttpMessageHandler
    {
        private readonly HubHttp http;
        private readonly TimeProvider clock;
        private readonly Queue<Action<HttpResponseMessage>?> refusals = new();

        public Shop(TimeProvider clock)
        {
            this.clock = clock;
            http = new(clock, new Random(1), this);
        }

        public int Rows { get; set; }

        public int? DailyCalls { get; init; }

        public List<string> Requests { get; } = [];

        public List<string> Created { get; } = [];

        /// <summary>Answers with 429 after so many calls that go through.</summary>
        public void Refuse(int after, Action<HttpResponseMessage> how)
        {
            for (var i = 0; i < after; i++)
                refusals.Enqueue(null);
            refusals.Enqueue(how);
        }

        public void Connect(HubHarness hub, string name, Rights rights)
        {
            var budget = DailyCalls is { } calls ? "\"budget\":{\"dailyCalls\":" + calls + "}," : "";
            var options = JsonDocument.Parse($$$"""
                {"baseUrl":"https://shop.example","rest":{ {{{budget}}}"streams":{"contacts":{"lookup":{"byKey":{"path":"/{{{name}}}/{key}"},
                "byCorrelation":{"path":"/{{{name}}}"}},"write":{"create":{"path":"/{{{name}}}"}},
                "read":{"path":"/{{{name}}}","records":"","query":{"page":"{page}"},"paging":{"kind":"page","size":5} } } } } }
                """).RootElement;
            var factory = new RestConnectorFactory(null);
            var connector = factory.Create(new()
            {
                Connection = name,
                Options = options,
                Streams = new Dictionary<string, StreamSetup>(StringComparer.Ordinal) { ["contacts"] = RestHarness.Stream(modified: null) },
                BaseFolder = ".",
                ConnectorFolder = ".",
                // A longer wait than none would stand still with the clock.
                Http = http.For(name, "env:SHOP", factory.SettingsFor(options) with { ThrottleWaitMax = TimeSpan.Zero, RetriesMax = 1 }),
                Clock = clock,
            });
            hub.Add(new(name, "contacts"), connector, HubHarness.Compile(Mapping), rights, settings => settings with { Direction = rights == Rights.None ? Directions.In : Directions.Out });
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var query = QueryHelpers.ParseQuery(request.RequestUri!.Query);
            var path = request.RequestUri.AbsolutePath;
            var page = query.TryGetValue("page", out var text) ? int.Parse(text.ToString(), CultureInfo.InvariantCulture) : 0;
            Requests.Add($"{request.Method} {path}{(page > 0 ? $" {page}" : "")}");
            var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
            if (refusals.TryDequeue(out var refusal) && refusal is not null)
            {
                response.StatusCode = HttpStatusCode.TooManyRequests;
                refusal(response);
                return Task.FromResult(response);
            }

            response.Content = new StringContent(Body(request, path, page), Encoding.UTF8, "application/json");
            return Task.FromResult(response);
        }

        protected override void Dispose(bool disposing)
        {
            http.Dispose();
            base.Dispose(disposing);
        }

        private string Body(HttpRequestMessage request, string path, int page)
        {
            if (request.Method == HttpMethod.Post)
            {
                Created.Add(path);
                return $$"""{"id":"{{Created.Count + 1_000}}"}""";
            }

            return page == 0
                ? $$"""{"id":"{{path.Split('/')[^1]}}","given":"G","family":"F"}"""
                : $"[{string.Join(',', Enumerable.Range(((page - 1) * 5) + 1, 5).Where(n => n <= Rows).Select(static n => $$"""{"id":"{{n}}","given":"G{{n}}","family":"F{{n}}","email":"p{{n}}@example.org"}"""))}]";
        }
    }
}
