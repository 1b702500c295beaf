using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.Sandbox;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Fixtures;
using IntegrationHub.UnitTests.Sync;

namespace IntegrationHub.UnitTests.Reconcile;

/// <summary>The demo's CRM and shop with their own descriptions and mappings, through the door without sockets, and a whole hub between them.</summary>
internal sealed class SandboxHub : IAsyncDisposable
{
    private readonly List<HttpClient> clients = [];

    public SandboxHub(int seed, int parties)
    {
        Crm = new CrmSandbox(Hub.Clock, seed);
        Shop = new ShopSandbox(Hub.Clock, seed);
        new PopulationGenerator(seed).Generate(parties, Hub.Clock.GetUtcNow()).LoadInto(Crm, Shop);
        Add(Crm, "contacts", $$"""{"clientId":"{{CrmSandbox.ClientId}}","clientSecret":"{{CrmSandbox.ClientSecret}}"}""", static stream => stream);
        Add(Shop, "customers", ShopSandbox.ApiKey, static stream => stream with
        {
            Filters =
            [
                new("people-with-email", Directions.Out,
                    [new("kind", new HashSet<string> { "person" }, null, null), new("emails[type=work].value", null, null, Exists: true)]),
            ],
        });
    }

    public HubHarness Hub { get; } = new();

    public CrmSandbox Crm { get; }

    public ShopSandbox Shop { get; }

    public async Task SettleAsync()
    {
        for (var round = 0; round < 4; round++)
        {
            await Hub.SyncAsync();
            Hub.Clock.Advance(TimeSpan.FromMinutes(2));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        foreach (var client in clients)
            client.Dispose();
    }

    private void Add(SandboxSite site, string stream, string credentials, Func<StreamSettings, StreamSettings> change)
    {
        var mapping = HubHarness.Compile(Repository.Read("mappings", $"demo-{site.Name}.{stream}.json"));
        var file = JsonNode.Parse(Repository.Read("src", "IntegrationHub.Hub", "templates", "demo", "connections", $"{site.Name}.json"))!;
        file["options"]!["baseUrl"] = $"http://{site.Name}.invalid";
        var client = new HttpClient(new SandboxHandler(site));
        clients.Add(client);
        var connector = new RestConnectorFactory(null).Create(new()
        {
            Connection = site.Name,
            Options = file["options"]!.Deserialize<JsonElement>(),
            Streams = new Dictionary<string, StreamSetup>(StringComparer.Ordinal)
            {
                [stream] = new(stream, JsonSerializer.SerializeToElement(new { }), mapping.Key, mapping.Modified, mapping.Deleted, mapping.Correlation),
            },
            Credentials = credentials,
            BaseFolder = ".",
            ConnectorFolder = ".",
            Http = client,
            Clock = Hub.Clock,
        });
        Hub.Add(new(site.Name, stream), connector, mapping, Rights.Create | Rights.Update, change);
    }
}
