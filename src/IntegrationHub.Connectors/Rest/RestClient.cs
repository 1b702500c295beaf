using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest.Vocabulary;
using Polly.Timeout;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Sends the requests that a description describes, and judges the answers.</summary>
internal sealed class RestClient
{
    private const int DepthMax = 4096;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RestOptions options;
    private readonly string connection;
    private readonly HttpClient http;
    private readonly AnswerRules rules;
    private readonly Authenticator authenticator;
    private readonly TimeProvider clock;

    public RestClient(RestOptions options, ConnectorSetup setup, TemplateValues values)
    {
        (this.options, connection, http, clock, Values) = (options, setup.Connection, setup.Http, setup.Clock, values);
        rules = new(options.Errors);
        authenticator = new(options.Auth, connection, http, values, setup.Clock, options.Auth.Grant == GrantKind.RefreshToken ? new(setup) : null);
    }

    private RestClient(RestClient other, TemplateValues values)
    {
        (options, connection, http, clock, Values) = (other.options, other.connection, other.http, other.clock, values);
        (rules, authenticator) = (other.rules, other.authenticator);
    }

    public TemplateValues Values { get; }

    public AnswerRules Rules => rules;

    /// <summary>The same client with a stream's own template values.</summary>
    public RestClient For(RestStream stream) => new(this, stream.Values(Values));

    /// <summary>Whether an exception means that the answer was lost, so that nobody knows what was applied.</summary>
    public static bool IsLost(Exception failure) => failure is HttpRequestException or IOException or TimeoutRejectedException or TimeoutException;

    /// <summary>Sends a request that changes nothing.</summary>
    /// <param name="link">An address to use instead of the call's own path and query; must lead to the same system.</param>
    /// <exception cref="ConnectorException">There is no answer, the system asked for fewer calls, or the credential is refused.</exception>
    public async Task<RestAnswer> ReadAsync(CallOptions call, TemplateValues values, string what, bool isBulk, Uri? link, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(call, values, new(call.Method ?? "GET", call.Idempotent ?? true, isBulk, link), [], what, cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new ConnectorException(FailureKind.Blocked, "rest.oversize", $"{connection}: {what}: {failure.Message}", failure);
        }
        catch (Exception failure) when (IsLost(failure))
        {
            throw new ConnectorException(FailureKind.Transient, "rest.lost",
                $"{connection}: {what} got no whole answer. The hub tries again by itself.", failure);
        }
    }

    /// <summary>Sends a request that changes something.</summary>
    /// <exception cref="ConnectorException">Nothing was applied.</exception>
    /// <remarks>Any other exception that <see cref="IsLost"/> names leaves it open what was applied.</remarks>
    public Task<RestAnswer> WriteAsync(
        CallOptions call, TemplateValues values, string method, bool isIdempotent, IReadOnlyList<(string Name, string Value)> headers, string what, CancellationToken cancellationToken) =>
        SendAsync(call, values, new(call.Method ?? method, isIdempotent, false, null), headers, what, cancellationToken);

    public static void PutHeader(HttpRequestMessage request, string name, string value)
    {
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ConnectorException(FailureKind.Rejected, "rest.header",
                $"The value for header {name} holds characters that a header cannot carry ({value.Length} characters). Check the credentials or the record's version.");
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private async Task<RestAnswer> SendAsync(
        CallOptions call, TemplateValues values, Manner manner, IReadOnlyList<(string Name, string Value)> headers, string what, CancellationToken cancellationToken)
    {
        for (var isRepeated = false; ; isRepeated = true)
        {
            using var request = new HttpRequestMessage { Method = new(manner.Method) };
            var token = await authenticator.AuthoriseAsync(request, cancellationToken);
            request.RequestUri = Address(call, values, manner.Link, token?.BaseUrl);
            Fill(request, call, values, headers);
            request.Options.Set(HubRequest.Idempotent, manner.IsIdempotent);
            request.Options.Set(HubRequest.Bulk, manner.IsBulk);

            var response = await http.SendAsync(request, cancellationToken);
            var answer = await ReadAnswerAsync(response, cancellationToken);
            var governor = request.Options.TryGetValue(HubRequest.Governor, out var shared) ? shared : null;
            LearnCost(answer, governor);
            switch (answer.Verdict.Meaning)
            {
                case AnswerMeaning.TokenExpired when authenticator.CanRefresh && !isRepeated:
                    authenticator.Forget(token);
                    continue;
                case AnswerMeaning.TokenExpired:
                    throw new ConnectorException(FailureKind.Blocked, "rest.auth",
                        $"{connection}: {what} was refused with HTTP {answer.Status}{Named(answer.Verdict)}: the credential does not hold. Check the credentials, or authorise the connection again.");
                case AnswerMeaning.Throttled:
                    throw Throttled(answer, what, governor, RetryAfter.Of(response, clock.GetUtcNow()));
                default:
                    return answer;
            }
        }
    }

    private async Task<RestAnswer> ReadAnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        JsonElement? body = null;
        if (bytes.Length > 0)
        {
            try
            {
                body = JsonDocument.Parse(WithoutMark(bytes), new JsonDocumentOptions { MaxDepth = DepthMax }).RootElement;
            }
            catch (JsonException)
            {
                // Judged by its status; who needs the body asks IsUnreadable.
            }
        }

        return new(response, bytes, body, rules.Judge((int)response.StatusCode, body, response), connection);
    }

