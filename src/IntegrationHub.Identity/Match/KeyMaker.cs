using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Match;

/// <summary>Makes the keys of one record: normalises each field once, then combines the values rule by rule.</summary>
internal sealed class KeyMaker(IReadOnlyList<MatchField> fields, IReadOnlyList<MatchRule> rules)
{
    /// <summary>Keys of one rule for one record: ten e-mail addresses and six numbers are still all combined.</summary>
    public const int KeysMax = 64;

    // No normal form has a control character in it, so different values never make the same material.
    private const string Separator = "\u001F";

    /// <param name="skipped">Where missing keys are told; null when nobody asks.</param>
    public List<MatchKey> Run(string entity, FieldMap record, List<SkippedKey>? skipped)
    {
        var forms = new List<Form>(16);
        var ends = new int[fields.Count];
        var without = skipped is null ? null : new List<NoForm>();
        var withoutEnds = skipped is null ? null : new int[fields.Count];
        for (var i = 0; i < fields.Count; i++)
        {
            fields[i].Collect(record, forms, without);
            ends[i] = forms.Count;
            if (withoutEnds is not null)
                withoutEnds[i] = without!.Count;
        }

        var keys = new List<MatchKey>(8);
        foreach (var rule in rules)
        {
            if (!rule.IsFor(entity))
                continue;
            if (rule.Obstacle(record) is { } path)
            {
                skipped?.Add(new(rule.Name, path, "the rule asks for another value here"));
                continue;
            }

            if (skipped is not null)
                Explain(rule, forms, ends, without!, withoutEnds!, skipped);
            Combine(rule, forms, ends, keys, skipped);
        }

        return keys;
    }

    private static int StartOf(int[] ends, int field) => field == 0 ? 0 : ends[field - 1];

    private void Explain(MatchRule rule, List<Form> forms, int[] ends, List<NoForm> without, int[] withoutEnds, List<SkippedKey> skipped)
    {
        foreach (var field in rule.Fields)
        {
            var first = StartOf(withoutEnds, field);
            for (var i = first; i < withoutEnds[field]; i++)
                skipped.Add(new(rule.Name, without[i].Path, without[i].Reason));
            if (StartOf(ends, field) == ends[field] && first == withoutEnds[field])
                skipped.Add(new(rule.Name, fields[field].Pattern.Text, "absent"));
            if (rule.Fields.Length > 1)
                continue;
            for (var i = StartOf(ends, field); i < ends[field]; i++)
            {
                if (forms[i].DeniedAlone is { } pattern)
                    skipped.Add(new(rule.Name, forms[i].Path, $"on the deny-list as '{pattern}' where nothing else is compared"));
            }
        }
    }

    private static void Combine(MatchRule rule, List<Form> forms, int[] ends, List<MatchKey> keys, List<SkippedKey>? skipped)
    {
        var combinations = 1L;
        foreach (var field in rule.Fields)
            combinations = Math.Min(combinations * (ends[field] - StartOf(ends, field)), int.MaxValue);
        if (combinations > KeysMax)
            skipped?.Add(new(rule.Name, "", $"{combinations} combinations of values; the first {KeysMax} in order of their paths count"));

        for (var i = 0; i < Math.Min(combinations, KeysMax); i++)
        {
            if (rule.Fields.Length > 1)
                keys.Add(new(rule.Name, Material(rule, forms, ends, i)));
            else if (forms[StartOf(ends, rule.Fields[0]) + i] is { DeniedAlone: null } form)
                keys.Add(new(rule.Name, form.Value));
        }
    }

    // The combination with this number, the last field turning fastest.
    private static string Material(MatchRule rule, List<Form> forms, int[] ends, int number)
    {
        var material = "";
        for (var i = rule.Fields.Length - 1; i >= 0; i--)
        {
            var start = StartOf(ends, rule.Fields[i]);
            var count = ends[rule.Fields[i]] - start;
            var value = forms[start + number % count].Value;
            number /= count;
            material = material.Length == 0 ? value : string.Concat(value, Separator, material);
        }

        return material;
    }
}
