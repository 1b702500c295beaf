using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Proves on samples that what goes out comes back the same, and says where it does not and why.</summary>
public static class MappingLint
{
    /// <param name="payloads">Records as the source shows them; the file's own tests and generated values are tried besides.</param>
    /// <param name="random">Chooses the generated values; a seed gives the same findings again.</param>
    /// <returns>Findings, the heaviest first, each once; none holds a value of <paramref name="payloads"/>.</returns>
    public static IReadOnlyList<LintFinding> Check(StreamMapping mapping, IReadOnlyList<ReadOnlyMemory<byte>> payloads, Random random)
    {
        var records = mapping.File.Tests.Where(test => test.Source.ValueKind == JsonValueKind.Object)
            .Select(test => (Payload: StreamMapping.Bytes(test.Source), MayBeShown: true)).Concat(payloads.Select(payload => (payload, false))).ToList();
        var samples = new LintSamples(random);
        return
        [
            .. CheckFile(mapping)
                .Concat(mapping.MappedFields.Where(field => field.IsTwoWay).SelectMany(field => CheckField(field, samples, records)))
                // The first counter-example is enough.
                .DistinctBy(finding => (finding.Level, finding.Path, finding.Message))
                .OrderByDescending(finding => finding.Level)
                .ThenBy(finding => finding.Path, StringComparer.Ordinal)
                .ThenBy(finding => finding.Message, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<LintFinding> CheckFile(StreamMapping mapping)
    {
        if (mapping.File.Tests.Count == 0)
            yield return new(LintLevel.Warning, "tests", "The file has no tests; add one that shows a typical record.");
        if (mapping.Modified is null)
            yield return new(LintLevel.Note, "modified",
                "Without a time of the last change, conflicts are decided by when the hub saw a value.");
        foreach (var field in mapping.MappedFields)
        {
            if (!field.IsTwoWay)
                yield return new(LintLevel.Note, field.Canonical, WhyOneWay(field));
            else if (field.SourceText == mapping.Key)
                yield return new(LintLevel.Warning, field.Canonical,
                    "Writes the record's key; unless the hub chooses the keys of this system, give the field \"direction\": \"in\".");
        }
    }

    private static string WhyOneWay(MappedField field) => field switch
    {
        { Source: null, ReadExpression: null } => "A constant: read, never written.",
        { IsRead: true } => "Only read.",
        _ => "Only written.",
    };

    private static IEnumerable<LintFinding> CheckField(MappedField field, LintSamples samples, List<(ReadOnlyMemory<byte> Payload, bool MayBeShown)> records)
    {
        var trial = new FieldTrial(field);
        var canonical = samples.Canonical(field);
        return canonical.Select(trial.WriteThenRead)
            .Concat(samples.Source(field, canonical).Select(trial.ReadThenWrite))
            .Concat(records.Select(record => trial.ReadThenWrite(record.Payload.Span, record.MayBeShown)))
            .OfType<LintFinding>();
    }
}

/// <summary>Sends values of one field there and back.</summary>
internal sealed class FieldTrial
{
    private readonly MappedField field;
    private readonly RecordReader reader;
    private readonly RecordWriter writer;
    private readonly MappedField rawField;
    private readonly RecordReader rawReader;
    private readonly RecordWriter rawWriter;
    private readonly string? loss;

    public FieldTrial(MappedField field)
    {
        // A copy: a reader gives its fields slots of its own.
        this.field = field with { Country = field.Country is null ? null : field.Country with { } };
        reader = new([this.field]);
        writer = new([this.field]);
        rawField = this.field with { Transforms = [], Values = null, WrittenType = null, ReadExpression = null, WriteExpression = null };
        rawReader = new([rawField]);
        rawWriter = new([rawField]);
        var losses = field.Losses.ToList();
        loss = losses.Count == 0 ? null : string.Join("; ", losses);
    }

    /// <summary>A canonical value written and read again must be the same, or at least settle.</summary>
    public LintFinding? WriteThenRead(FieldValue value)
    {
        if (Write(value) is not { } written)
            return Find(LintLevel.Warning, Show(value), field.Schema.Allowed.Count > 0
                ? $"The value '{value.AsText}', which the entity allows, cannot be written; add it to the value table or transform it."
                : "A value of the field's type cannot be written.");
        if (Read(written) is not { } read)
            return Find(loss is null ? LintLevel.Error : LintLevel.Warning, $"{Show(value)} is written as {Show(written)}", "What is written does not read back.");
        if (read == value)
            return null;
        var example = $"{Show(value)} is written as {Show(written)} and reads back as {Show(read)}";
        return Settles(read) ? Lossy("A value that is written reads back changed.", LintLevel.Error, example) : Unsettled(example);
    }

    /// <summary>As <see cref="ReadThenWrite(ReadOnlySpan{byte})"/>, for a value of the source.</summary>
    public LintFinding? ReadThenWrite(FieldValue sourceValue) =>
        ReadThenWrite(rawWriter.Write([new(field.Canonical, sourceValue)], []), mayBeShown: true);

    /// <summary>A record that is read and written again must hold the same, or at least settle.</summary>
    /// <param name="mayBeShown">The record is nobody's: its value may be the finding's example.</param>
    public LintFinding? ReadThenWrite(ReadOnlySpan<byte> payload, bool mayBeShown)
    {
        if (Read(payload) is not { } read)
            return null;
        var before = mayBeShown ? Show(payload) : null;
        if (Write(read) is not { } written)
            return Find(LintLevel.Warning, before, "A value that reads cannot be written back.");
        var example = before is null ? null : $"{before} reads as {Show(read)} and is written back as {Show(written)}";
        if (!Settles(read))
            return Unsettled(example);
        return SourceAt(written) == SourceAt(payload) ? null : Lossy("A value that is read is written back changed.", LintLevel.Warning, example);
    }

    private bool Settles(FieldValue value) => Write(value) is { } written && Read(written) == value;

    private LintFinding Unsettled(string? example) =>
        Find(LintLevel.Error, example,
            "What is written reads back as something else again and again. Change the field's transforms or make it one-way.");

    private LintFinding Lossy(string what, LintLevel undeclared, string? example) => loss is null
        ? Find(undeclared, example, field.ReadExpression is null && field.WriteExpression is null
            ? $"{what} No transform of the field says so; check \"type\" and the transforms."
            : $"{what} Change \"read\" or \"write\", or declare with \"loses\" what does not come back.")
        : Find(LintLevel.Note, example, $"{what} Declared: {loss}.");

    private LintFinding Find(LintLevel level, string? example, string message) => new(level, field.Canonical, message, example);

    private string Show(ReadOnlySpan<byte> payload) => SourceAt(payload) is (SourceState.Value, var value) ? Show(value) : System.Text.Encoding.UTF8.GetString(payload);

    private static string Show(FieldValue value) => value.Kind switch
    {
        FieldKind.Empty => "nothing",
        FieldKind.Text => $"\"{value.AsText}\"",
        FieldKind.Set => $"[{string.Join(", ", value.AsSet)}]",
        _ => value.AsText,
    };

    private FieldValue? Read(ReadOnlySpan<byte> payload) => reader.Read(payload).Fields.Find(field.Canonical);

    private byte[]? Write(FieldValue value)
    {
        var problems = new List<Problem>();
        var written = writer.Write([new(field.Canonical, value)], problems);
        return problems.Count == 0 ? written : null;
    }

    private (SourceState, FieldValue) SourceAt(ReadOnlySpan<byte> payload)
    {
        var found = rawReader.SourceAt(payload, rawField);
        return (found.State, found.Value);
    }
}
