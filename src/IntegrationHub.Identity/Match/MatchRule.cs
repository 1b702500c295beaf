using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Match;

/// <summary>A conjunction of fields whose values together make one key.</summary>
/// <param name="Name">The rule's name, part of its keys.</param>
/// <param name="Entity">The entity it holds for; null means every matched one.</param>
/// <param name="Where">Paths and the values that a record must have there.</param>
/// <param name="Fields">Indexes into the policy's fields, in the order of the rule.</param>
internal sealed record MatchRule(string Name, string? Entity, IReadOnlyList<KeyValuePair<string, string>> Where, int[] Fields)
{
    public bool IsFor(string entity) => Entity is null || Entity == entity;

    /// <returns>The path whose value keeps the record out; null when the rule holds for it.</returns>
    public string? Obstacle(FieldMap fields)
    {
        foreach (var (path, value) in Where)
        {
            if (!fields.TryGet(path, out var found) || found.AsText != value)
                return path;
        }

        return null;
    }
}

/// <summary>A field that tells two records apart for good when both have it and it differs.</summary>
/// <param name="Entity">The entity it holds for; null means every matched one.</param>
/// <param name="Field">The field; with <c>[*]</c> elements with the same keys are compared.</param>
/// <param name="AllowsInitials">Whether a name and its beginning count as the same.</param>
/// <param name="UnlessEqual">Fields that settle it the other way: when both records share a value of one, this does not contradict.</param>
internal sealed record Contradiction(string? Entity, MatchField Field, bool AllowsInitials, IReadOnlyList<MatchField> UnlessEqual)
{
    // From here on scripts write no initials: 伟 is not short for 伟明.
    private const char FirstIdeographic = '\u2E80';

    /// <returns>The path that differs; null when nothing contradicts.</returns>
    public string? Between(FieldMap left, FieldMap right) => Difference(left, right) is { } path && !IsSettled(left, right) ? path : null;

    private string? Difference(FieldMap left, FieldMap right)
    {
        if (Field.Pattern.IsExact)
            return left.TryGet(Field.Pattern.Text, out var value) && Differs(value, right, Field.Pattern.Text) ? Field.Pattern.Text : null;
        for (var i = 0; i < left.Count; i++)
        {
            if (Field.Pattern.Fits(left[i].Path) && Differs(left[i].Value, right, left[i].Path))
                return left[i].Path;
        }

        return null;
    }

    private bool Differs(FieldValue value, FieldMap other, string path) =>
        other.TryGet(path, out var otherValue)
        && value != otherValue
        && Field.FormOf(value) is { } form
        && Field.FormOf(otherValue) is { } otherForm
        && form != otherForm
        && !(AllowsInitials && IsBeginning(form, otherForm));

    private static bool IsBeginning(string left, string right) =>
        left[0] < FirstIdeographic
        && (left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal));

    private bool IsSettled(FieldMap left, FieldMap right)
    {
        foreach (var field in UnlessEqual)
        {
            List<Form> ours = [], theirs = [];
            field.Collect(left, ours, null);
            field.Collect(right, theirs, null);
            if (ours.Exists(form => theirs.Exists(other => other.Value == form.Value)))
                return true;
        }

        return false;
    }
}
