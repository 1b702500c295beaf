using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Deliver;

/// <summary>The new base after a write, field by field: what was sent, and what the system made of it.</summary>
internal static class Agreements
{
    /// <param name="sent">Golden values that were written.</param>
    /// <param name="shown">The record as it reads back, mapped.</param>
    /// <param name="isLater">It was looked up after the write, or after its answer had been lost: another value than the one sent may be somebody's edit as well as
    /// the system's own form of it. What is no form of the value sent is left to RESOLVE then, which takes it for an edit and loses nothing.</param>
    public static FieldStates Note(FieldStates before, FieldMap sent, FieldMap shown, StreamMapping mapping, bool isLater)
    {
        var after = before.AsSpan().ToArray().ToDictionary(static state => state.Path, StringComparer.Ordinal);
        foreach (var (path, value) in sent)
        {
            // A field that the system never shows counts as written.
            var theirs = shown.Find(path) ?? (mapping.CanRead(path) ? FieldValue.Empty : value);
            if (isLater && !ValueForm.IsOf(theirs, value))
                continue;
            var state = after.TryGetValue(path, out var known) ? known : new(path, null, null, null);
            after[path] = state with { Seen = theirs, Base = new Agreement(theirs, value) };
        }

        return FieldStates.From(after.Values);
    }

    /// <summary>Whether a field was sent on which there is no agreement now.</summary>
    public static bool IsOpen(FieldStates states, FieldMap sent) => sent.Any(field => states.Find(field.Path).Base?.Ours != field.Value);

    /// <summary>Whether a record shows something that is neither known nor just written.</summary>
    public static bool HasEdits(FieldStates states, FieldMap shown) => shown.Any(field =>
    {
        var state = states.Find(field.Path);
        return state.Seen is { } seen ? seen != field.Value : !field.Value.IsEmpty;
    });
}
