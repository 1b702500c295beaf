using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Refine;

/// <summary>A record that the connector could not read as one: its payload is <c>{"$problem":{"code":…,"message":…}}</c>, so that it is kept and
/// explained while its neighbours go on.</summary>
internal static class ConnectorProblem
{
    private static ReadOnlySpan<byte> Start => "{\"$problem\":"u8;

    public static Problem? Find(ReadOnlySpan<byte> payload)
    {
        if (!payload.StartsWith(Start))
            return null;
        var reader = new Utf8JsonReader(payload);
        using var document = JsonDocument.ParseValue(ref reader);
        var problem = document.RootElement.GetProperty("$problem");
        return new("$", Text(problem, "code"), "unreadable", Text(problem, "message"));
    }

    private static string Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "unknown";
}
