using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IntegrationHub.Connectors.Rest.Vocabulary;

/// <summary>The <c>rest</c> section: everything that a system's HTTP interface needs, as data. The descriptions are the schema's too.</summary>
internal sealed record RestOptions
{
    [Description("Where the paths start, such as https://{options.shop}.example.com/api. {options.x} is a value of the connection's options.")]
    public string? BaseUrl { get; init; }

    [Description("Headers of every request.")]
    public Dictionary<string, string> Headers { get; init; } = [];

    [Description("How requests are authorised. Default: not at all.")]
    public AuthOptions Auth { get; init; } = new();

    [Description("The streams by name. '*' describes what is the same for all of them; {stream} is the stream's name.")]
    public Dictionary<string, StreamOptions> Streams { get; init; } = [];

    [Description("What answers mean, first match wins; by status when none matches.")]
    public List<AnswerRule> Errors { get; init; } = [];

    [Description("How many calls the credential may make.")]
    public BudgetOptions? Budget { get; init; }

    [Description("Timeouts and retries of a call.")]
    public CallLimits? Limits { get; init; }

    [Description("The largest answer in bytes. Default 33554432.")]
    public int? MaxResponseBytes { get; init; }

    [Description("A cheap call that 'hub check' makes to see that address and credentials are right. Default: the first page of each stream.")]
    public CallOptions? Probe { get; init; }
}

internal sealed record StreamOptions
{
    [Description("A list of the system's field names, for {fields}: joined with commas in text, an array in a body.")]
    public List<string> Fields { get; init; } = [];

    [Description("Path of the record's version (ETag, row version); 'header:ETag' takes it from the answer to a look-up.")]
    public string? Version { get; init; }

    [Description("Path of the time at which the system made the record, so that a key that is used again is noticed.")]
    public string? Created { get; init; }

    [Description("Path of the key of the record that this one was merged into (Salesforce: MasterRecordId). A record that has one counts as merged, not as deleted.")]
    public string? MergedInto { get; init; }

    [Description("How a record says that it is deleted. Default: the field that the mapping names as deleted holds something other than false, 0, empty or null.")]
    public DeletedOptions? Deleted { get; init; }

    [Description("How the stream is read.")]
    public ReadOptions? Read { get; init; }

    [Description("How single records are found.")]
    public LookupOptions? Lookup { get; init; }

    [Description("How records are written.")]
    public WriteOptions? Write { get; init; }

    [Description("How long after a write a record may be missing from reads and look-ups, such as 00:00:30.")]
    public TimeSpan IndexLag { get; init; }
}

internal sealed record DeletedOptions
{
    [Description("Path of the mark.")]
    public required string Path { get; init; }

    [Description("The value that means deleted; without it anything other than false, 0, empty or null does.")]
    [JsonPropertyName("equals")]
    public JsonElement? Same { get; init; }

    [Description("Path of the key in a deleted entry when it differs (Dataverse: id).")]
    public string? Key { get; init; }
}

/// <summary>One request. Templates in path, query, headers and body: {key}, {since}, {cursor}, {credentials.x}, {options.x} and so on.</summary>
internal record CallOptions
{
    [Description("GET, POST, PUT, PATCH or DELETE.")]
    public string? Method { get; init; }

    [Description("Path after baseUrl, or a whole URL. Values in it are URL-encoded.")]
    public string? Path { get; init; }

    [Description("Query parameters. One whose template has no value (such as {cursor} on the first page) is left out.")]
    public Dictionary<string, string> Query { get; init; } = [];

    [Description("Further headers of this request.")]
    public Dictionary<string, string> Headers { get; init; } = [];

    [Description("The JSON body. A text that is one template takes the value's own type; a property '...' spreads an object into its parent.")]
    public JsonElement? Body { get; init; }

    [Description("Send the body's properties as a form instead of JSON. Default false.")]
    public bool Form { get; init; }

    [Description("Repeating this request is harmless, so it is retried when its answer is lost. Default: true for reading, false for writing.")]
    public bool? Idempotent { get; init; }
}

internal sealed record AuthOptions
{
    [Description("none, apiKey, basic, bearer, oauth2 or token.")]
    public AuthKind Kind { get; init; }

    [Description("Header that carries the key or token. Default Authorization.")]
    public string? Header { get; init; }

    [Description("apiKey: query parameter that carries the key instead of a header.")]
    public string? Query { get; init; }

    [Description("apiKey and bearer: the secret. Default {credentials}.")]
    public string? Value { get; init; }

    [Description("Word before the token. Default Bearer (apiKey: none).")]
    public string? Scheme { get; init; }

    [Description("basic: default {credentials.user}.")]
    public string? User { get; init; }

    [Description("basic: default {credentials.password}.")]
    public string? Password { get; init; }

    [Description("oauth2 and token: where tokens come from.")]
    public string? TokenUrl { get; init; }

    [Description("oauth2: clientCredentials or refreshToken. Default clientCredentials.")]
    public GrantKind Grant { get; init; }

    [Description("oauth2: the scope to ask for.")]
    public string? Scope { get; init; }

    [Description("oauth2: default {credentials.clientId}.")]
    public string? ClientId { get; init; }

    [Description("oauth2: default {credentials.clientSecret}.")]
    public string? ClientSecret { get; init; }

    [Description("oauth2: send client id and secret as basic authorisation instead of in the form.")]
    public bool ClientBasic { get; init; }

    [Description("token: the body of the token request; oauth2: more fields of its form.")]
    public JsonElement? Body { get; init; }

    [Description("Path of the token in the answer; empty when the answer is the token. Default access_token.")]
    public string? TokenPath { get; init; }

    [Description("Path of the token's life in seconds. Default expires_in; a token without it is used until the system refuses it.")]
    public string? ExpiresPath { get; init; }

    [Description("Path in the answer that names an error even when the status is 200 (Zoho: error). Default error.")]
    public string? ErrorPath { get; init; }

    [Description("Path in the answer of the base URL to use from then on (Salesforce: instance_url, Zoho: api_domain).")]
    public string? BaseUrlPath { get; init; }
}

internal enum AuthKind
{
    None,
    ApiKey,
    Basic,
    Bearer,
    Oauth2,
    Token,
}

internal enum GrantKind
{
    ClientCredentials,
    RefreshToken,
}
