using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Connectors.Http;
using IntegrationHub.UnitTests.Connectors.Rest;
using IntegrationHub.UnitTests.Sync;
using IntegrationHub.Web.Health;
using IntegrationHub.Web.Webhooks;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>S29 from the outside: signed calls over HTTP to the hub, whose source is a real connector.</summary>
public sealed class WebhookScenarios
{
    private const string Key = "c2VjcmV0LW9mLXRoZS1kb29y";

    private const string Mapping = """
        {
          "connector": "rest", "stream": "contacts", "entity": "customer", "key": "id", "modified": "modifiedAt", "correlation": "hubId",
          "fields": [
            { "canonical": "kind", "const": "person" },
            { "source": "given", "canonical": "name.given" },
            { "source": "email", "canonical": "emails[type=work].value" },
            { "source": "city", "canonical": "addresses[type=mailing].city" }
          ]
        }
        """;

    [Fact]
    public async Task S29_ASignedCallIsStoredBeforeItIsAnsweredAndTakenInOnce()
    {
        await using var door = await Door.OpenAsync("""{"signature":{"kind":"standard"},"record":"data"}""");

        Assert.Equal(HttpStatusCode.OK, await door.SendAsync("e1", Event("Paris", 2)));
        Assert.Equal(HttpStatusCode.OK, await door.SendAsync("e1", Event("Paris", 2)));
        // As after a crash between the answer and the work: nothing but the store is kept.
        await door.Hub.StartAsync();
        await door.TakeInAsync();
        Assert.Equal("Paris", Assert.Single(door.Target.Live)["city"]!.GetValue<string>());

        // A late call with an older version changes nothing; the record itself was asked.
        door.Shown = Row("Paris", 2);
        Assert.Equal(HttpStatusCode.OK, await door.SendAsync("e0", Event("Nice", 1)));
        await door.TakeInAsync();
        Assert.Equal("Paris", Assert.Single(door.Target.Live)["city"]!.GetValue<string>());
        Assert.Equal(2, await door.CountAsync("webhook events"));
        Assert.Equal(1, await door.CountAsync("webhook events repeated"));
    }

    [Fact]
    public async Task S29_ForgedAndReplayedCallsAreRefusedAndCounted()
    {
        await using var door = await Door.OpenAsync("""{"signature":{"kind":"standard"},"record":"data"}""");
        var now = door.Clock.GetUtcNow();

        Assert.Equal(HttpStatusCode.Unauthorized, await door.SendAsync("e1", Event("Forged", 9), key: "b3RoZXI="));
        Assert.Equal(HttpStatusCode.Unauthorized, await door.SendAsync("e1", Event("Unsigned", 9), signature: ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await door.SendAsync("e1", Event("Old", 9), now.AddMinutes(-6)));
        Assert.Equal(HttpStatusCode.Unauthorized, await door.SendAsync("e1", Event("Future", 9), now.AddMinutes(6)));
        // Signed for one body, sent with another.
        var stolen = Door.Sign("e1", now, Event("Paris", 2), Key);
        Assert.Equal(HttpStatusCode.Unauthorized, await door.SendAsync("e1", Event("Rome", 2), now, signature: stolen));
        Assert.Equal(HttpStatusCode.BadRequest, await door.SendAsync("e2", """{"data":{"given":"No key"}}"""));
        Assert.Equal(HttpStatusCode.NotFound, await door.SendAsync("e2", Event("Paris", 2), path: "/webhooks/crm/orders"));
        Assert.Equal(HttpStatusCode.NotFound, await door.SendAsync("e2", Event("Paris", 2), path: "/webhooks/crm"));

        await door.TakeInAsync();
        Assert.Equal("London", Assert.Single(door.Target.Live)["city"]!.GetValue<string>());
        Assert.Equal((3, 2, 1), (await door.CountAsync("webhook forged"), await door.CountAsync("webhook stale"), await door.CountAsync("webhook malformed")));
        Assert.Equal(6, (await door.Hub.Store.ListAuditAsync(new() { Action = "webhook.refused" }, null, 100, default)).Count);
    }

    [Theory]
    [InlineData("""{"kind":"hmac","header":"X-Shop-Hmac"}""", "X-Shop-Hmac", "", false)]
    [InlineData("""{"kind":"hmac","header":"X-Hub-Signature-256","encoding":"hex","prefix":"sha256="}""", "X-Hub-Signature-256", "sha256=", true)]
    public async Task S29_VendorsThatSignTheBodyAreDescribedAndEventsMayOnlyNameRecords(string signature, string header, string prefix, bool isHex)
    {
        await using var door = await Door.OpenAsync($$"""{"signature":{{signature}},"events":"","id":"eventId","key":"objectId"}""");
        door.Shown = Row("Paris", 2);
        var body = """[{"eventId":100,"objectId":7,"change":"update"},{"eventId":101,"objectId":7,"change":"update"}]""";
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes($"whsec_{Key}"), Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.OK, await door.PostAsync(body, (header, prefix + (isHex ? Convert.ToHexStringLower(hash) : Convert.ToBase64String(hash)))));
        Assert.Equal(HttpStatusCode.Unauthorized, await door.PostAsync(body.Replace("7", "8", StringComparison.Ordinal), (header, prefix + Convert.ToBase64String(hash))));
        var lookUps = door.LookUps;
        await door.TakeInAsync();

        Assert.Equal("Paris", Assert.Single(door.Target.Live)["city"]!.GetValue<string>());
        Assert.Equal(1, door.LookUps - lookUps);
    }

