using System.Globalization;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>The CRM's requests under <c>/api/{set}</c>.</summary>
internal sealed class CrmRoutes(SandboxSystem system)
{
    private const int PageSize = 200, BatchSize = 200;

    /// <summary>Who calls, and the faults that concern a route.</summary>
    internal sealed record CrmCall(Origin Origin, bool EmptiesPage, bool RepeatsPage, bool BreaksBatch);

    public SandboxResponse Route(SandboxRequest request, string recordSet, CrmCall call) => (request.Method, request.Segments) switch
    {
        ("GET", [_, _]) => List(request, recordSet, call),
        ("POST", [_, _]) => Answer(recordSet, system.Create(recordSet, request.Json(), call.Origin)),
        ("POST", [_, _, "batch"]) => Batch(request, recordSet, call),
        ("PUT", [_, "contacts", "by-hub-id", var hubId]) => Answer(recordSet, Upsert(hubId, request.Json(), call.Origin, Version(request))),
        ("GET", [_, _, var key]) => system.Get(recordSet, key) is { } record ? Shown(200, recordSet, record) : NotFound(),
        ("PATCH", [_, _, var key]) => Answer(recordSet, system.Update(recordSet, key, request.Json(), call.Origin, Version(request))),
        ("DELETE", [_, _, var key]) => Answer(recordSet, system.Delete(recordSet, key, call.Origin, Version(request))),
        _ => Error(404, "not_found", "There is no such request."),
    };

