using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;

namespace IntegrationHub.Sync.Land;

/// <summary>One difference between the fields that a system had and those that it has.</summary>
/// <param name="Code">schema.added, schema.removed, schema.type, schema.required, schema.unreadable or schema.readonly.</param>
/// <param name="Field">As the system names it.</param>
/// <param name="Paths">The canonical fields that are mapped to it.</param>
internal sealed record Drift(string Code, string Field, IReadOnlyList<string> Paths)
{
    /// <summary>What the hub does about it: hold the field in both directions, hold it for writing, or go on and say so.</summary>
    public bool HoldsReading => Paths.Count > 0 && Code is "schema.removed" or "schema.type" or "schema.unreadable";

    public bool HoldsWriting => HoldsReading || (Paths.Count > 0 && Code == "schema.readonly");
}

/// <summary>Compares a system's fields with what they were (S57). Pure.</summary>
internal static class SchemaDrift
{
    /// <summary>A removed field is held and never read as cleared, and so is one of another type; one that may not be written is left out of writes. A field that
    /// came is there to be mapped, and one that became required shows in what is refused.</summary>
    public static List<Drift> Find(IReadOnlyList<SourceField> before, IReadOnlyList<SourceField> now, StreamMapping mapping)
    {
        var after = now.ToDictionary(static field => field.Name, StringComparer.Ordinal);
        var known = before.Select(static field => field.Name).ToHashSet(StringComparer.Ordinal);
        var drifts = new List<Drift>();
        foreach (var field in before)
        {
            var paths = mapping.PathsOf(field.Name);
            if (!after.TryGetValue(field.Name, out var changed))
                drifts.Add(new("schema.removed", field.Name, paths));
            else if (changed.Type != field.Type)
                drifts.Add(new("schema.type", field.Name, paths));
            else if (field.IsReadable && !changed.IsReadable)
                drifts.Add(new("schema.unreadable", field.Name, paths));
            else if (field.IsWritable && !changed.IsWritable)
                drifts.Add(new("schema.readonly", field.Name, paths));
            else if (!field.IsRequired && changed.IsRequired)
                drifts.Add(new("schema.required", field.Name, paths));
        }

        drifts.AddRange(now.Where(field => !known.Contains(field.Name)).Select(field => new Drift("schema.added", field.Name, mapping.PathsOf(field.Name))));
        return drifts;
    }

    /// <summary>What counts as known from now on: what is held stays as it was, so that it is let go once the system has it back.</summary>
    public static IReadOnlyList<SourceField> Known(IReadOnlyList<SourceField> before, IReadOnlyList<SourceField> now, IReadOnlyList<Drift> drifts)
    {
        var held = drifts.Where(static drift => drift.HoldsWriting).Select(static drift => drift.Field).ToHashSet(StringComparer.Ordinal);
        return [.. now.Where(field => !held.Contains(field.Name)), .. before.Where(field => held.Contains(field.Name))];
    }
}
