using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace IntegrationHub.SystemTests.Fixtures;

/// <summary>What a running hub says of itself over HTTP.</summary>
internal sealed class HubHealth : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(20) };

    public HubHealth()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    /// <summary>A free address; the hub's configuration gets it as its own.</summary>
    public string Url { get; }

    /// <summary>Asks until the answer is as wanted.</summary>
    /// <param name="wanted">Given whether all is well, and the findings as text.</param>
    public async Task WaitUntilAsync(Func<bool, string, bool> wanted)
    {
        var last = "no answer";
        for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end; await Task.Delay(Pause))
        {
            if (await TryAskAsync() is not { } answer)
                continue;
            last = answer.ToString();
            if (wanted(answer.GetProperty("isWell").GetBoolean(), last))
                return;
        }

        Assert.Fail($"The hub's health did not become as expected. Last: {last}");
    }

    /// <summary>Asks until there is an answer, whether all is well or not.</summary>
    public async Task WaitUntilAnsweringAsync()
    {
        for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end; await Task.Delay(Pause))
        {
            if (await TryAskAsync() is not null)
                return;
        }

        Assert.Fail($"The hub did not answer within {Patience}.");
    }

    public void Dispose() => client.Dispose();

    private async Task<JsonElement?> TryAskAsync()
    {
        try
        {
            using var answer = await client.GetAsync($"{Url}/health/ready");
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
        catch (HttpRequestException)
        {
            // Not listening yet.
            return null;
        }
    }
}
