using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Plan;

/// <summary>What a record would have to be given so that it shows what the golden record says.</summary>
internal static class Differences
{
    /// <summary>The golden fields that a stream takes and that its record does not show, compared with the base of the last agreement.</summary>
    /// <param name="record">The record; null when there is none yet: then every golden field that has a value.</param>
    /// <param name="policy">Fields that survive together are written together: an edit of one of them, which the write does not know of, then stops it.</param>
    public static List<Field> Of(GoldenRecord golden, SourceRecord? record, StreamSettings stream, SurvivorshipPolicy policy)
    {
        var differing = new List<Field>();
        HashSet<string>? groups = null;
        foreach (var field in golden.Fields)
        {
            if (!MayWrite(golden, field.Path, stream))
                continue;
            if (!(record is null ? !field.Value.IsEmpty : Differs(field.Value, record.Fields.Find(field.Path))))
                continue;
            differing.Add(new(field.Path, field.Value));
            if (record is not null && policy.GroupOf(golden.Entity, field.Path) is { } group)
                (groups ??= []).Add(group);
        }

        return groups is null ? differing : WithGroups(golden, record!, stream, policy, differing, groups);
    }

    private static List<Field> WithGroups(
        GoldenRecord golden, SourceRecord record, StreamSettings stream, SurvivorshipPolicy policy, List<Field> differing, HashSet<string> groups)
    {
        var paths = differing.Select(static field => field.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var field in golden.Fields)
        {
            var isShownOrSaid = !field.Value.IsEmpty || record.Fields.Find(field.Path) is not { Seen: null, Base: null };
            if (isShownOrSaid && !paths.Contains(field.Path) && policy.GroupOf(golden.Entity, field.Path) is { } group && groups.Contains(group) && MayWrite(golden, field.Path, stream))
                differing.Add(new(field.Path, field.Value));
        }

        return differing;
    }

    private static bool MayWrite(GoldenRecord golden, string path, StreamSettings stream) =>
        stream.Mapping.CanWrite(path) && golden.Held.All(held => held.Path != path);

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