    public static SandboxResponse Error(int status, string code, string message) =>
        SandboxResponse.Json(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });

    private SandboxResponse List(SandboxRequest request, string recordSet, CrmCall call)
    {
        var (since, afterKey) = Start(request);
        var hubId = request.Parameter("hubId");
        var parent = request.Parameter("contactId");
        var page = system.List(recordSet, new RecordQuery
        {
            ModifiedFrom = since,
            After = since is { } time && afterKey is not null ? (time, NumberOf(recordSet, afterKey)) : null,
            // A search for the hub's id wants the record to write to; a read for changes wants deletions too.
            Where = record => (hubId is null || (record.Text("hubId") == hubId && !record.Deleted))
                && (parent is null || record.Text("contactId") == parent),
            Limit = request.Count("limit", 100, PageSize),
        });
        var next = page.More ? $"{SandboxTime.Milliseconds(page.Records[^1].Modified)}|{page.Records[^1].Key}" : null;
        var render = system.Definition(recordSet).Render;
        return SandboxResponse.Json(200, new JsonObject
        {
            ["records"] = call.EmptiesPage ? [] : new JsonArray([.. page.Records.Select(render)]),
            ["next"] = call.RepeatsPage ? Cursor(since, afterKey) : next,
        });
    }

    // The page's own start; an empty text where it started at the beginning, for null would mean the end.
    private static string Cursor(DateTimeOffset? since, string? afterKey) =>
        since is { } time ? $"{SandboxTime.Milliseconds(time)}|{afterKey}" : "|";

    private static (DateTimeOffset? Since, string? AfterKey) Start(SandboxRequest request)
    {
        if (request.Parameter("cursor") is not { Length: > 0 } cursor)
            return (request.Time("modifiedSince"), request.Parameter("afterId"));
        if (cursor == "|")
            return (null, null);
        if (cursor.Split('|') is not [var time, var key] || !SandboxTime.TryParse(time, out var since))
            throw new BadRequestException("'cursor' must be the 'next' of an earlier answer.");
        return (since, key.Length == 0 ? null : key);
    }

    private long NumberOf(string recordSet, string key) =>
        long.TryParse(key.AsSpan(Math.Min(2, key.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && system.Definition(recordSet).KeyOf(number) == key
            ? number
            : throw new BadRequestException("'afterId' must be the id of a record.");

    private WriteResult Upsert(string hubId, JsonObject fields, Origin origin, long? version)
    {
        fields["hubId"] = hubId;
        return system.FindUnique("contacts", "hubId", hubId) is { } record
            ? system.Update("contacts", record.Key, fields, origin, version)
            : system.Create("contacts", fields, origin);
    }

    private SandboxResponse Batch(SandboxRequest request, string recordSet, CrmCall call)
    {
        if (request.Json()["items"] is not JsonArray { Count: <= BatchSize } items)
            throw new BadRequestException($"'items' must be an array of at most {BatchSize} items.");
        // All of them before the first is carried out: a refused request has no effect.
        if (!items.All(item => item is JsonObject))
            throw new BadRequestException("Every item must be an object.");
        var results = items
            .Select((item, index) => Item(recordSet, (JsonObject)item!, call, fails: call.BreaksBatch && index % 2 == 1))
            .ToArray();
        system.Random.Shuffle(results);
        return SandboxResponse.Json(207, new JsonObject { ["results"] = new JsonArray(results) });
    }

    private JsonNode Item(string recordSet, JsonObject wanted, CrmCall call, bool fails)
    {
        var (status, body) = fails
            ? (503, ErrorBody("temporarily_unavailable", "This item was not carried out. Send it again."))
            : Outcome(recordSet, Carry(recordSet, wanted, call.Origin));
        var result = new JsonObject { ["ref"] = wanted["ref"]?.DeepClone(), ["status"] = status };
        if (body is { } named && named.ContainsKey("error"))
            result["error"] = named["error"]?.DeepClone();
        else if (body is not null)
            (result["id"], result["record"]) = (body["id"]?.DeepClone(), body);
        return result;
    }

    private WriteResult Carry(string recordSet, JsonObject item, Origin origin)
    {
        var key = FaultJson.Text(item, "id") ?? "";
        var fields = item["fields"] as JsonObject ?? [];
        return FaultJson.Text(item, "op") switch
        {
            "create" => system.Create(recordSet, fields, origin),
            "update" => system.Update(recordSet, key, fields, origin),
            "delete" => system.Delete(recordSet, key, origin),
            "upsert" when recordSet == "contacts" && FaultJson.Text(fields, "hubId") is { Length: > 0 } hubId =>
                Upsert(hubId, fields, origin, version: null),
            "upsert" => Refused("hubId", "required", "An upsert goes by 'hubId' in the fields."),
            _ => Refused("op", "not_in_picklist", "'op' must be create, update, upsert or delete."),
        };
    }

    private static WriteResult Refused(string field, string code, string message) =>
        new(WriteStatus.Invalid) { Errors = [new FieldError(field, code, message)] };

    private SandboxResponse Answer(string recordSet, WriteResult result)
    {
        var (status, body) = Outcome(recordSet, result);
        return result switch
        {
            { Status: WriteStatus.Created or WriteStatus.Updated, Record: { } record } => Shown(status, recordSet, record),
            _ when body is not null => SandboxResponse.Json(status, body),
            _ => new SandboxResponse(status),
        };
    }

    private (int Status, JsonObject? Body) Outcome(string recordSet, WriteResult result) => result.Status switch
    {
        WriteStatus.Created => (201, system.Definition(recordSet).Render(result.Record!)),
        WriteStatus.Updated => (200, system.Definition(recordSet).Render(result.Record!)),
        WriteStatus.Deleted => (204, null),
        WriteStatus.Gone => (410, ErrorBody("gone", "The record is deleted.")),
        WriteStatus.Stale => (412, ErrorBody("stale", "The record has changed since. Read it again.")),
        WriteStatus.Locked => (423, ErrorBody("locked", "Somebody has the record open. Try again later.")),
        WriteStatus.Duplicate => (409, ErrorBody(
            "duplicate", "Another record has this value.", ("field", result.DuplicateField), ("existingId", result.ExistingKey))),
        WriteStatus.Invalid => (422, Invalid(result.Errors)),
        _ => (404, ErrorBody("not_found", "There is no such record.")),
    };

    private static JsonObject Invalid(IReadOnlyList<FieldError> errors)
    {
        var body = ErrorBody(errors[0].Code, errors[0].Message, ("field", errors[0].Field));
        body["error"]!["fields"] = new JsonArray([.. errors.Select(error => new JsonObject
        {
            ["field"] = error.Field,
            ["code"] = error.Code,
            ["message"] = error.Message,
        })]);
        return body;
    }

    private static JsonObject ErrorBody(string code, string message, params (string Name, string? Value)[] more)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        foreach (var (name, value) in more)
            error[name] = value;
        return new JsonObject { ["error"] = error };
    }

    private SandboxResponse Shown(int status, string recordSet, SandboxRecord record) =>
        SandboxResponse.Json(status, system.Definition(recordSet).Render(record), ("ETag", $"\"{record.Version}\""));

    private static long? Version(SandboxRequest request) => EntityTag.Version(request.Header("If-Match"));

    private static SandboxResponse NotFound() => Error(404, "not_found", "There is no such record.");
}

/// <summary>Entity tags that hold a version: <c>"5"</c> or <c>W/"5"</c>.</summary>
internal static class EntityTag
{
    /// <returns>Null without a tag or for <c>*</c>; a tag that was never handed out is a version that no record has.</returns>
    public static long? Version(string? tag) => tag switch
    {
        null or "*" => null,
        _ when long.TryParse(Bare(tag), NumberStyles.None, CultureInfo.InvariantCulture, out var version) => version,
        _ => -1,
    };

    private static string Bare(string tag) => tag.Replace("W/", "", StringComparison.Ordinal).Trim('"');
}
