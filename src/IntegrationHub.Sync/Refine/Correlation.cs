using System.Text.Json;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Refine;

/// <summary>Finds the hub's own id in a record that a system shows, so that a record which the hub has just created is not taken for a new one.</summary>
internal static class Correlation
{
    private const string Prefix = "ih-";

    /// <param name="path">Where the stream's mapping keeps it, dotted; null when the key itself is the hub's id.</param>
    public static string? Find(SourceRecord record, string? path)
    {
        if (path is null)
            return Own(record.Key);
        if (record.Raw is not { } raw || raw.AsSpan().IndexOf("\"ih-"u8) < 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(raw);
            var element = document.RootElement;
            foreach (var name in path.Split('.'))
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                    return null;
            }

            return element.ValueKind == JsonValueKind.String ? Own(element.GetString()!) : null;
        }
        catch (JsonException)
        {
            // A payload that is no JSON goes to quarantine by MAP, with its reason.
            return null;
        }
    }

    private static string? Own(string text) => text.Length == 16 && text.StartsWith(Prefix, StringComparison.Ordinal) ? text : null;
}
