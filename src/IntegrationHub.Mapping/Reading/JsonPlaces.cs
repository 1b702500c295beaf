using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Follows a source path in a parsed record.</summary>
internal static class JsonPlaces
{
    /// <returns>Undefined when the path leads nowhere; null when it, or what it lies in, is null.</returns>
    public static JsonElement Find(JsonElement record, IReadOnlyList<PathStep> path)
    {
        var place = record;
        foreach (var step in path)
        {
            if (place.ValueKind == JsonValueKind.Null)
                return place;
            if (place.ValueKind != JsonValueKind.Object || !place.TryGetProperty(step.Name, out place))
                return default;
            if (step.Keys.Count == 0 || place.ValueKind == JsonValueKind.Null)
                continue;
            if (place.ValueKind != JsonValueKind.Array)
                return default;
            place = place.EnumerateArray().FirstOrDefault(element => step.Keys.All(key => Holds(element, key)));
            if (place.ValueKind == JsonValueKind.Undefined)
                return default;
        }

        return place;
    }

    private static bool Holds(JsonElement element, KeyValuePair<string, string> key) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(key.Key, out var value)
        && JsonScalars.TryRead(value, out var scalar)
        && string.Equals(scalar.AsText, key.Value, StringComparison.Ordinal);
}
