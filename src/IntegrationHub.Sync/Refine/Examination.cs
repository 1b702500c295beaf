using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Refine;

/// <summary>What MAP, the filters and VALIDATE say of one landed record: exactly one of the members is set, unless the record is deleted.</summary>
/// <param name="Record">The landed record.</param>
/// <param name="Fields">Its canonical fields when it goes on.</param>
/// <param name="Step">The step that refused it.</param>
internal sealed record Examination(
    SourceRecord Record, StreamSettings Stream, FieldMap? Fields, string? Step, IReadOnlyList<Problem> Problems, Filter? KeptOutBy)
{
    public bool IsRefused => Step is not null;
}

/// <summary>MAP and VALIDATE: pure, one record at a time.</summary>
internal sealed class ExamineStep(HubSettings settings)
{
    /// <param name="held">Fields of which the system's word is not believed for now: they say nothing, as if they were absent. Null: there are none.</param>
    public Examination Examine(SourceRecord record, StreamSettings stream, IReadOnlySet<string>? held = null)
    {
        if (record.LandedDeleted)
            return new(record, stream, null, null, [], null);
        if (record.Raw is not { } raw)
            return Refuse(record, stream, "map", new Problem("$", "missing", "nothing", "The record has no stored payload. Read the stream again from the beginning."));
        if (ConnectorProblem.Find(raw) is { } reported)
            return Refuse(record, stream, "land", reported);

        try
        {
            return Examine(record, stream, held, raw);
        }
#pragma warning disable CA1031 // One record that makes a mapping throw must not stop the others: it is quarantined with the fact.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Refuse(record, stream, "map", new Problem(
                "$", "failed", failure.GetType().Name, "The mapping failed on this record. Preview it with 'hub mapping preview' and report the mapping's fault."));
        }
    }

    private Examination Examine(SourceRecord record, StreamSettings stream, IReadOnlySet<string>? held, byte[] raw)
    {
        var mapped = Without(stream.Mapping.Read(raw), held);
        if (mapped.Problems.Count > 0 && !AreFixed(mapped.Problems, record.Fixes))
            return new(record, stream, null, "map", mapped.Problems, null);
        var fields = WithFixes(mapped.Fields, record.Fixes);
        if (stream.FirstRefusal(Directions.In, fields) is { } filter)
            return new(record, stream, null, null, [], filter);
        var problems = settings.Validator.Check(stream.Entity, fields);
        return problems.Count > 0
            ? new(record, stream, null, "validate", problems, null)
            : new(record, stream, fields, null, [], null);
    }

    private static MappedRecord Without(MappedRecord mapped, IReadOnlySet<string>? held) => held is null or { Count: 0 } ? mapped : mapped with
    {
        Fields = FieldMap.From(mapped.Fields.Where(field => !held.Contains(field.Path))),
        Problems = [.. mapped.Problems.Where(problem => !held.Contains(problem.Field))],
    };

    private static bool AreFixed(IReadOnlyList<Problem> problems, IReadOnlyList<Fix> fixes) =>
        problems.All(problem => fixes.Any(fix => fix.Path == problem.Field));

    // A fix stands as long as the source shows the value that it was made for: a later edit at the source wins.
    private static FieldMap WithFixes(FieldMap fields, IReadOnlyList<Fix> fixes) => fixes.Count == 0
        ? fields
        : fields.With(fixes.Where(fix => Equals(fields.Find(fix.Path), fix.InsteadOf)).Select(static fix => new Field(fix.Path, fix.Value)));

    private static Examination Refuse(SourceRecord record, StreamSettings stream, string step, Problem problem) =>
        new(record, stream, null, step, [problem], null);
}
