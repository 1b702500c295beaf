using System.Globalization;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Makes values for a field: what its type, its table or its schema allow, with the manners that give mappings trouble.</summary>
internal sealed class LintSamples(Random random)
{
    private const int PerField = 12;

    private static readonly string[] Texts =
        ["Ada", "ada lovelace", "ÅSA Öberg", "van der Berg", "王小明", "  padded ", "two  spaces", "A-1/2", "0042", "x", "Ærø;Fyn,Als",
            "+44 20 7946 0018"];

    private static readonly string[] Phones = ["+442079460018", "+4930901820", "+8613912345678", "+33142685300", "+12125550123"];

    /// <summary>Canonical values that the field may be given to write.</summary>
    public IReadOnlyList<FieldValue> Canonical(MappedField field)
    {
        if (field.Schema.Allowed.Count > 0)
            return [.. field.Schema.Allowed.Select(FieldValue.Text)];
        if (field.Values is { } table)
            return [.. table.CanonicalValues.Where(value => !value.IsEmpty).Take(PerField)];
        if (field.Schema.KeyKind == "phone" || field.Transforms.Any(transform => transform.Rule == "e164"))
            return [.. Phones.Select(FieldValue.Text)];
        return [.. Enumerable.Range(0, PerField).Select(_ => Make(field.Schema.Type))];
    }

    /// <summary>Values that the source may hold: what writing gives, the same in other manners, and what a table names.</summary>
    public IEnumerable<FieldValue> Source(MappedField field, IReadOnlyList<FieldValue> canonical)
    {
        foreach (var value in canonical)
        {
            if (!field.TryWrite(value, out var written, out _) || written is not { IsEmpty: false } source)
                continue;
            yield return source;
            if (source.Kind != FieldKind.Text || field.Values is not null)
                continue;
            yield return FieldValue.Text(source.AsText.ToUpperInvariant());
            yield return FieldValue.Text($" {source.AsText} ");
        }

        foreach (var value in field.Values?.SourceValues.Where(value => value.Length > 0).Take(PerField) ?? [])
        {
            var text = FieldValue.Text(value);
            yield return field.WrittenType is { } type && CanonicalConversion.TryConvert(text, type, out var typed) ? typed : text;
        }
    }

    private FieldValue Make(CanonicalType type) => type switch
    {
        CanonicalType.Number => FieldValue.Number(random.Next(-1_000_000, 1_000_000) / 100m),
        CanonicalType.Integer => FieldValue.Number(random.NextInt64(-(1L << 60), 1L << 60)),
        CanonicalType.Boolean => FieldValue.Boolean(random.Next(2) == 0),
        CanonicalType.Date => FieldValue.Text(
            new DateOnly(1900, 1, 1).AddDays(random.Next(50_000)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        CanonicalType.DateTime =>
            FieldValue.Text(CanonicalConversion.Moment(DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(TimeSpan.TicksPerDay * 20_000)))),
        CanonicalType.Set => FieldValue.Set(Enumerable.Range(0, 3).Select(_ => Text())),
        _ => FieldValue.Text(Text()),
    };

    private string Text() => Texts[random.Next(Texts.Length)];
}
