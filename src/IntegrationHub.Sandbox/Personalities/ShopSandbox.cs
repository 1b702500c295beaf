using System.Globalization;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>A web shop: API key, page numbers with a <c>Link</c> header, unique e-mails, deletes without a trace, times in whole
/// seconds, no batches. Fields that it does not know it ignores. The README describes its requests.</summary>
public sealed class ShopSandbox : SandboxSite
{
    /// <summary>What the header <c>X-Api-Key</c> must hold.</summary>
    public const string ApiKey = "shop-sandbox-key";

    private const int PageSize = 100;
    private static readonly SandboxSystemOptions WholeSeconds = new() { TimeGrain = TimeSpan.FromSeconds(1) };

    /// <param name="clock">The only clock.</param>
    /// <param name="seed">For chances in the script of faults.</param>
    /// <param name="options">Null takes the defaults, with a time grain of one second.</param>
    /// <param name="name">In addresses and populations.</param>
    public ShopSandbox(TimeProvider clock, int seed, SandboxSystemOptions? options = null, string name = "shop")
        : base(new SandboxSystem(name, clock, seed, [ShopRecordSets.Customers], options ?? WholeSeconds))
    {
    }

    internal override PartyFields Party => ShopRecordSets.Party;

    private protected override string? RecordSetOf(SandboxRequest request) =>
        request.Segments is ["api", "v1", "customers", ..] ? "customers" : null;

    private protected override string? KeyOf(SandboxRequest request) =>
        request.Segments is ["api", "v1", "customers", var key] ? key : null;

    private protected override string? CallerOf(SandboxRequest request) => request.Header("X-Api-Key") == ApiKey ? "hub" : null;

    private protected override SandboxResponse Route(SandboxRequest request, Call call) => (request.Method, request.Segments) switch
    {
        ("GET", ["api", "v1", "customers"]) => List(request, call),
        ("POST", ["api", "v1", "customers"]) => Answer(System.Create("customers", Fields(request), call.Origin)),
        ("GET", ["api", "v1", "customers", var key]) => System.Get("customers", key) is { } record ? Shown(200, record) : NotFound(),
        ("PUT", ["api", "v1", "customers", var key]) => Answer(System.Update("customers", key, Fields(request), call.Origin)),
        ("DELETE", ["api", "v1", "customers", var key]) => Answer(System.Delete("customers", key, call.Origin)),
        _ => Problem(404, "not_found", "There is no such request."),
    };

    private protected override SandboxResponse Problem(int status, string code, string message, params (string, string)[] headers) =>
        SandboxResponse.Json(status, new JsonObject { ["code"] = code, ["message"] = message }, headers);

    // {"billing": {"city": …}} is the field "billing.city" of the model.
    private static JsonObject Fields(SandboxRequest request) => DottedFields.Flatten(request.Json(), ShopRecordSets.Customers);

    private SandboxResponse List(SandboxRequest request, Call call)
    {
        var number = request.Count("page", 1, max: 1_000_000);
        var size = request.Count("per_page", 50, PageSize);
        var (email, hubReference) = (request.Parameter("email"), request.Parameter("hub_ref"));
        var page = System.List("customers", new RecordQuery
        {
            ModifiedFrom = request.Time("updated_since"),
            Where = record => (email is null || string.Equals(record.Text("email"), email, StringComparison.OrdinalIgnoreCase))
                && (hubReference is null || record.Text("hub_ref") == hubReference),
            Skip = (number - 1) * size,
            Limit = size,
        });
        var headers = new List<(string, string)> { ("X-Total", page.Total.ToString(CultureInfo.InvariantCulture)) };
        if (call.RepeatsPage)
            headers.Add(("Link", Link(request, number)));
        else if (page.More)
            headers.Add(("Link", Link(request, number + 1)));
        var shown = call.EmptiesPage ? [] : new JsonArray([.. page.Records.Select(ShopRecordSets.Customers.Render)]);
        return SandboxResponse.Json(200, shown, [.. headers]);
    }

    private static string Link(SandboxRequest request, int page)
    {
        var query = request.Query.Where(pair => pair.Key != "page")
            .Append(KeyValuePair.Create("page", page.ToString(CultureInfo.InvariantCulture)));
        var text = string.Join('&', query.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        return $"<{new Uri(request.BaseAddress, "api/v1/customers")}?{text}>; rel=\"next\"";
    }

    private SandboxResponse Answer(WriteResult result) => result.Status switch
    {
        WriteStatus.Created => Shown(201, result.Record!),
        WriteStatus.Updated => Shown(200, result.Record!),
        WriteStatus.Deleted => new SandboxResponse(204),
        WriteStatus.Locked => Problem(423, "locked", "Somebody has the customer open. Try again later."),
        WriteStatus.Duplicate => SandboxResponse.Json(409, new JsonObject
        {
            ["code"] = result.DuplicateField + "_exists",
            ["message"] = "Another customer has this value.",
            ["existing_id"] = ShopRecordSets.NumberOf(result.ExistingKey!),
        }),
        WriteStatus.Invalid => SandboxResponse.Json(422, new JsonObject
        {
            ["code"] = "invalid",
            ["message"] = "Fields break rules.",
            ["errors"] = new JsonObject(result.Errors.DistinctBy(error => error.Field)
                .Select(error => KeyValuePair.Create(error.Field, (JsonNode?)error.Code))),
        }),
        _ => NotFound(),
    };

    private static SandboxResponse Shown(int status, SandboxRecord record) =>
        SandboxResponse.Json(status, ShopRecordSets.Customers.Render(record));

    private SandboxResponse NotFound() => Problem(404, "not_found", "There is no such customer.");
}
