using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;

namespace IntegrationHub.SystemTests.Simulation.Systems;

/// <summary>One change of one field, as it was accepted.</summary>
/// <param name="Value">As stored; empty when it was cleared.</param>
/// <param name="ByHub">The hub wrote it; otherwise a user did.</param>
internal readonly record struct FieldChange(long Order, DateTimeOffset At, string Field, string Value, bool ByHub);

/// <summary>A record in a simulated system, with all that ever happened to it.</summary>
internal sealed class SimRecord(string key)
{
    /// <summary>The fields of every system, in the order in which payloads show them.</summary>
    public static readonly string[] FieldNames = ["given", "family", "email", "phone", "title", "city", "status"];

    public string Key => key;

    public SortedDictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    public string? HubId { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>It is not even shown as deleted.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>By the system's clock.</summary>
    public DateTimeOffset Modified { get; set; }

    /// <summary>From when on searches by the hub's id find it.</summary>
    public DateTimeOffset FoundFrom { get; set; }

    /// <summary>From when on lists of what has changed show the last change.</summary>
    public DateTimeOffset ShownFrom { get; set; }

    /// <summary>The place of the last change among all changes of the system.</summary>
    public long Order { get; set; }

    public int Version { get; set; }

    public List<FieldChange> History { get; } = [];

    public string Text(string field) => Fields.GetValueOrDefault(field, "");

    /// <param name="hidden">A field that the system does not show at present; null shows all.</param>
    public RawRecord Show(bool emptyAsText, string? hidden)
    {
        if (IsDeleted)
            return new(key, default) { IsDeleted = true, Modified = Modified, Version = $"{Version}" };
        var payload = new JsonObject { ["id"] = key };
        foreach (var field in FieldNames)
        {
            if (field != hidden)
                payload[field] = Text(field) is { Length: > 0 } text ? text : emptyAsText ? "" : null;
        }

        payload["hubId"] = HubId;
        return new(key, System.Text.Encoding.UTF8.GetBytes(payload.ToJsonString())) { Modified = Modified, Version = $"{Version}" };
    }
}

/// <summary>A write of the hub that a system accepted: the witness outside the hub.</summary>
/// <param name="DeliveryId">The hub's name for the delivery.</param>
/// <param name="Fields">The fields that were sent, as stored.</param>
internal sealed record Effect(
    long Order, DateTimeOffset At, DeliveryOperation Operation, string Key, string DeliveryId, string Correlation, IReadOnlyDictionary<string, string> Fields)
{
    public override string ToString() =>
        $"{Operation} {Key} at {At:dd HH:mm:ss.fff} (delivery {DeliveryId}): {string.Join(", ", Fields.Select(static one => $"{one.Key}={one.Value}"))}";
}
