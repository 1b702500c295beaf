using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>A field and where it stands in the file.</summary>
internal readonly record struct CompiledField(FieldEntry Entry, MappedField Field);

/// <summary>Compiles the entries of <c>fields</c>. An entry with a problem is reported and left out.</summary>
internal sealed class FieldCompiler(MappingFile file, SchemaPaths schema, IPhoneNumbers phones, Action<string, string> report)
{
    private readonly Dictionary<string, ValueTable> tables = new(StringComparer.Ordinal);

    public IReadOnlyList<CompiledField> Compile()
    {
        foreach (var (name, table) in file.ValueTables)
            CompileTable(name, table);

        var compiled = new List<CompiledField>();
        foreach (var entry in file.Fields)
        {
            if (CompileField(entry) is { } field)
                compiled.Add(new(entry, field));
        }

        return ResolveCountries(compiled);
    }

    /// <summary>Reads a source path; null when it is wrong, which is reported.</summary>
    public static IReadOnlyList<PathStep>? TrySource(string text, string place, Action<string, string> report)
    {
        try
        {
            var steps = SourcePath.Parse(text);
            if (steps[^1].Keys.Count == 0)
                return steps;
            report(place, $"'{text}' is an element of a list; name one of its fields, such as '{text}.value'.");
        }
        catch (FormatException broken)
        {
            report(place, broken.Message);
        }

        return null;
    }

    private MappedField? CompileField(FieldEntry entry)
    {
        var isRight = CheckSides(entry);
        var field = FindCanonical(entry);
        var source = entry.Source is { Length: > 0 } text ? TrySource(text, $"{entry.Place}.source", report) : null;
        var transforms = MakeTransforms(entry);
        var values = FindTable(entry);
        var isConstRight = TryConst(entry, field, out var constant);
        var (read, write) = (Expression(entry.Read, $"{entry.Place}.read"), Expression(entry.Write, $"{entry.Place}.write"));
        if (!isRight || field is null || transforms is null || !isConstRight || (entry.Values is not null && values is null)
            || (source is null && (entry.Source is not null || !(entry.IsConst || entry.Read is not null)))
            || (entry.Read is null) != (read is null) || (entry.Write is null) != (write is null) || !CheckReads(entry, read))
            return null;

        return new MappedField
        {
            Canonical = CanonicalPath.Normalise(entry.Canonical!),
            Schema = field,
            Source = entry.IsConst ? null : source,
            SourceText = source is null ? "" : SourcePath.Format(source),
            Const = constant,
            Transforms = transforms,
            Values = values,
            WrittenType = WrittenType(entry, field),
            IsRead = entry.IsRead,
            IsWritten = entry.IsWritten,
            EmptyTextIsAbsent = file.EmptyTextIsAbsent,
            ReadExpression = read,
            WriteExpression = write,
            Loses = entry.Loses,
        };
    }

    private FieldExpression? Expression(string? text, string place) => text is null ? null : FieldExpression.Compile(text, place, report);

    private bool CheckReads(FieldEntry entry, FieldExpression? read)
    {
        if (read is null || read.ReadsAnything)
            return true;
        report($"{entry.Place}.read", "The expression reads nothing of the record; write the value as \"const\".");
        return false;
    }

    private bool CheckSides(FieldEntry entry)
    {
        if (entry.HasExpression && (entry.IsConst || entry.Transforms.Count > 0 || entry.Values is not null || entry.Direction is not null))
            report(entry.Place,
                "A field with \"read\" or \"write\" says there what is done; leave out \"const\", \"transform\", \"values\" and \"direction\" (\"read\" alone is only read, \"write\" alone only written).");
        else if (entry.Write is not null && entry.Source is null)
            report(entry.Place, "\"write\" says what is written, not where; name the source's property as \"source\".");
        else if (entry.Read is not null && entry.Source is null)
            return true;
        else if (entry.IsConst
            && (entry.Source is not null || entry.Transforms.Count > 0 || entry.Values is not null || entry.Direction is "out"))
            report(entry.Place, "A constant is only read; leave out \"source\", \"transform\", \"values\" and \"direction\", or leave out \"const\".");
        else if (!entry.IsConst && entry.Source is null)
            report(entry.Place, "The field has no \"source\"; name the source's property, or give it a \"const\".");
        else
            return true;
        return false;
    }

