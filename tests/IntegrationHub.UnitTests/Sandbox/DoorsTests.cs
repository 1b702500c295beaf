using System.Text.Json.Nodes;
using IntegrationHub.Sandbox;
using Xunit;

namespace IntegrationHub.UnitTests.Sandbox;

public sealed class DoorsTests
{
    private static readonly string[] OwnHeaders = ["ETag", "Link", "X-Total", "Retry-After", "Allow"];

    [Fact]
    public async Task BothDoorsAnswerTheCrmScriptAlike() => await AssertAlikeAsync(
        clock => new CrmSandbox(clock, 7), client => client.SignInAsync(), CrmScriptAsync);

    [Fact]
    public async Task BothDoorsAnswerTheShopScriptAlike() => await AssertAlikeAsync(
        clock => new ShopSandbox(clock, 7), client => Task.FromResult(client.WithShopKey()), ShopScriptAsync);

    [Fact]
    public async Task BothDoorsAnswerTheErpScriptAlike() => await AssertAlikeAsync(
        clock => new ErpSandbox(clock, 7, callsPerSecond: 9), client => Task.FromResult(client.WithErpPassword()), ErpScriptAsync);

    [Fact]
    public async Task TheInlineDoorAnswersBeforeTheCallReturns()
    {
        var crm = new CrmSandbox(new ManualClock(), 1);
        using var client = await crm.CreateInlineClient().SignInAsync();

        var calling = client.CallAsync("POST", "api/contacts", new JsonObject { ["lastName"] = "Lovelace" });

        Assert.True(calling.IsCompletedSuccessfully);
        Assert.Equal(201, (int)(await calling).StatusCode);
    }

    [Fact]
    public async Task SystemsThatShareAPortAreToldApartByPath()
    {
        var clock = new ManualClock();
        var (shop, erp) = (new ShopSandbox(clock, 1), new ErpSandbox(clock, 1));
        await using var host = await SandboxHost.StartAsync([shop, erp], new SandboxHostOptions { SharesPort = true });
        shop.System.CreateAsUser("customers", new JsonObject { ["email"] = "a@example.org" });
        shop.System.CreateAsUser("customers", new JsonObject { ["email"] = "b@example.org" });
        using var client = new HttpClient { BaseAddress = host.BaseAddresses["shop"] };

        using var page = await client.WithShopKey().CallAsync("GET", "api/v1/customers?per_page=1");
        var link = Assert.Single(page.Headers.GetValues("Link"));
        using var partners = new HttpClient { BaseAddress = host.BaseAddresses["erp"] };

        Assert.StartsWith($"<{host.BaseAddresses["shop"]}api/v1/customers?", link, StringComparison.Ordinal);
        Assert.Empty((JsonArray)(await partners.WithErpPassword().CallAsync("GET", "odata/Partners").JsonAsync())["value"]!);
    }

    private static async Task AssertAlikeAsync(
        Func<TimeProvider, SandboxSite> make, Func<HttpClient, Task<HttpClient>> signIn, Func<Func<string, string, JsonNode?, Task>, Action<int>, Action<string>, Task> script)
    {
        var (inlineClock, socketClock) = (new ManualClock(), new ManualClock());
        var (inlineSite, socketSite) = (make(inlineClock), make(socketClock));
        await using var host = await SandboxHost.StartAsync([socketSite]);
        using var inline = await signIn(inlineSite.CreateInlineClient());
        using var socket = await signIn(new HttpClient { BaseAddress = host.BaseAddresses[socketSite.Name] });

        var (one, other) = (new List<string>(), new List<string>());
        await script((method, path, body) => RecordAsync(inline, method, path, body, one), inlineClock.Advance, one.Add);
        await script((method, path, body) => RecordAsync(socket, method, path, body, other), socketClock.Advance, other.Add);

        Assert.NotEmpty(one);
        Assert.Equal(one, other);
        Assert.DoesNotContain(one, answer => answer.StartsWith("401", StringComparison.Ordinal));
    }

