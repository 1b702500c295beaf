using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Puts a connection's description together: the manifest's, changed by the connection's, changed by each stream's.</summary>
internal static class Description
{
    private const string EveryStream = "*";

    public static JsonNode Merged(JsonElement? manifest, JsonElement options, IEnumerable<StreamSetup>? setups = null)
    {
        var own = options.ValueKind == JsonValueKind.Object && options.TryGetProperty("rest", out var section) ? ToNode(section) : null;
        if (Patch(manifest is { } given ? ToNode(given) : new JsonObject(), own ?? new JsonObject()) is not JsonObject rest)
            throw Vocabulary.VocabularyReader.Wrong("options", "rest must be an object.");
        // The address is what every connection has to say: it may stand beside 'rest'.
        if (options.ValueKind == JsonValueKind.Object && options.TryGetProperty("baseUrl", out var baseUrl))
            rest["baseUrl"] = ToNode(baseUrl);
        if (setups is not null)
            MergeStreams(rest, setups);
        return rest;
    }

    /// <summary>The values that every template of the connection can use.</summary>
    public static TemplateValues Values(ConnectorSetup setup)
    {
        var values = new TemplateValues();
        if (setup.Options.ValueKind == JsonValueKind.Object)
        {
            foreach (var option in setup.Options.EnumerateObject().Where(option => option.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)))
                values[$"options.{option.Name}"] = ToNode(option.Value);
        }

        if (setup.Credentials is { } credentials)
            AddCredentials(values, credentials.Trim());
        return values;
    }

    private static void AddCredentials(TemplateValues values, string credentials)
    {
        values["credentials"] = credentials;
        if (!credentials.StartsWith('{'))
            return;
        try
        {
            using var named = JsonDocument.Parse(credentials);
            foreach (var value in named.RootElement.EnumerateObject())
                values[$"credentials.{value.Name}"] = JsonPath.Text(value.Value);
        }
        catch (JsonException)
        {
            // No inner exception: the parser's message may quote a piece of the secret.
            throw new ConnectorException(FailureKind.Blocked, "rest.credentials", "The credentials start like a JSON object and are none. Correct the secret.");
        }
    }

    private static void MergeStreams(JsonObject rest, IEnumerable<StreamSetup> setups)
    {
        if (rest["streams"] is not JsonObject streams)
            rest["streams"] = streams = [];
        var everyStream = streams[EveryStream]?.DeepClone();
        foreach (var setup in setups)
        {
            var own = setup.Options.ValueKind == JsonValueKind.Object ? ToNode(setup.Options)!.AsObject() : [];
            if (streams[setup.Name] is null && everyStream is null && own.Count == 0)
                continue;
            var described = Patch(everyStream?.DeepClone() ?? new JsonObject(), streams[setup.Name]?.DeepClone() ?? new JsonObject());
            streams[setup.Name] = Patch(described, own);
        }
    }

    // RFC 7396.
    private static JsonNode? Patch(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var patched = target as JsonObject ?? [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
                patched.Remove(name);
            else
                patched[name] = Patch(patched[name]?.DeepClone(), change);
        }

        return patched;
    }

    private static JsonNode? ToNode(JsonElement element) => JsonNode.Parse(element.GetRawText());
}