    private SchemaField? FindCanonical(FieldEntry entry)
    {
        if (entry.Canonical is not { Length: > 0 } path)
            return null;
        if (schema.Explain(path) is { } reason)
            report($"{entry.Place}.canonical", reason);
        return schema.Find(path);
    }

    private List<Transform>? MakeTransforms(FieldEntry entry)
    {
        var made = new List<Transform>();
        foreach (var text in entry.Transforms)
        {
            if (Transforms.Make(text, phones, out var error) is { } transform)
                made.Add(transform);
            else
                report($"{entry.Place}.transform", error);
        }

        return made.Count == entry.Transforms.Count ? made : null;
    }

    private ValueTable? FindTable(FieldEntry entry)
    {
        if (entry.Values is not { } name)
            return null;
        var found = tables.GetValueOrDefault(name) ?? BuiltInTables.Find(name);
        if (found is null)
            report($"{entry.Place}.values",
                $"There is no value table '{name}'. {Nearest.Suggest(name, [.. tables.Keys, .. BuiltInTables.Names])}");
        return found;
    }

    private bool TryConst(FieldEntry entry, SchemaField? field, out FieldValue constant)
    {
        constant = default;
        if (!entry.IsConst || field is null)
            return true;
        if (!JsonScalars.TryRead(entry.Const, out var value) || value.IsEmpty
            || !CanonicalConversion.TryConvert(value, field.Type, out constant))
            report($"{entry.Place}.const", $"Found {JsonScalars.ShapeOf(entry.Const)}; write {CanonicalConversion.Expected(field.Type)}.");
        else if (field.Allowed.Count > 0 && !field.Allowed.Contains(constant.AsText))
            report($"{entry.Place}.const",
                $"'{entry.Canonical}' cannot be '{constant.AsText}'. {Nearest.Suggest(constant.AsText, field.Allowed)}");
        else
            return true;
        return false;
    }

    private void CompileTable(string name, JsonElement entries)
    {
        if (BuiltInTables.Find(name) is not null)
            report($"valueTables.{name}", $"'{name}' is the name of a built-in table; give yours another.");
        var table = new ValueTable(name, StringComparer.Ordinal);
        if (entries.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in entries.EnumerateObject())
            {
                if (JsonScalars.TryRead(entry.Value, out var canonical) && canonical.Kind != FieldKind.Set)
                    table.Add(entry.Name, canonical);
            }
        }

        tables[name] = table;
    }

    // The source's type where the file says it. Otherwise a table gives texts, a transform what it makes, and a plain field its own kind.
    private static CanonicalType? WrittenType(FieldEntry entry, SchemaField field) => entry.Type switch
    {
        "text" => CanonicalType.Text,
        "number" => CanonicalType.Number,
        "boolean" => CanonicalType.Boolean,
        "list" => CanonicalType.Set,
        _ when entry.Transforms.Count == 0 && entry.Values is null
            && field.Type is CanonicalType.Number or CanonicalType.Integer or CanonicalType.Boolean => field.Type,
        _ => null,
    };

    private List<CompiledField> ResolveCountries(List<CompiledField> compiled)
    {
        var asking = compiled.Where(field => field.Field.Transforms.Any(transform => transform.Country is not null))
            .Select(field => field.Field.Canonical).ToHashSet(StringComparer.Ordinal);
        var readable = compiled.Where(field => field.Field.IsRead).Select(field => field.Field.Canonical).ToHashSet(StringComparer.Ordinal);
        return [.. compiled.Select(field => field with { Field = field.Field with { Country = FindCountry(field, asking, readable) } })];
    }

    private CountryPlace? FindCountry(CompiledField compiled, HashSet<string> asking, HashSet<string> readable)
    {
        if (compiled.Field.Transforms.FirstOrDefault(transform => transform.Country is not null)?.Country is not { } argument)
            return null;
        if (PhoneTransform.IsCountry(argument))
            return new(argument, null, null);

        var canonical = schema.Find(argument) is null ? null : CanonicalPath.Normalise(argument);
        if (canonical is not null && asking.Contains(canonical))
            report($"{compiled.Entry.Place}.transform",
                $"The country of '{compiled.Field.Canonical}' comes from '{canonical}', which itself needs a country: that is a circle. Name a field that holds a country.");
        else if (canonical is not null && readable.Contains(canonical))
            return new(null, null, canonical);
        else if (TrySource(argument, $"{compiled.Entry.Place}.transform", report) is { } path)
            return new(null, path, null);
        return null;
    }
}
