using System.Globalization;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>An ERP in the manner of OData: basic authentication, <c>$filter</c>, <c>$skiptoken</c>, updates only with a fresh
/// <c>If-Match</c>, no deletes (partners are blocked), empty texts instead of nulls, names cut without a word. The README describes
/// its requests.</summary>
public sealed class ErpSandbox : SandboxSite
{
    /// <summary>The user and password of basic authentication.</summary>
    public const string User = "hub", Password = "erp-sandbox-password";

    private const int PageSize = 500;
    private readonly int? callsPerSecond;
    private DateTimeOffset second;
    private int callsInSecond;

    /// <param name="clock">The only clock.</param>
    /// <param name="seed">For chances in the script of faults.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="callsPerSecond">Calls beyond that in one second of the clock are answered 429. Null, the default, sets no
    /// limit.</param>
    /// <param name="name">In addresses and populations.</param>
    public ErpSandbox(TimeProvider clock, int seed, SandboxSystemOptions? options = null, int? callsPerSecond = null, string name = "erp")
        : base(new SandboxSystem(name, clock, seed, [ErpRecordSets.Partners], options))
        => this.callsPerSecond = callsPerSecond;

    internal override PartyFields Party => ErpRecordSets.Party;

    private protected override string? RecordSetOf(SandboxRequest request) =>
        request.Segments is ["odata", var entity] && (entity == "Partners" || KeyIn(entity) is not null) ? "Partners" : null;

    private protected override string? KeyOf(SandboxRequest request) => request.Segments is ["odata", var entity] ? KeyIn(entity) : null;

    private protected override string? CallerOf(SandboxRequest request) => BasicCredentials.Read(request) == (User, Password) ? User : null;

    private protected override SandboxResponse Route(SandboxRequest request, Call call)
    {
        if (IsBeyondLimit())
            return Problem(429, "TooManyRequests", $"No more than {callsPerSecond} calls a second.", ("Retry-After", "1"));
        return (request.Method, request.Segments, KeyOf(request)) switch
        {
            ("GET", ["odata", "Partners"], _) => List(request, call),
            ("POST", ["odata", "Partners"], _) => Answer(System.Create("Partners", request.Json(), call.Origin), created: true),
            ("GET", _, { } key) => System.Get("Partners", key) is { } record ? Shown(200, record) : NotFound(),
            ("PATCH", _, { } key) => Patch(request, key, call),
            ("DELETE", _, not null) =>
                Problem(405, "MethodNotAllowed", "Partners are not deleted. Set Blocked to 'X'.", ("Allow", "GET, PATCH")),
            _ => NotFound(),
        };
    }

    private protected override SandboxResponse Problem(int status, string code, string message, params (string, string)[] headers) =>
        SandboxResponse.Json(status, ErrorBody(code, message), headers);

    private static string? KeyIn(string entity) =>
        entity.StartsWith("Partners('", StringComparison.Ordinal) && entity.EndsWith("')", StringComparison.Ordinal)
            ? entity[10..^2]
            : null;

    private bool IsBeyondLimit()
    {
        var now = SandboxTime.Cut(System.Now, TimeSpan.FromSeconds(1));
        (second, callsInSecond) = (now, now == second ? callsInSecond + 1 : 1);
        return callsInSecond > callsPerSecond;
    }

    private SandboxResponse List(SandboxRequest request, Call call)
    {
        var filter = ODataFilter.Parse(request.Parameter("$filter"));
        var token = request.Parameter("$skiptoken");
        var page = System.List("Partners", new RecordQuery
        {
            Where = filter.Matches,
            After = token is { Length: > 0 } ? ReadToken(token) : null,
            Limit = request.Count("$top", 100, PageSize),
        });
        var answer = new JsonObject
        {
            ["value"] = call.EmptiesPage ? [] : new JsonArray([.. page.Records.Select(ErpRecordSets.Partners.Render)]),
        };
        if (call.RepeatsPage)
            answer["@odata.nextLink"] = NextLink(request, token ?? "");
        else if (page.More)
            answer["@odata.nextLink"] = NextLink(request, $"{page.Records[^1].Modified.UtcTicks}-{page.Records[^1].Number}");
        return SandboxResponse.Json(200, answer);
    }

    private static string NextLink(SandboxRequest request, string token)
    {
        var query = request.Query.Where(pair => pair.Key != "$skiptoken").Append(KeyValuePair.Create("$skiptoken", token));
        var text = string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        return $"{new Uri(request.BaseAddress, "odata/Partners")}?{text}";
    }

    private static (DateTimeOffset Modified, long Number) ReadToken(string token) =>
        token.Split('-') is [var ticks, var number]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var modified)
        && modified <= DateTimeOffset.MaxValue.UtcTicks
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? (new DateTimeOffset(modified, TimeSpan.Zero), last)
            : throw new BadRequestException("'$skiptoken' must come from a nextLink.");

    private SandboxResponse Patch(SandboxRequest request, string key, Call call) => request.Header("If-Match") is { } tag
        ? Answer(System.Update("Partners", key, request.Json(), call.Origin, EntityTag.Version(tag)), created: false)
        : Problem(428, "PreconditionRequired", "Send If-Match with the @odata.etag that was read.");

    private SandboxResponse Answer(WriteResult result, bool created) => result.Status switch
    {
        WriteStatus.Created or WriteStatus.Updated => Shown(created ? 201 : 200, result.Record!),
        WriteStatus.Stale => Problem(412, "PreconditionFailed", "The partner has changed since. Read it again."),
        WriteStatus.Locked => Problem(423, "Locked", "Somebody has the partner open. Try again later."),
        WriteStatus.Duplicate => Duplicate(result),
        WriteStatus.Invalid => Invalid(result.Errors),
        _ => NotFound(),
    };

    private static SandboxResponse Duplicate(WriteResult result)
    {
        var body = ErrorBody("Duplicate", "Another partner has this value.");
        body["error"]!["target"] = result.DuplicateField;
        body["error"]!["existing"] = result.ExistingKey;
        return SandboxResponse.Json(409, body);
    }

    private static SandboxResponse Invalid(IReadOnlyList<FieldError> errors)
    {
        var body = ErrorBody("Invalid", "Fields break rules.");
        body["error"]!["details"] = new JsonArray([.. errors.Select(error => new JsonObject
        {
            ["target"] = error.Field,
            ["code"] = error.Code,
            ["message"] = error.Message,
        })]);
        return SandboxResponse.Json(422, body);
    }

    private static JsonObject ErrorBody(string code, string message) =>
        new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };

    private static SandboxResponse Shown(int status, SandboxRecord record) =>
        SandboxResponse.Json(status, ErpRecordSets.Partners.Render(record), ("ETag", ErpRecordSets.Tag(record)));

    private SandboxResponse NotFound() => Problem(404, "NotFound", "There is no such partner or request.");
}
