using System.Text;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>A cloud CRM: OAuth2 client credentials, keyset paging, patches with optional <c>If-Match</c>, upsert by the hub's id,
/// batches with a result per item in any order, soft deletes, millisecond times. The README describes its requests.</summary>
public sealed class CrmSandbox : SandboxSite
{
    /// <summary>The client id and secret that <c>POST /oauth/token</c> takes.</summary>
    public const string ClientId = "hub", ClientSecret = "crm-sandbox-secret";

    /// <summary>How long a token holds: 1800 seconds.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private readonly CrmRoutes routes;

    /// <param name="clock">The only clock.</param>
    /// <param name="seed">For tokens, order of batch results and chances in the script of faults.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="name">In addresses and populations.</param>
    public CrmSandbox(TimeProvider clock, int seed, SandboxSystemOptions? options = null, string name = "crm")
        : base(new SandboxSystem(name, clock, seed, [CrmRecordSets.Contacts, CrmRecordSets.Addresses], options))
        => routes = new CrmRoutes(System);

    internal override PartyFields Party => CrmRecordSets.Party;

    private protected override string? RecordSetOf(SandboxRequest request) =>
        request.Segments is ["api", var recordSet, ..] && System.RecordSets.Contains(recordSet) ? recordSet : null;

    private protected override string? KeyOf(SandboxRequest request) => request.Segments switch
    {
        ["api", "contacts", "by-hub-id", var hubId] => System.FindUnique("contacts", "hubId", hubId)?.Key,
        ["api", _, var key] when key is not "batch" && request.Method is not "POST" => key,
        _ => null,
    };

    private protected override string? CallerOf(SandboxRequest request) =>
        request.Header("Authorization") is { } header
        && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && tokens.TryGetValue(header["Bearer ".Length..].Trim(), out var expires)
        && System.Now < expires ? ClientId : null;

    private protected override void ExpireTokens() => tokens.Clear();

    private protected override SandboxResponse? RouteOpen(SandboxRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/oauth/token") => Token(request),
        _ => null,
    };

    private protected override SandboxResponse Route(SandboxRequest request, Call call)
    {
        if (RecordSetOf(request) is not { } recordSet)
            return CrmRoutes.Error(404, "not_found", "There is no such path.");
        var breaksBatch = call.Fault is FaultKind.PartialBatch;
        return routes.Route(request, recordSet, new CrmRoutes.CrmCall(call.Origin, call.EmptiesPage, call.RepeatsPage, breaksBatch));
    }

    private protected override SandboxResponse Problem(int status, string code, string message, params (string, string)[] headers) =>
        CrmRoutes.Error(status, code, message);

    private SandboxResponse Token(SandboxRequest request)
    {
        var form = QueryText.Parse(request.Body ?? "");
        if (form.GetValueOrDefault("grant_type") != "client_credentials")
            return SandboxResponse.Json(400, new JsonObject { ["error"] = "unsupported_grant_type" });
        var (id, secret) = BasicCredentials.Read(request) ?? (form.GetValueOrDefault("client_id"), form.GetValueOrDefault("client_secret"));
        if (id != ClientId || secret != ClientSecret)
            return SandboxResponse.Json(401, new JsonObject { ["error"] = "invalid_client" });
        var bytes = new byte[16];
        System.Random.NextBytes(bytes);
        var token = Convert.ToHexStringLower(bytes);
        tokens[token] = System.Now + TokenLifetime;
        return SandboxResponse.Json(200, new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)TokenLifetime.TotalSeconds,
        });
    }
}

/// <summary>HTTP Basic, RFC 7617.</summary>
internal static class BasicCredentials
{
    public static (string? User, string? Password)? Read(SandboxRequest request)
    {
        if (request.Header("Authorization") is not { } header || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? (pair[..colon], pair[(colon + 1)..]) : null;
    }
}
