using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Admin;

/// <summary>Says in a sentence why a field of a record shows what it shows.</summary>
internal sealed class FieldReason(StreamSettings stream, SourceRecord record, Cluster? cluster, PlanStep plan)
{
    /// <param name="isWritten">The audit log has a write of the field into the record.</param>
    public string Of(FieldState state, GoldenField? golden, bool isHeld, bool isWritten, IReadOnlyList<PendingDelivery> deliveries)
    {
        if (record.Removal != Removal.None)
            return record.Removal == Removal.ByHub ? "The hub removed the record." : "The record was removed there; what is shown is what it held last.";
        if (record.Stage is RecordStage.Quarantined or RecordStage.Filtered || cluster is null)
            return $"The record is {record.Stage.ToString().ToLowerInvariant()} and takes no part: it shows what its system says.";
        if (golden is not { } says)
            return state.Seen is { IsEmpty: false } ? "Its system says so; no customer field is made of it." : "Nobody says anything about it.";
        if (state.Seen == says.Value)
            return $"{Origin(state, says, isWritten)} Rule: {says.Rule}.";
        if (state.Base is { } agreed && agreed.Ours == says.Value && agreed.Theirs == state.Seen)
            return $"The hub wrote the customer's value and the system made its own form of it, on which both agree. Rule: {says.Rule}.";
        return $"It is not what the customer says (rule {says.Rule}): {WhyDifferent(state.Path, isHeld, deliveries)}";
    }

    /// <summary>The mapping's file without its folder.</summary>
    public static string FileOf(StreamSettings stream) => stream.Mapping.FileName[(stream.Mapping.FileName.LastIndexOfAny(['/', '\\']) + 1)..];

    private string Origin(FieldState state, GoldenField golden, bool isWritten) => golden.RecordId switch
    {
        _ when golden.RecordId == record.Id => "Its own system says so, and that is the customer's value.",
        0 => "A steward, or an open conflict, set the customer's value.",
        _ when state.Own is { } own && own.Value == golden.Value => $"Its own system says so, as does record/{golden.RecordId}, which won.",
        _ when isWritten => $"record/{golden.RecordId} says so, and the hub wrote it here.",
        _ => $"record/{golden.RecordId} says so, and the record showed the same.",
    };

    private string WhyDifferent(string path, bool isHeld, IReadOnlyList<PendingDelivery> deliveries)
    {
        if (isHeld)
            return "an open conflict holds it until a steward decides.";
        if (!stream.Writes || !stream.Rights.HasFlag(Rights.Update))
            return "the hub may not update records of this stream.";
        if (!stream.Mapping.CanWrite(path))
            return $"{FileOf(stream)} does not write it.";
        var needs = plan.NeedsOf(cluster!.Golden, cluster.Members, stream, out var filter);
        if (filter is not null)
            return $"the filter '{filter.Name}' keeps the customer out of this stream.";
        if (needs.All(need => need.Record?.Id != record.Id || need.Fields.All(field => field.Path != path)))
            return "it takes no write now.";
        var open = deliveries.FirstOrDefault(static row => row.State != DeliveryState.Settled);
        return open switch
        {
            { State: DeliveryState.Dead } => $"{open} failed for good ({open.ErrorCode}). See: hub dead-letters show {open.Id}",
            { State: DeliveryState.Planned } => $"{open} is to write it{(stream.AsksBeforeWriting ? ", when it is approved where that is asked for" : "")}.",
            { } => $"{open} is writing it.",
            null => $"nothing is on its way. To have it queued: hub reconcile {stream.Name.Connection} --repair",
        };
    }
}
