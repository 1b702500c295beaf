using IntegrationHub.Abstractions;
using IntegrationHub.Identity.Normalise;
using IntegrationHub.Identity.Policies;

namespace IntegrationHub.Identity.Match;

/// <summary>A value in normal form. <see cref="DeniedAlone"/> is the pattern that keeps it from deciding alone; null when none does.</summary>
internal readonly record struct Form(string Path, string Value, string? DeniedAlone);

/// <summary>A value that gives no form, and why.</summary>
internal readonly record struct NoForm(string Path, string Reason);

/// <summary>A field that rules or contradictions compare: where it is, how its values are normalised, which of them mean nobody.</summary>
internal sealed class MatchField(PathPattern pattern, ValueKind kind, Normaliser normaliser)
{
    public PathPattern Pattern { get; } = pattern;

    public ValueKind Kind { get; } = kind;

    public DenyList Denied { get; } = new();

    public DenyList DeniedAlone { get; } = new();

    /// <summary>Adds the forms of a record's values in order of their paths, each once.</summary>
    /// <param name="skipped">Where values without a form are told; null when nobody asks.</param>
    public void Collect(FieldMap fields, List<Form> forms, List<NoForm>? skipped)
    {
        var first = forms.Count;
        if (Pattern.IsExact)
        {
            if (fields.TryGet(Pattern.Text, out var value))
                Add(Pattern.Text, value, first, forms, skipped);
            return;
        }

        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            if (Pattern.Fits(field.Path))
                Add(field.Path, field.Value, first, forms, skipped);
        }
    }

    /// <summary>The form of one value; null when it has none or means nobody.</summary>
    public string? FormOf(FieldValue value) =>
        !value.IsEmpty && normaliser.Of(Kind, value.AsText, out _) is { } form && Denied.PatternFor(form) is null ? form : null;

    private void Add(string path, FieldValue value, int first, List<Form> forms, List<NoForm>? skipped)
    {
        if (value.Kind == FieldKind.Set)
        {
            foreach (var member in value.AsSet)
                Add(path, member, first, forms, skipped);
        }
        else if (!value.IsEmpty)
        {
            Add(path, value.AsText, first, forms, skipped);
        }
    }

    private void Add(string path, string text, int first, List<Form> forms, List<NoForm>? skipped)
    {
        if (normaliser.Of(Kind, text, out var reason) is not { } form)
        {
            skipped?.Add(new(path, reason!));
            return;
        }

        if (Denied.PatternFor(form) is { } pattern)
        {
            skipped?.Add(new(path, $"on the deny-list as '{pattern}'"));
            return;
        }

        for (var i = first; i < forms.Count; i++)
        {
            if (forms[i].Value == form)
                return;
        }

        forms.Add(new(path, form, DeniedAlone.PatternFor(form)));
    }
}