    private static string Row(string city, int hour) => $$"""{"id":"7","given":"Ada","email":"ada@example.org","city":"{{city}}","modifiedAt":"2026-02-01T0{{hour}}:00:00Z"}""";

    private static string Event(string city, int hour) => $$"""{"type":"contact.updated","data":{{Row(city, hour)}}}""";

    /// <summary>A hub with one listening stream, its web door, and the system behind it.</summary>
    private sealed class Door : IAsyncDisposable
    {
        private RestHarness rest = null!;
        private HealthSite site = null!;
        private HttpClient client = null!;

        public HubHarness Hub { get; } = new();

        public TimeProvider Clock => Hub.Clock;

        public MemorySystem Target { get; private set; } = null!;

        public string Shown { get; set; } = Row("London", 1);

        public int LookUps { get; private set; }

        public static async Task<Door> OpenAsync(string webhook)
        {
            var door = new Door();
            var description = """{"streams":{"contacts":{"lookup":{"byKey":{"path":"/c/{key}"}},"read":{"path":"/c","records":""},"webhook":""" + webhook + "}}}";
            door.rest = await RestHarness.StartAsync(description, (context, request) =>
            {
                door.LookUps += request.Path == "/c/7" ? 1 : 0;
                return context.JsonAsync(request.Path == "/c/7" ? door.Shown : $"[{door.Shown}]");
            }, credentials: $$"""{"webhookSecret":"whsec_{{Key}}"}""", clock: door.Hub.Clock);
            door.Target = door.Hub.Add("b");
            door.Hub.Add(new("crm", "contacts"), door.rest.Connector, HubHarness.Compile(Mapping), Rights.None);
            await door.Hub.SyncAsync();
            door.site = await HealthSite.StartAsync(["http://127.0.0.1:0"], new WellHealth(), new WebhookDoor(door.Hub.Context.Settings, door.Hub.Way), CancellationToken.None);
            door.client = new() { BaseAddress = new(door.site.Addresses.Single()) };
            return door;
        }

        public static string Sign(string id, DateTimeOffset at, string body, string key) => "v1," + Convert.ToBase64String(
            HMACSHA256.HashData(Convert.FromBase64String(key), Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds()}.{body}")));

        public Task<HttpStatusCode> SendAsync(
            string id, string body, DateTimeOffset? at = null, string key = Key, string? signature = null, string path = "/webhooks/crm/contacts")
        {
            var sent = at ?? Clock.GetUtcNow();
            return PostAsync(body, path, ("webhook-id", id), ("webhook-timestamp", sent.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
                ("webhook-signature", signature ?? Sign(id, sent, body, key)));
        }

        public Task<HttpStatusCode> PostAsync(string body, (string Name, string Value) header) => PostAsync(body, "/webhooks/crm/contacts", header);

        public async Task TakeInAsync()
        {
            await Hub.Way.TakeInAsync(Hub.Stream("crm"), CancellationToken.None);
            await Hub.Way.RunUntilIdleAsync(CancellationToken.None);
        }

        public async Task<long> CountAsync(string name) =>
            (await Hub.Store.ListTalliesAsync(null, default)).Where(tally => tally.Name == name).Sum(static tally => tally.Count);

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await site.DisposeAsync();
            await rest.DisposeAsync();
            await Hub.DisposeAsync();
        }

        private async Task<HttpStatusCode> PostAsync(string body, string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }

        private sealed class WellHealth : IHubHealth
        {
            public IReadOnlyList<HealthFinding> Live() => [];

            public ValueTask<IReadOnlyList<HealthFinding>> ReadyAsync(CancellationToken cancellationToken) => new([]);
        }
    }
}
