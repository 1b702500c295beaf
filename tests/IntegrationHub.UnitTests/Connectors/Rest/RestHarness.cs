using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.UnitTests.Connectors.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

/// <summary>A connector made of a description, against a real server on loopback.</summary>
internal sealed class RestHarness : IAsyncDisposable
{
    public const string Secret = "s3cr3t-T0ken";

    private readonly HubHttp http;

    private RestHarness(LoopbackServer server, string rest, StreamSetup stream, string? credentials, TimeProvider clock, Func<string, ValueTask>? save)
    {
        Server = server;
        http = new(clock, new Random(7));
        var options = JsonDocument.Parse($$"""{"baseUrl":"{{server.Address}}","rest":{{rest}}}""").RootElement;
        var factory = new RestConnectorFactory(null);
        Connector = factory.Create(new()
        {
            Connection = "crm",
            Options = options,
            Streams = new Dictionary<string, StreamSetup>(StringComparer.Ordinal) { [stream.Name] = stream },
            Credentials = credentials,
            SaveCredentials = save,
            BaseFolder = ".",
            ConnectorFolder = ".",
            Http = http.For("crm", "test", factory.SettingsFor(options) with { RetryDelay = TimeSpan.FromMilliseconds(1) }),
            Clock = clock,
        });
    }

    public LoopbackServer Server { get; }

    public IConnector Connector { get; }

    public ISourceConnector Source => (ISourceConnector)Connector;

    public ITargetConnector Target => (ITargetConnector)Connector;

    public static StreamSetup Stream(string? modified = "modifiedAt", string? deleted = null, string? correlation = "hubId", string options = "{}") =>
        new("contacts", JsonDocument.Parse(options).RootElement, "id", modified, deleted, correlation);

    public static async Task<RestHarness> StartAsync(
        string rest, Func<HttpContext, SeenRequest, Task> answer, StreamSetup? stream = null, string? credentials = Secret, TimeProvider? clock = null,
        Func<string, ValueTask>? save = null) =>
        new(await LoopbackServer.StartAsync(answer), rest, stream ?? Stream(), credentials, clock ?? TimeProvider.System, save);

    public async Task<List<SourcePage>> ReadAsync(Checkpoint? after = null)
    {
        var pages = new List<SourcePage>();
        await foreach (var page in Source.ReadAsync("contacts", after, CancellationToken.None))
            pages.Add(page);
        return pages;
    }

    public async Task<DeliveryResult> WriteAsync(Delivery delivery) =>
        Assert.Single(await Target.WriteAsync("contacts", [delivery], CancellationToken.None));

    public Task<IReadOnlyList<DeliveryResult>> WriteAsync(params Delivery[] batch) => Target.WriteAsync("contacts", batch, CancellationToken.None);

    public async Task<FoundRecord> FindAsync(string? key, string? correlation = null) =>
        Assert.Single(await Target.FindAsync("contacts", [new(key, correlation)], CancellationToken.None));

    public static Delivery Create(string id, string fields) =>
        new() { Id = id, Operation = DeliveryOperation.Create, Correlation = $"ih-{id}", Fields = Encoding.UTF8.GetBytes(fields) };

    public static Delivery Update(string id, string key, string fields, string? version = null, string expected = "") => new()
    {
        Id = id,
        Operation = DeliveryOperation.Update,
        Key = key,
        Correlation = $"ih-{id}",
        Fields = Encoding.UTF8.GetBytes(fields),
        Expected = Encoding.UTF8.GetBytes(expected),
        Version = version,
    };

    public static string Text(RawRecord? record) => Encoding.UTF8.GetString(record!.Payload.Span);

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        http.Dispose();
        await Server.DisposeAsync();
    }
}
