using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Deliver;

/// <summary>How a record came to be seen after a write.</summary>
internal enum Sight
{
    /// <summary>The answer to the write held it.</summary>
    Answer,

    /// <summary>It was looked up right after the answer.</summary>
    LookUp,

    /// <summary>It was looked up because there was no answer.</summary>
    AnswerLost,
}

/// <summary>The new base after a write, field by field: what was sent, and what the system made of it.</summary>
internal static class Agreements
{
    /// <param name="sent">Golden values that were written.</param>
    /// <param name="shown">The record as it reads back, mapped.</param>
    /// <param name="sight">How the record came to be seen. The further from the write, the more may another value than the one sent be somebody's edit: what is no
    /// form of the value sent is left to RESOLVE then, which takes it for an edit and loses nothing.</param>
    public static FieldStates Note(FieldStates before, FieldMap sent, FieldMap shown, StreamMapping mapping, Sight sight)
    {
        var after = before.AsSpan().ToArray().ToDictionary(static state => state.Path, StringComparer.Ordinal);
        foreach (var (path, value) in sent)
        {
            // A field that the system never shows counts as written.
            var theirs = shown.Find(path) ?? (mapping.CanRead(path) ? FieldValue.Empty : value);
            var state = after.TryGetValue(path, out var known) ? known : new(path, null, null, null);
            if (!IsAgreed(theirs, value, state, sight))
                continue;
            after[path] = state with { Seen = theirs, Base = new Agreement(theirs, value) };
        }

        return FieldStates.From(after.Values);
    }

    // After a lost answer, what the record showed before says that this field was not written, even where it looks like a form of the new value.
    private static bool IsAgreed(FieldValue theirs, FieldValue sent, FieldState before, Sight sight) => theirs == sent || sight switch
    {
        Sight.Answer => true,
        Sight.LookUp => ValueForm.IsOf(theirs, sent),
        _ => ValueForm.IsOf(theirs, sent) && theirs != before.Seen,
    };

    /// <summary>Whether a field was sent on which there is no agreement now.</summary>
    public static bool IsOpen(FieldStates states, FieldMap sent) => sent.Any(field => states.Find(field.Path).Base?.Ours != field.Value);

    /// <summary>Whether a record shows something that is neither known nor just written.</summary>
    public static bool HasEdits(FieldStates states, FieldMap shown) => shown.Any(field =>
    {
        var state = states.Find(field.Path);
        return state.Seen is { } seen ? seen != field.Value : !field.Value.IsEmpty;
    });
}
