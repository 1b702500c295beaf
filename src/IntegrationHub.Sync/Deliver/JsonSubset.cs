using System.Text.Json;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Picks from a record's payload what a write is about to replace, so that the connector can compare before it writes.</summary>
internal static class JsonSubset
{
    /// <param name="payload">A record as the system showed it last.</param>
    /// <param name="shape">The object that is to be written.</param>
    /// <returns>An object with the members of <paramref name="shape"/> as the payload holds them; null for one that it does not have, so that a value which
    /// somebody put there meanwhile is noticed. Lists are left out: their elements are named by keys that only the connector knows how to compare.</returns>
    public static byte[] Pick(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> shape)
    {
        using var held = JsonDocument.Parse(payload);
        using var written = JsonDocument.Parse(shape);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, held.RootElement, written.RootElement);
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, JsonElement held, JsonElement shape)
    {
        json.WriteStartObject();
        foreach (var member in shape.EnumerateObject())
        {
            var value = default(JsonElement);
            var isHeld = held.ValueKind == JsonValueKind.Object && held.TryGetProperty(member.Name, out value);
            if (value.ValueKind == JsonValueKind.Array || (!isHeld && member.Value.ValueKind == JsonValueKind.Array))
                continue;
            json.WritePropertyName(member.Name);
            if (!isHeld)
                json.WriteNullValue();
            else if (member.Value.ValueKind == JsonValueKind.Object && value.ValueKind == JsonValueKind.Object)
                Write(json, value, member.Value);
            else
                value.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
