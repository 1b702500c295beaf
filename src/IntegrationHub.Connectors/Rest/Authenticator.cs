using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Authorises requests. A token is fetched once for all who wait for it, and again when the system refuses it.</summary>
internal sealed class Authenticator(AuthOptions options, string connection, HttpClient http, TemplateValues values, TimeProvider clock)
{
    private static readonly TimeSpan EarlyBy = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private Token? current;
    private TaskCompletionSource<Token>? pending;

    /// <summary>Whether a refused token can be replaced.</summary>
    public bool CanRefresh => options.Kind is AuthKind.Oauth2 or AuthKind.Token;

    /// <summary>Puts the authorisation on a request; for a token also where to send it.</summary>
    /// <returns>The token that was used; null when there is none.</returns>
    public async Task<Token?> AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        switch (options.Kind)
        {
            case AuthKind.ApiKey when options.Query is null:
                Put(request, options.Header ?? "Authorization", options.Scheme, Fill(options.Value ?? "{credentials}"));
                break;
            case AuthKind.Basic:
                var pair = $"{Fill(options.User ?? "{credentials.user}")}:{Fill(options.Password ?? "{credentials.password}")}";
                Put(request, options.Header ?? "Authorization", "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pair)));
                break;
            case AuthKind.Bearer:
                Put(request, options.Header ?? "Authorization", options.Scheme ?? "Bearer", Fill(options.Value ?? "{credentials}"));
                break;
            case AuthKind.Oauth2 or AuthKind.Token:
                var token = await TokenAsync(cancellationToken);
                Put(request, options.Header ?? "Authorization", options.Scheme ?? "Bearer", token.Value);
                return token;
            default:
                break;
        }

        return null;
    }

    /// <summary>The query parameter that carries the key, when one does.</summary>
    public (string Name, string Value)? QueryKey() =>
        options is { Kind: AuthKind.ApiKey, Query: { } name } ? (name, Fill(options.Value ?? "{credentials}")) : null;

    /// <summary>The system refused a token: the next request fetches another, unless someone has already.</summary>
    public void Forget(Token? refused)
    {
        lock (gate)
        {
            if (ReferenceEquals(current, refused))
                current = null;
        }
    }

    /// <summary>The token at hand, or a new one. Who comes while it is fetched waits for the same.</summary>
    public async Task<Token> TokenAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<Token> awaited;
        var isMine = false;
        lock (gate)
        {
            if (current is { } valid && (valid.Ends is null || valid.Ends > clock.GetUtcNow()))
                return valid;
            if (pending is null)
            {
                pending = new();
                isMine = true;
            }

            awaited = pending;
        }

        if (isMine)
            await FetchIntoAsync(awaited);
        return await awaited.Task.WaitAsync(cancellationToken);
    }

    // Not cancelled with the one who happened to come first: others wait for it too. The client's own timeout ends it.
    private async Task FetchIntoAsync(TaskCompletionSource<Token> awaited)
    {
        Token? token = null;
        Exception? failure = null;
        try
        {
            token = await FetchAsync();
        }
        catch (ConnectorException known)
        {
            failure = known;
        }
        catch (Exception lost) when (RestClient.IsLost(lost))
        {
            failure = new ConnectorException(FailureKind.Transient, "rest.auth.lost",
                $"{connection}: the token endpoint did not answer. The hub tries again by itself.", lost);
        }
        catch (Exception other)
        {
            failure = other;
        }

        lock (gate)
        {
            current = token;
            pending = null;
        }

        if (token is not null)
            awaited.TrySetResult(token);
        else
            awaited.TrySetException(failure!);
    }

    private async Task<Token> FetchAsync()
    {
        var address = Fill(options.TokenUrl ?? throw Refused("the description names no tokenUrl"));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = TokenBody() };
        request.Options.Set(HubRequest.Idempotent, true);
        if (options is { Kind: AuthKind.Oauth2, ClientBasic: true })
            Put(request, "Authorization", "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{ClientId()}:{ClientSecret()}")));
        using var response = await http.SendAsync(request, CancellationToken.None);
        var status = (int)response.StatusCode;
        if (status >= 500)
            throw new ConnectorException(FailureKind.Transient, "rest.auth.unavailable",
                $"{connection}: the token endpoint answered with HTTP {status}. The hub tries again by itself.");
        return Read(await response.Content.ReadAsByteArrayAsync(), status);
    }

    private Token Read(byte[] bytes, int status)
    {
        JsonElement answer;
        try
        {
            answer = JsonDocument.Parse(bytes).RootElement;
        }
        catch (JsonException)
        {
            throw Refused($"the token endpoint answered with HTTP {status} and something that is not JSON");
        }

        // Whatever stands there says that there is no token; only a harmless code of it is shown.
        var said = JsonPath.Text(answer, options.ErrorPath ?? "error");
        var error = string.IsNullOrEmpty(said) ? null : VendorText.Code(said) ?? "not shown";
        var token = JsonPath.Text(answer, options.TokenPath ?? "access_token");
        if (status >= 400 || error is not null || string.IsNullOrEmpty(token))
            throw Refused($"the token endpoint answered with HTTP {status}{(error is null ? "" : $", error {error}")}");
        var life = JsonPath.Number(answer, options.ExpiresPath ?? "expires_in");
        // A minute early, but never more than half of a short life: a token must be usable at all.
        var ends = life is > 0 ? clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Max(life.Value - EarlyBy.TotalSeconds, life.Value / 2)) : (DateTimeOffset?)null;
        return new(token, ends, options.BaseUrlPath is { } path ? JsonPath.Text(answer, path) : null);
    }

    private HttpContent TokenBody()
    {
        var body = options.Body is { } template ? Template.Body(template, values) as JsonObject : null;
        if (options.Kind == AuthKind.Token)
            return new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } };
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = options.Grant == GrantKind.RefreshToken ? "refresh_token" : "client_credentials",
        };
        if (!options.ClientBasic)
            (form["client_id"], form["client_secret"]) = (ClientId(), ClientSecret());
        if (options.Grant == GrantKind.RefreshToken)
            form["refresh_token"] = Fill("{credentials.refreshToken}");
        if (options.Scope is { } scope)
            form["scope"] = Fill(scope);
        foreach (var (name, value) in body ?? [])
            form[name] = value?.ToString() ?? "";
        return new FormUrlEncodedContent(form);
    }

    private string ClientId() => Fill(options.ClientId ?? "{credentials.clientId}");

    private string ClientSecret() => Fill(options.ClientSecret ?? "{credentials.clientSecret}");

    private string Fill(string template) => Template.Text(template, values, encode: false) ?? "";

    private ConnectorException Refused(string why) =>
        new(FailureKind.Blocked, "rest.auth", $"{connection}: no access token: {why}. Check the credentials, or authorise the connection again.");

    private static void Put(HttpRequestMessage request, string header, string? scheme, string value) =>
        RestClient.PutHeader(request, header, string.IsNullOrEmpty(scheme) ? value : $"{scheme} {value}");

    /// <summary>A token, when to replace it, and the base URL that came with it. Its text stays out of <c>ToString</c>.</summary>
    public sealed class Token(string value, DateTimeOffset? ends, string? baseUrl)
    {
        public string Value { get; } = value;

        public DateTimeOffset? Ends { get; } = ends;

        public string? BaseUrl { get; } = baseUrl;
    }
}