    private Uri Address(CallOptions call, TemplateValues values, Uri? link, string? tokenBase)
    {
        var root = Template.Text(options.BaseUrl ?? tokenBase ?? "", values, encode: false) ?? "";
        if (tokenBase is not null && options.BaseUrl is not null && Uri.TryCreate(root, UriKind.Absolute, out var configured))
            root = tokenBase.TrimEnd('/') + configured.AbsolutePath;
        var path = Template.Text(call.Path ?? "", values, encode: true) ?? "";
        var isWhole = path.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || path.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        var text = isWhole ? path : path.Length == 0 ? root : $"{root.TrimEnd('/')}/{path.TrimStart('/')}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw VocabularyReader.Wrong(connection, "baseUrl is missing or not a web address. Set it to something like https://crm.example.com/api.");
        if (link is not null)
            return Trusted(link.IsAbsoluteUri ? link : new Uri(address, link), address);

        var query = call.Query.Select(parameter => (parameter.Key, Value: Template.Text(parameter.Value, values, encode: true)))
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={EncodeRest(parameter.Value!)}")
            .ToList();
        if (authenticator.QueryKey() is { } key)
            query.Add($"{Uri.EscapeDataString(key.Name)}={Uri.EscapeDataString(key.Value)}");
        return query.Count == 0 ? address : new Uri($"{text}{(text.Contains('?') ? '&' : '?')}{string.Join('&', query)}");
    }

    // A link comes from outside and the request carries the credential: it may not lead to somebody else.
    private Uri Trusted(Uri link, Uri address)
    {
        if (link.Authority != address.Authority || link.Scheme != address.Scheme)
            throw new ConnectorException(FailureKind.Blocked, "rest.link",
                $"{connection}: the link to the next page leads to {link.Scheme}://{link.Authority}, not to {address.Scheme}://{address.Authority}. It was not followed: check the base URL.");
        if (authenticator.QueryKey() is not { } key || link.Query.Contains($"{key.Name}=", StringComparison.Ordinal))
            return link;
        return new Uri($"{link.AbsoluteUri}{(link.Query.Length > 0 ? '&' : '?')}{Uri.EscapeDataString(key.Name)}={Uri.EscapeDataString(key.Value)}");
    }

    // What the description itself writes (a query language's blanks and quotes) is encoded where the values already are.
    private static string EncodeRest(string text) => text
        .Replace(" ", "%20", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal).Replace("&", "%26", StringComparison.Ordinal)
        .Replace("#", "%23", StringComparison.Ordinal).Replace("\"", "%22", StringComparison.Ordinal);

    private void Fill(HttpRequestMessage request, CallOptions call, TemplateValues values, IReadOnlyList<(string Name, string Value)> headers)
    {
        PutHeader(request, "Accept", "application/json");
        foreach (var (name, template) in options.Headers.Concat(call.Headers))
        {
            if (Template.Text(template, values, encode: false) is { } value)
                PutHeader(request, name, value);
        }

        foreach (var (name, value) in headers)
            PutHeader(request, name, value);
        if (call.Body is not { } body)
            return;
        var made = Template.Body(body, values);
        request.Content = call.Form
            ? new FormUrlEncodedContent((made as JsonObject ?? []).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.ToString() ?? "")))
            : new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(made, Readable)) { Headers = { ContentType = new("application/json") { CharSet = "utf-8" } } };
    }

    private void LearnCost(RestAnswer answer, RateGovernor? governor)
    {
        if (options.Budget?.Body is { } paths && governor is not null && answer.Body is { } body
            && JsonPath.Number(body, paths.Remaining) is { } left && JsonPath.Number(body, paths.Cost) is { } cost
            && JsonPath.Number(body, paths.RestorePerSecond) is > 0 and { } restored && left < cost)
        {
            governor.Pause(TimeSpan.FromSeconds((cost - left) / restored));
        }
    }

    private ConnectorException Throttled(RestAnswer answer, string what, RateGovernor? governor, TimeSpan? asked)
    {
        var wait = asked ?? answer.Verdict.Wait;
        wait = governor?.Pause(wait) ?? wait;
        return new(FailureKind.Transient, answer.Code,
            $"{connection}: {what} was refused with HTTP {answer.Status}{Named(answer.Verdict)}: too many calls. The hub goes on by itself.")
        {
            RetryAfter = wait,
            IsThrottled = true,
        };
    }

    private static string Named(Verdict verdict) => verdict.Code is { } code ? $" ({code})" : "";

    private static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) => bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsMemory(3) : bytes;

    private readonly record struct Manner(string Method, bool IsIdempotent, bool IsBulk, Uri? Link);
}
