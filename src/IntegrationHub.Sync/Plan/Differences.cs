using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Plan;

/// <summary>What a record would have to be given so that it shows what the golden record says.</summary>
internal static class Differences
{
    /// <summary>The golden fields that a stream takes and that its record does not show, compared with the base of the last agreement.</summary>
    /// <param name="record">The record; null when there is none yet: then every golden field that has a value.</param>
    public static List<Field> Of(GoldenRecord golden, SourceRecord? record, StreamSettings stream)
    {
        var differing = new List<Field>();
        foreach (var field in golden.Fields)
        {
            if (!stream.Mapping.CanWrite(field.Path) || golden.Held.Any(held => held.Path == field.Path))
                continue;
            if (record is null ? !field.Value.IsEmpty : Differs(field.Value, record.Fields.Find(field.Path)))
                differing.Add(new(field.Path, field.Value));
        }

        return differing;
    }

    private static bool Differs(FieldValue golden, FieldState state)
    {
        if (state.Seen == golden)
            return false;
        // The system shows its own form of the golden value on which both agreed: no write, or it would be rewritten for ever.
        if (state.Base is { } agreed && agreed.Ours == golden && state.Seen == agreed.Theirs)
            return false;
        return state is not { Seen: null, Base: null } || !golden.IsEmpty;
    }
}
