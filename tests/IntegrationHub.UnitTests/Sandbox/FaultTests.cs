using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Sandbox;
using Xunit;

namespace IntegrationHub.UnitTests.Sandbox;

public sealed class FaultTests
{
    private static readonly JsonObject Ada = new() { ["email"] = "ada@example.org" };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADropBeforeTheCommitLeavesNoEffectAndNoAnswer(bool sockets)
    {
        await using var door = await ShopDoor.OpenAsync(sockets);
        door.Shop.Faults.Add(new Fault(FaultKind.DropBeforeCommit), "POST");

        await Assert.ThrowsAsync<HttpRequestException>(() => door.Client.CallAsync("POST", "api/v1/customers", Ada));

        Assert.Empty(door.Shop.System.LedgerAfter());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADropAfterTheCommitLeavesTheEffectInTheLedgerAndNoAnswer(bool sockets)
    {
        await using var door = await ShopDoor.OpenAsync(sockets);
        door.Shop.Faults.Add(new Fault(FaultKind.DropAfterCommit), "POST");

        await Assert.ThrowsAsync<HttpRequestException>(
            () => door.Client.CallAsync("POST", "api/v1/customers", Ada, ("Idempotency-Key", "k7"), ("X-Correlation-Id", "t9")));

        var effect = Assert.Single(door.Shop.System.LedgerAfter());
        Assert.Equal(("create", "1001", new Origin("api:hub", "k7", "t9")), (effect.Operation, effect.Key, effect.Origin));
        using var again = await door.Client.CallAsync("POST", "api/v1/customers", Ada);
        Assert.Equal(409, (int)again.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATruncatedBodyBreaksTheConnectionInTheMiddle(bool sockets)
    {
        await using var door = await ShopDoor.OpenAsync(sockets);
        door.Shop.Faults.Add(new Fault(FaultKind.TruncateBody), "POST");

        await Assert.ThrowsAsync<HttpRequestException>(() => door.Client.CallAsync("POST", "api/v1/customers", Ada));

        Assert.Single(door.Shop.System.LedgerAfter());
    }

    [Fact]
    public async Task ATornBodyArrivesAsWholeHttpThatIsNoJson()
    {
        await using var door = await ShopDoor.OpenAsync(sockets: true);
        door.Shop.Faults.Add(new Fault(FaultKind.TornBody), "POST");

        using var answer = await door.Client.CallAsync("POST", "api/v1/customers", Ada);

        Assert.Equal(201, (int)answer.StatusCode);
        await Assert.ThrowsAnyAsync<JsonException>(answer.JsonAsync);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADelayedAnswerWaitsForTheSandboxClock(bool sockets)
    {
        await using var door = await ShopDoor.OpenAsync(sockets);
        door.Shop.Faults.Add(new Fault(FaultKind.Delay) { Delay = TimeSpan.FromSeconds(40) }, "POST");

        var calling = door.Client.CallAsync("POST", "api/v1/customers", Ada);
        await door.Clock.TimerStartedAsync();
        door.Clock.Advance(TimeSpan.FromSeconds(39));
        var early = calling.IsCompleted;
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        var inTime = calling.IsCompleted;
        using var answer = await calling;

        Assert.False(early);
        Assert.True(inTime || sockets, "The inline door hopped to another thread.");
        Assert.Equal(201, (int)answer.StatusCode);
    }

    [Fact]
    public async Task AStatusFaultFiresFromTheNthCallAsOftenAsSaid()
    {
        await using var door = await ShopDoor.OpenAsync(sockets: false);
        door.Shop.Faults.Add(new Fault(FaultKind.Status) { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } }, nth: 2, times: 2);

        var statuses = new List<int>();
        for (var count = 0; count < 4; count++)
        {
            using var answer = await door.Client.CallAsync("GET", "api/v1/customers");
            statuses.Add((int)answer.StatusCode);
            Assert.Equal(statuses[^1] == 429 ? TimeSpan.FromSeconds(7) : null, answer.Headers.RetryAfter?.Delta);
        }

        Assert.Equal([200, 429, 429, 200], statuses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStatusFaultMayBeAPageOfSomeProxy(bool sockets)
    {
        await using var door = await ShopDoor.OpenAsync(sockets);
        door.Shop.Faults.Add(new Fault(FaultKind.Status) { Status = 502, Headers = new Dictionary<string, string> { ["Content-Type"] = "text/html" }, Body = "<h1>Bad gateway</h1>" });

        using var answer = await door.Client.CallAsync("GET", "api/v1/customers");

        Assert.Equal((502, "text/html", "<h1>Bad gateway</h1>"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task ChanceComesFromTheSeed()
    {
        var first = await FiredAsync(seed: 3);

        Assert.Equal(first, await FiredAsync(seed: 3));
        Assert.NotEqual(first, await FiredAsync(seed: 4));
        Assert.InRange(first.Count(fired => fired), 1, 39);
    }

    [Fact]
    public async Task AnEmptyAndARepeatedPageLeadBackToThemselves()
    {
        await using var door = await ShopDoor.OpenAsync(sockets: false);
        for (var number = 0; number < 3; number++)
            door.Shop.System.CreateAsUser("customers", new JsonObject { ["email"] = $"c{number}@example.org" });
        door.Shop.Faults.Add(new Fault(FaultKind.EmptyPage), "GET", nth: 2);
        door.Shop.Faults.Add(new Fault(FaultKind.RepeatPage), "GET", nth: 3);

        var pages = new List<string>();
        for (var next = "api/v1/customers?per_page=2"; next is not null;)
        {
            using var answer = await door.Client.CallAsync("GET", next);
            var ids = (JsonArray)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            pages.Add(string.Join(",", ids.Select(customer => (int)customer!["customer_id"]!)));
            next = answer.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(["1001,1002", "", "1003", "1003"], pages);
    }

    [Fact]
    public async Task AnExpiredTokenIsRefusedUntilTheNextSignIn()
    {
        var crm = new CrmSandbox(new ManualClock(), 1);
        using var client = await crm.CreateInlineClient().SignInAsync();
        crm.Faults.Add(new Fault(FaultKind.TokenExpired));

        Assert.Equal(401, (int)(await client.CallAsync("GET", "api/contacts")).StatusCode);
        Assert.Equal(401, (int)(await client.CallAsync("GET", "api/contacts")).StatusCode);
        Assert.Equal(200, (int)(await (await client.SignInAsync()).CallAsync("GET", "api/contacts")).StatusCode);
    }

    [Fact]
    public async Task ALockedRecordTakesWritesOfUsersOnlyUntilItIsReleased()
    {
        await using var door = await ShopDoor.OpenAsync(sockets: false);
        door.Shop.System.CreateAsUser("customers", (JsonObject)Ada.DeepClone());
        door.Shop.Faults.Add(new Fault(FaultKind.Lock) { Delay = TimeSpan.FromSeconds(10) }, "PUT");
        var name = new JsonObject { ["first_name"] = "Ada" };

        Assert.Equal(423, (int)(await door.Client.CallAsync("PUT", "api/v1/customers/1001", name)).StatusCode);
        Assert.Equal(423, (int)(await door.Client.CallAsync("PUT", "api/v1/customers/1001", name)).StatusCode);
        Assert.True(door.Shop.System.EditAsUser("customers", "1001", new JsonObject { ["last_name"] = "L" }).Accepted);
        door.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, (int)(await door.Client.CallAsync("PUT", "api/v1/customers/1001", name)).StatusCode);
    }

    [Fact]
    public async Task APartialBatchCarriesOutEveryOtherItem()
    {
        var crm = new CrmSandbox(new ManualClock(), 1);
        using var client = await crm.CreateInlineClient().SignInAsync();
        crm.Faults.Add(new Fault(FaultKind.PartialBatch), pathPrefix: "/api/contacts/batch");
        var items = new JsonArray([.. Enumerable.Range(0, 6).Select(SandboxCalls.CreateItem)]);

        var results = (JsonArray)(await client.CallAsync("POST", "api/contacts/batch", new JsonObject { ["items"] = items }).JsonAsync())["results"]!;

        Assert.Equal(["1:503", "3:503", "5:503"], results.Where(result => result!["error"] is not null).Select(result => $"{result!["ref"]}:{result["status"]}").Order());
        Assert.Equal(["N0", "N2", "N4"], crm.System.LedgerAfter().Select(entry => (string?)entry.Changes["lastName"].To));
    }

    [Theory]
    [InlineData("""{"fault":{"kind":"explode"}}""")]
    [InlineData("""{"match":{"paths":"/"},"fault":{"kind":"delay"}}""")]
    [InlineData("""{"match":{"nth":"two"},"fault":{"kind":"delay"}}""")]
    [InlineData("""{}""")]
    public async Task ARuleThatCannotBeReadIsRefused(string rule)
    {
        await using var door = await ShopDoor.OpenAsync(sockets: false);

        using var answer = await door.Client.CallAsync("POST", "sandbox/faults", JsonNode.Parse(rule));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Empty(door.Shop.Faults.Rules);
    }

    private static async Task<List<bool>> FiredAsync(int seed)
    {
        await using var door = await ShopDoor.OpenAsync(sockets: false, seed);
        door.Shop.Faults.Add(new FaultRule(new FaultMatch { Probability = 0.5, Times = null }, new Fault(FaultKind.Status)));
        var fired = new List<bool>();
        for (var count = 0; count < 40; count++)
            fired.Add((int)(await door.Client.CallAsync("GET", "api/v1/customers")).StatusCode == 503);
        return fired;
    }

    private sealed class ShopDoor(ManualClock clock, ShopSandbox shop, SandboxHost? host, HttpClient client) : IAsyncDisposable
    {
        public ManualClock Clock => clock;

        public ShopSandbox Shop => shop;

        public HttpClient Client => client;

        public static async Task<ShopDoor> OpenAsync(bool sockets, int seed = 1)
        {
            var clock = new ManualClock();
            var shop = new ShopSandbox(clock, seed);
            var host = sockets ? await SandboxHost.StartAsync([shop]) : null;
            var client = host is null ? shop.CreateInlineClient() : new HttpClient { BaseAddress = host.BaseAddresses["shop"] };
            return new ShopDoor(clock, shop, host, client.WithShopKey());
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            if (host is not null)
                await host.DisposeAsync();
        }
    }
}
