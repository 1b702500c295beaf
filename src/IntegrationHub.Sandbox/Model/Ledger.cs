using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>One field's value before and after; null for none.</summary>
public sealed record FieldChange(JsonNode? From, JsonNode? To);

/// <summary>One accepted write. The entries of a system, applied in order, give its state.</summary>
/// <param name="Sequence">From 1, without gaps, per system.</param>
/// <param name="At">The time of change that the record got.</param>
/// <param name="RecordSet">The record set.</param>
/// <param name="Key">The record's key.</param>
/// <param name="Operation"><c>create</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="Changes">Every field whose stored value changed, after normalising; empty for a write that changed nothing.</param>
/// <param name="Origin">Who wrote.</param>
public sealed record LedgerEntry(
    long Sequence,
    DateTimeOffset At,
    string RecordSet,
    string Key,
    string Operation,
    IReadOnlyDictionary<string, FieldChange> Changes,
    Origin Origin)
{
    internal JsonObject ToJson()
    {
        var changes = new JsonObject();
        foreach (var (field, change) in Changes)
            changes[field] = new JsonObject { ["from"] = change.From?.DeepClone(), ["to"] = change.To?.DeepClone() };
        return new JsonObject
        {
            ["sequence"] = Sequence,
            ["at"] = SandboxTime.Milliseconds(At),
            ["recordSet"] = RecordSet,
            ["key"] = Key,
            ["operation"] = Operation,
            ["actor"] = Origin.Actor,
            ["idempotencyKey"] = Origin.IdempotencyKey,
            ["correlationId"] = Origin.CorrelationId,
            ["changes"] = changes,
        };
    }
}