    private static async Task RecordAsync(HttpClient client, string method, string path, JsonNode? body, List<string> answers)
    {
        using var answer = await client.CallAsync(method, path, body, ("If-Match", "W/\"1\""), ("Idempotency-Key", "k1"));
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => OwnHeaders.Contains(header.Key))
            .OrderBy(header => header.Key).Select(header => $"{header.Key}: {string.Join(",", header.Value)}");
        var text = $"{(int)answer.StatusCode} {string.Join("; ", headers)} {answer.Content.Headers.ContentType} {await answer.Content.ReadAsStringAsync()}";
        answers.Add(text.Replace(client.BaseAddress!.ToString(), "/", StringComparison.Ordinal));
    }

    private static async Task CrmScriptAsync(Func<string, string, JsonNode?, Task> call, Action<int> advance, Action<string> note)
    {
        await call("POST", "api/contacts", new JsonObject { ["firstName"] = "Ada", ["lastName"] = "Lovelace", ["email"] = "ada@example.org" });
        await call("POST", "api/contacts", new JsonObject { ["firstName"] = "伟", ["lastName"] = "王" });
        await call("POST", "api/contacts", new JsonObject { ["email"] = "no-address", ["colour"] = "red" });
        advance(5);
        await call("PUT", "api/contacts/by-hub-id/h%201%C3%BC", new JsonObject { ["lastName"] = "Hopper" });
        await call("PUT", "api/contacts/by-hub-id/h%201%C3%BC", new JsonObject { ["firstName"] = "Grace" });
        await call("GET", "api/contacts?limit=2", null);
        await call("GET", "api/contacts?limit=2&cursor=2026-03-01T09%3A00%3A00.000Z%7Cc-000002", null);
        await call("GET", "api/contacts?hubId=h%201%C3%BC", null);
        await call("PATCH", "api/contacts/c-000001", new JsonObject { ["city"] = "London" });
        await call("PATCH", "api/contacts/c-000001", new JsonObject { ["city"] = "Paris" });
        await call("DELETE", "api/contacts/c-000002", null);
        await call("GET", "api/contacts/c-000002", null);
        await call("POST", "api/contacts/batch", JsonNode.Parse("""{"items":[{"ref":"a","op":"create","fields":{"lastName":"X"}},{"ref":"b","op":"update","id":"c-000009","fields":{}},{"ref":"c","op":"delete","id":"c-000001"}]}"""));
        await call("GET", "api/contacts?limit=none", null);
        await call("GET", "sandbox/ledger?after=2", null);
        await call("POST", "sandbox/faults", JsonNode.Parse("""{"match":{"method":"GET"},"fault":{"kind":"status","status":429,"headers":{"Retry-After":"3"},"body":{"slow":"down"}}}"""));
        await call("GET", "api/contacts", null);
        await call("GET", "sandbox/faults", null);
        note("done");
    }

    private static async Task ShopScriptAsync(Func<string, string, JsonNode?, Task> call, Action<int> advance, Action<string> note)
    {
        await call("POST", "api/v1/customers", JsonNode.Parse("""{"email":" Ada@Example.org","phone":"030 123456","billing":{"city":"Berlin","country":"DE"}}"""));
        await call("POST", "api/v1/customers", JsonNode.Parse("""{"email":"ADA@example.org"}"""));
        await call("POST", "api/v1/customers", JsonNode.Parse("""{"email":"eve@example.org","shoe_size":"38"}"""));
        advance(1500);
        await call("PUT", "api/v1/customers/1001", JsonNode.Parse("""{"billing":{"zip":"10115"}}"""));
        await call("GET", "api/v1/customers?per_page=1&updated_since=2026-03-01T09:00:00Z", null);
        await call("DELETE", "api/v1/customers/1001", null);
        await call("GET", "api/v1/customers/1001", null);
        await call("GET", "sandbox/records/customers", null);
        await call("GET", "sandbox/nothing", null);
        note("done");
    }

    private static async Task ErpScriptAsync(Func<string, string, JsonNode?, Task> call, Action<int> advance, Action<string> note)
    {
        await call("POST", "odata/Partners", JsonNode.Parse("""{"Name1":"  Ada ","ExternalId":"h1"}"""));
        await call("POST", "odata/Partners", JsonNode.Parse("""{"Name1":"Eve","ExternalId":"h1"}"""));
        await call("POST", "odata/Partners", JsonNode.Parse("""{"Name1":"Bob"}"""));
        await call("PATCH", "odata/Partners('P000001')", JsonNode.Parse("""{"City":"Bonn"}"""));
        await call("PATCH", "odata/Partners('P000001')", JsonNode.Parse("""{"City":"Köln"}"""));
        await call("DELETE", "odata/Partners('P000001')", null);
        await call("GET", "odata/Partners?$top=1&$filter=ChangedAt%20ge%202026-03-01T09:00:00Z", null);
        await call("GET", "odata/Partners?$filter=ExternalId%20eq%20'h1'", null);
        await call("GET", "odata/Partners?$filter=startswith(Name1,'A')", null);
        await call("GET", "odata/Partners", null);
        advance(1000);
        await call("GET", "odata/Partners('P000009')", null);
        note("done");
    }
}
