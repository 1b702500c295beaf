using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>Fault rules as JSON: <c>{"match": {method, pathPrefix, recordSet, nth, times, probability}, "fault": {kind, status, headers,
/// body, delaySeconds}}</c>, the names as in <see cref="FaultMatch"/> and <see cref="Fault"/>.</summary>
internal static class FaultJson
{
    /// <exception cref="BadRequestException">The rule cannot be read.</exception>
    public static FaultRule Read(JsonObject rule)
    {
        var match = Part(rule, "match", required: false, "method", "pathPrefix", "recordSet", "nth", "times", "probability");
        var fault = Part(rule, "fault", required: true, "kind", "status", "headers", "body", "delaySeconds");
        try
        {
            return new FaultRule(ReadMatch(match), ReadFault(fault));
        }
        catch (Exception problem) when (problem is InvalidOperationException or FormatException)
        {
            throw new BadRequestException("A property of the rule has a value of the wrong kind.");
        }
    }

    public static JsonObject Write(FaultRuleState state)
    {
        var (match, fault) = state.Rule;
        return new JsonObject
        {
            ["match"] = new JsonObject
            {
                ["method"] = match.Method,
                ["pathPrefix"] = match.PathPrefix,
                ["recordSet"] = match.RecordSet,
                ["nth"] = match.Nth,
                ["times"] = match.Times,
                ["probability"] = match.Probability,
            },
            ["fault"] = new JsonObject
            {
                ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(fault.Kind.ToString()),
                ["status"] = fault.Status,
                ["headers"] = new JsonObject(fault.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
                ["body"] = fault.Body,
                ["delaySeconds"] = fault.Delay.TotalSeconds,
            },
            ["matched"] = state.Matched,
            ["fired"] = state.Fired,
        };
    }

    public static string? Text(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static FaultMatch ReadMatch(JsonObject match) => new()
    {
        Method = Text(match, "method"),
        PathPrefix = Text(match, "pathPrefix"),
        RecordSet = Text(match, "recordSet"),
        Nth = match["nth"]?.GetValue<int>() ?? 1,
        // Named but null means without end; not named means once.
        Times = match.ContainsKey("times") ? match["times"]?.GetValue<int>() : 1,
        Probability = match["probability"]?.GetValue<double>() ?? 1,
    };

    private static Fault ReadFault(JsonObject fault)
    {
        if (!Enum.TryParse<FaultKind>(Text(fault, "kind"), ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            throw new BadRequestException($"'kind' must be one of {KindNames()}.");
        var read = new Fault(kind)
        {
            Headers = (fault["headers"] as JsonObject ?? [])
                .ToDictionary(header => header.Key, header => header.Value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase),
            Body = fault["body"] is JsonValue text ? text.ToString() : fault["body"]?.ToJsonString(),
        };
        if (fault["status"] is { } status)
            read = read with { Status = status.GetValue<int>() };
        return fault["delaySeconds"] is { } seconds ? read with { Delay = TimeSpan.FromSeconds(seconds.GetValue<double>()) } : read;
    }

    private static string KindNames() => string.Join(", ", Enum.GetNames<FaultKind>().Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static JsonObject Part(JsonObject rule, string name, bool required, params string[] known)
    {
        if (rule[name] is not JsonObject part)
            return required || rule[name] is not null ? throw new BadRequestException($"'{name}' must be an object.") : [];
        return part.FirstOrDefault(property => !known.Contains(property.Key, StringComparer.Ordinal)) is { Key: { } unknown }
            ? throw new BadRequestException($"'{name}' has no property '{unknown}', only {string.Join(", ", known)}.")
            : part;
    }
}
