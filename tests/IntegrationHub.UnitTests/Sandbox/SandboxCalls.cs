using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using IntegrationHub.Sandbox;

namespace IntegrationHub.UnitTests.Sandbox;

/// <summary>Short ways to call a sandbox.</summary>
internal static class SandboxCalls
{
    public static async Task<HttpClient> SignInAsync(this HttpClient client)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = CrmSandbox.ClientId,
            ["client_secret"] = CrmSandbox.ClientSecret,
        });
        using var answer = await client.PostAsync("oauth/token", form);
        var token = (string?)(await answer.JsonAsync())["access_token"];
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public static HttpClient WithShopKey(this HttpClient client)
    {
        client.DefaultRequestHeaders.Add("X-Api-Key", ShopSandbox.ApiKey);
        return client;
    }

    public static HttpClient WithErpPassword(this HttpClient client)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ErpSandbox.User}:{ErpSandbox.Password}"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", pair);
        return client;
    }

    public static Task<HttpResponseMessage> CallAsync(
        this HttpClient client, string method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request);
    }

    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage answer) =>
        (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    public static async Task<JsonObject> JsonAsync(this Task<HttpResponseMessage> calling) => await (await calling).JsonAsync();

    /// <summary>An item of a batch that creates the contact with this number.</summary>
    public static JsonNode CreateItem(int number) => new JsonObject
    {
        ["ref"] = $"{number}",
        ["op"] = "create",
        ["fields"] = new JsonObject { ["lastName"] = $"N{number}" },
    };
}
