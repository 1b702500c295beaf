using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Finds fields that would overwrite each other: two readers of one canonical path, two writers of one source path, and source
/// paths of which one is a single value and the other lies inside it.</summary>
internal sealed class FieldOverlaps(Action<string, string> report)
{
    public void Check(MappingFile file, IReadOnlyList<CompiledField> fields)
    {
        foreach (var (first, second) in Pairs(fields, field => field.IsRead, field => field.Canonical))
        {
            report($"{second.Entry.Place}.canonical",
                $"'{second.Field.Canonical}' is read by {first.Entry.Place} already; keep one of the two, or make one \"direction\": \"out\".");
        }

        foreach (var (first, second) in Pairs(fields, field => field.IsWritten, field => field.SourceText))
        {
            report($"{second.Entry.Place}.source",
                $"'{second.Field.SourceText}' is written by {first.Entry.Place} already; make one of the two \"direction\": \"in\".");
        }

        CheckShapes(fields);
        CheckSystemFields(file, fields);
    }

    private static IEnumerable<(CompiledField First, CompiledField Second)> Pairs(
        IEnumerable<CompiledField> fields, Func<MappedField, bool> counts, Func<MappedField, string> target) =>
        fields.Where(field => counts(field.Field)).GroupBy(field => target(field.Field), StringComparer.Ordinal)
            .SelectMany(group => group.Skip(1).Select(second => (group.First(), second)));

    private void CheckShapes(IReadOnlyList<CompiledField> fields)
    {
        var shapes = new Dictionary<string, (string Shape, CompiledField By)>(StringComparer.Ordinal);
        foreach (var field in fields.Where(field => field.Field.Source is not null && (field.Field.ReadExpression is null || field.Field.IsWritten)))
        {
            var steps = field.Field.Source!;
            for (var i = 0; i < steps.Count; i++)
            {
                var path = SourcePath.Format([.. steps.Take(i), steps[i] with { Keys = [] }]);
                var shape = i == steps.Count - 1 ? "a single value" : steps[i].Keys.Count > 0 ? "a list" : "an object";
                if (shapes.TryAdd(path, (shape, field)) || shapes[path].Shape == shape)
                    continue;
                report($"{field.Entry.Place}.source",
                    $"'{path}' is {shape} here and {shapes[path].Shape} in {shapes[path].By.Entry.Place}; it can be only one.");
                break;
            }
        }
    }

    // What the system or the connector sets is not the mapping's to write.
    private void CheckSystemFields(MappingFile file, IReadOnlyList<CompiledField> fields)
    {
        (string Name, string? Path)[] own = [("modified", file.Modified), ("deleted", file.Deleted), ("correlation", file.Correlation)];
        foreach (var field in fields.Where(field => field.Field.IsWritten))
        {
            var name = Array.Find(own, entry => entry.Path is not null && entry.Path == field.Field.SourceText).Name;
            if (name is not null)
                report($"{field.Entry.Place}.source",
                    $"'{field.Field.SourceText}' is the mapping's \"{name}\" and is not written as a field; give this field \"direction\": \"in\".");
        }
    }
}
