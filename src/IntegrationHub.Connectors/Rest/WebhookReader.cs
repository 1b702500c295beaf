using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Understands the calls by which a system tells of changes to one stream.</summary>
internal sealed class WebhookReader(RestStream stream, WebhookOptions options, TemplateValues values, TimeProvider clock)
{
    private const int EventsMax = 1_000;
    private const string HeaderPrefix = "header:";

    private readonly WebhookSignature signature = new(options.Signature, stream.Values(values), clock);

    public WebhookReading Read(WebhookCall call)
    {
        if (signature.Refusal(call) is { } refusal)
            return new(refusal.Verdict, [], refusal.Problem);
        JsonElement body;
        try
        {
            body = JsonDocument.Parse(call.Body).RootElement;
        }
        catch (JsonException)
        {
            return Malformed("The body is not JSON.");
        }

        var entries = JsonPath.Find(body, options.Events) switch
        {
            { ValueKind: JsonValueKind.Array } several => [.. several.EnumerateArray()],
            { ValueKind: JsonValueKind.Object } one => [one],
            _ => new List<JsonElement>(),
        };
        if (entries.Count is 0 or > EventsMax)
            return Malformed($"{entries.Count} events were found at '{options.Events}'; 1 to {EventsMax} were expected. Check webhook.events in the description.");
        var events = new List<WebhookEvent>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (ToEvent(call, entries[i], i) is not { } read)
                return Malformed($"Event {i} names no record at '{options.Key ?? stream.Setup.Key}'. Check webhook.key in the description.");
            events.Add(read);
        }

        return new(WebhookVerdict.Genuine, events);
    }

    private WebhookEvent? ToEvent(WebhookCall call, JsonElement entry, int index)
    {
        var shown = options.Record is { } path ? JsonPath.Find(entry, path) : null;
        var key = options.Key is { } keyPath ? Text(call, entry, keyPath) : shown is { } found ? stream.Records.KeyOf(found) : JsonPath.Text(entry, stream.Setup.Key);
        if (key is not { Length: > 0 and <= 512 })
            return null;
        var id = options.Id is { } idPath ? Text(call, entry, idPath) : signature.IdOf(call) is { } callId ? $"{callId}/{index}" : null;
        id ??= $"{Convert.ToHexStringLower(SHA256.HashData(call.Body.Span))}/{index}";
        return new(id, key, RecordOf(call, entry, shown, key));
    }

    private RawRecord? RecordOf(WebhookCall call, JsonElement entry, JsonElement? shown, string key)
    {
        // A deletion is looked up: an event of one that was undone since must not delete.
        if (options.Deleted is { } deleted && Holds(deleted, call, entry))
            return null;
        // Where children are merged into it, only a look-up has the whole record.
        if (shown is not { ValueKind: JsonValueKind.Object } whole || stream.Options.Read?.Children.Count > 0)
            return null;
        var record = stream.Records.Read(whole);
        return record.Key == key ? record : null;
    }

    private static bool Holds(Condition condition, WebhookCall call, JsonElement entry)
    {
        if (condition.Path?.StartsWith(HeaderPrefix, StringComparison.Ordinal) != true)
            return AnswerRules.Holds(condition, entry);
        var header = JsonSerializer.SerializeToElement(new { value = Text(call, entry, condition.Path) });
        return AnswerRules.Holds(condition with { Path = "value" }, header);
    }

    private static string? Text(WebhookCall call, JsonElement entry, string path) => path.StartsWith(HeaderPrefix, StringComparison.Ordinal)
        ? call.Headers.FirstOrDefault(header => header.Key.Equals(path[HeaderPrefix.Length..], StringComparison.OrdinalIgnoreCase)).Value
        : JsonPath.Text(entry, path);

    private WebhookReading Malformed(string problem) => new(WebhookVerdict.Malformed, [], $"{stream.Name}: {problem}");
}
