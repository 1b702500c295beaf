using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>What an outside witness may see and do under <c>/sandbox</c>: read ledger and state, act as a user, write the script of
/// faults. Asks for no credentials; the doors are local.</summary>
internal sealed class AdminRoutes(SandboxSite site)
{
    public SandboxResponse Answer(SandboxRequest request) => (request.Method, request.Segments) switch
    {
        ("GET", ["sandbox", "ledger"]) => Ledger(request),
        ("GET", ["sandbox", "records", var recordSet]) when site.System.RecordSets.Contains(recordSet) => Records(recordSet),
        ("POST", ["sandbox", "edit"]) => Edit(request.Json()),
        ("GET", ["sandbox", "faults"]) => SandboxResponse.Json(200, new JsonArray([.. site.Faults.Rules.Select(FaultJson.Write)])),
        ("POST", ["sandbox", "faults"]) => AddFault(request.Json()),
        ("DELETE", ["sandbox", "faults"]) => ClearFaults(),
        _ => Problem(404, "Here are /sandbox/ledger and /sandbox/records/{set} (GET), /sandbox/edit (POST), /sandbox/faults (GET, POST, DELETE)."),
    };

    private SandboxResponse Ledger(SandboxRequest request)
    {
        if (!long.TryParse(request.Parameter("after") ?? "0", out var after))
            throw new BadRequestException("'after' must be a sequence number.");
        var entries = site.System.LedgerAfter(after).Select(entry => entry.ToJson());
        return SandboxResponse.Json(200, new JsonObject { ["entries"] = new JsonArray([.. entries]) });
    }

    private SandboxResponse Records(string recordSet)
    {
        var render = site.System.Definition(recordSet).Render;
        return SandboxResponse.Json(200, new JsonObject { ["records"] = new JsonArray([.. site.System.All(recordSet).Select(render)]) });
    }

    /// <summary>{"recordSet", "op": "create|edit|delete", "key", "fields"}, the fields as the system shows them.</summary>
    private SandboxResponse Edit(JsonObject wanted)
    {
        var recordSet = FaultJson.Text(wanted, "recordSet") ?? site.Party.RecordSet;
        if (!site.System.RecordSets.Contains(recordSet))
            return Problem(404, $"There is no record set '{recordSet}', only {string.Join(", ", site.System.RecordSets)}.");
        var key = FaultJson.Text(wanted, "key") ?? "";
        var fields = DottedFields.Flatten(wanted["fields"] as JsonObject ?? [], site.System.Definition(recordSet));
        var result = FaultJson.Text(wanted, "op") switch
        {
            "create" => site.System.CreateAsUser(recordSet, fields),
            null or "edit" => site.System.EditAsUser(recordSet, key, fields),
            "delete" => site.System.DeleteAsUser(recordSet, key),
            _ => throw new BadRequestException("'op' must be create, edit or delete."),
        };
        var status = result.Status switch
        {
            WriteStatus.Created => 201,
            WriteStatus.Updated or WriteStatus.Deleted => 200,
            WriteStatus.NotFound or WriteStatus.Gone => 404,
            WriteStatus.Duplicate => 409,
            _ => 422,
        };
        return SandboxResponse.Json(status, new JsonObject
        {
            ["status"] = JsonNamingPolicy.CamelCase.ConvertName(result.Status.ToString()),
            ["key"] = result.Record?.Key ?? result.ExistingKey,
            ["errors"] = new JsonArray([.. result.Errors.Select(error => (JsonNode)$"{error.Field}: {error.Code}")]),
        });
    }

    private SandboxResponse AddFault(JsonObject rule)
    {
        site.Faults.Add(FaultJson.Read(rule));
        return SandboxResponse.Json(201, FaultJson.Write(site.Faults.Rules[^1]));
    }

    private SandboxResponse ClearFaults()
    {
        site.Faults.Clear();
        return new SandboxResponse(204);
    }

    private static SandboxResponse Problem(int status, string message) =>
        SandboxResponse.Json(status, new JsonObject { ["error"] = message });
}
