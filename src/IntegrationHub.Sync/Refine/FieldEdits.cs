using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Refine;

/// <summary>Tells, field by field, what a system itself changed from what it merely shows again or echoes.</summary>
internal static class FieldEdits
{
    /// <summary>Takes in what a system shows now.</summary>
    /// <param name="edits">Paths that the system itself changed.</param>
    /// <remarks>
    /// A field that is absent says nothing. A field that shows what it showed before says nothing new. A field that went back to the base of the
    /// last agreement says again the golden value of that agreement. Everything else is an edit. A field that is empty the first time it is seen
    /// claims nothing either: it never held a value that was cleared.
    /// </remarks>
    public static FieldStates Apply(FieldStates before, FieldMap shown, DateTimeOffset at, List<string> edits)
    {
        var known = before.AsSpan();
        var after = new List<FieldState>(Math.Max(known.Length, shown.Count));
        int left = 0, right = 0;
        while (left < known.Length || right < shown.Count)
        {
            var order = left == known.Length ? 1 : right == shown.Count ? -1 : string.CompareOrdinal(known[left].Path, shown[right].Path);
            if (order < 0)
                after.Add(known[left++]);
            else if (order > 0)
                after.Add(Edit(new(shown[right].Path, null, null, null), shown[right++].Value, at, edits));
            else
                after.Add(Edit(known[left++], shown[right++].Value, at, edits));
        }

        return FieldStates.FromSorted([.. after]);
    }

    /// <summary>Takes away what the mapping no longer reads: a field that it does not know is no claim any more; one that it only writes keeps its base.</summary>
    /// <returns>The same instance when there is nothing to take away.</returns>
    public static FieldStates WithoutDropped(SourceRecord record, StreamMapping mapping)
    {
        var states = record.Fields.AsSpan();
        List<FieldState>? kept = null;
        for (var i = 0; i < states.Length; i++)
        {
            ref readonly var state = ref states[i];
            var path = state.Path;
            var isRead = mapping.CanRead(path) || record.Fixes.Any(fix => fix.Path == path);
            if (isRead || (state.Own is null && mapping.CanWrite(path)))
            {
                kept?.Add(state);
                continue;
            }

            kept ??= [.. states[..i]];
            if (mapping.CanWrite(path))
                kept.Add(state with { Own = null });
        }

        return kept is null ? record.Fields : FieldStates.FromSorted([.. kept]);
    }

    /// <summary>Takes in the constants that a mapping reads from a record which the hub made: they are what the system makes of the golden value, and no word of
    /// its own.</summary>
    /// <param name="constants">The mapping's constant paths.</param>
    /// <param name="golden">What the golden record says.</param>
    /// <param name="isNew">The record has just been made; else only constants that were taken in so before are, at another value of the file.</param>
    public static FieldStates EchoConstants(FieldStates states, FieldMap shown, IReadOnlyList<string> constants, FieldMap golden, bool isNew)
    {
        var echoed = constants.Where(path => shown.Find(path) is { } value && states.Find(path) is { Own: null } state
            && (isNew ? state.Base is null : state.Base is not null && state.Seen != value)).ToArray();
        if (echoed.Length == 0)
            return states;
        var after = states.AsSpan().ToArray().ToDictionary(static state => state.Path, StringComparer.Ordinal);
        foreach (var path in echoed)
        {
            var value = shown.Find(path)!.Value;
            after[path] = new(path, value, null, new Agreement(value, golden.Find(path) ?? value));
        }

        return FieldStates.From(after.Values);
    }

    /// <summary>Who edits one field of a group has looked at the group: from then on the record itself says all of it as it shows it.</summary>
    /// <param name="groupOf">The group of a path; null when it stands alone.</param>
    public static FieldStates SayWhole(FieldStates states, List<string> edits, Func<string, string?> groupOf, DateTimeOffset at)
    {
        var groups = edits.Select(groupOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (groups.Count == 0)
            return states;
        var said = states.AsSpan().ToArray();
        for (var i = 0; i < said.Length; i++)
        {
            if (said[i].Seen is { } seen && groupOf(said[i].Path) is { } group && groups.Contains(group))
                said[i] = said[i] with { Own = new OwnValue(said[i].Base is { } agreed && agreed.Theirs == seen ? agreed.Ours : seen, at) };
        }

        return FieldStates.FromSorted(said);
    }

    /// <summary>Notes agreement for every field on which a record shows what the golden record says.</summary>
    /// <returns>The same instance when there was nothing to note.</returns>
    public static FieldStates Agree(FieldStates states, IReadOnlyList<GoldenField> golden)
    {
        FieldState[]? changed = null;
        var known = states.AsSpan();
        var right = 0;
        for (var i = 0; i < known.Length; i++)
        {
            ref readonly var state = ref known[i];
            while (right < golden.Count && string.CompareOrdinal(golden[right].Path, state.Path) < 0)
                right++;
            if (right == golden.Count || golden[right].Path != state.Path || state.Seen is not { } seen || seen != golden[right].Value)
                continue;
            if (state.Base is { } agreed && agreed.Theirs == seen && agreed.Ours == seen)
                continue;
            changed ??= known.ToArray();
            changed[i] = state with { Base = new Agreement(seen, seen) };
        }

        return changed is null ? states : FieldStates.FromSorted(changed);
    }

    private static FieldState Edit(FieldState state, FieldValue shown, DateTimeOffset at, List<string> edits)
    {
        if (state.Seen is { } seen && seen == shown)
            return state;
        if (state is { Seen: null, Base: null } && shown.IsEmpty)
            return state with { Seen = shown };
        if (state.Base is { } agreed && agreed.Theirs == shown)
        {
            if (state.Own is null)
                return state with { Seen = shown };
            edits.Add(state.Path);
            return state with { Seen = shown, Own = new OwnValue(agreed.Ours, at) };
        }

        edits.Add(state.Path);
        return state with { Seen = shown, Own = new OwnValue(shown, at) };
    }
}
