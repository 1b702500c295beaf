using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Jsonata;

namespace IntegrationHub.Mapping;

internal enum ReadOutcome
{
    /// <summary>The source says nothing.</summary>
    Absent,
    Value,
    Problem,
}

/// <summary>One field of a mapping, compiled.</summary>
internal sealed record MappedField
{
    /// <summary>The path in canonical form; the same instance for every record.</summary>
    public required string Canonical { get; init; }

    public required SchemaField Schema { get; init; }

    /// <summary>The path in the source's record; null for a constant.</summary>
    public IReadOnlyList<PathStep>? Source { get; init; }

    /// <summary>The source's path as text.</summary>
    public string SourceText { get; init; } = "";

    public FieldValue Const { get; init; }

    public IReadOnlyList<Transform> Transforms { get; init; } = [];

    public ValueTable? Values { get; init; }

    /// <summary>What the source wants, where the file says so.</summary>
    public CanonicalType? WrittenType { get; init; }

    public required bool IsRead { get; init; }

    public required bool IsWritten { get; init; }

    public bool EmptyTextIsAbsent { get; init; }

    /// <summary>Where <c>e164</c> finds the country; null when no transform asks.</summary>
    public CountryPlace? Country { get; init; }

    /// <summary>Where the reader puts the source's value; -1 for a constant.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>Reads the field from the value at <see cref="Source"/>, or from the whole record where there is none; null without
    /// one.</summary>
    public FieldExpression? ReadExpression { get; init; }

    /// <summary>Makes what is written of the canonical value; null without one.</summary>
    public FieldExpression? WriteExpression { get; init; }

    /// <summary>What the file declares not to come back the same; null when it declares nothing.</summary>
    public string? Loses { get; init; }

    public bool IsTwoWay => IsRead && IsWritten;

    /// <summary>What does not come back the same by design, one phrase for each transform or table.</summary>
    public IEnumerable<string> Losses
    {
        get
        {
            foreach (var transform in Transforms)
            {
                if (transform.Loss is { } loss)
                    yield return $"{transform.Name} does not keep {loss}";
            }

            if (Values is { IsLossy: true })
                yield return $"the table {Values.Name} gives several values of the source one meaning";
            if (Loses is not null)
                yield return Loses;
            if (Schema.Type == CanonicalType.DateTime && Transforms.Count == 0)
                yield return "moments are kept in UTC, not with their offset";
        }
    }

    public ReadOutcome Read(SourceValue source, string? country, out FieldValue value, out Problem? problem)
    {
        problem = null;
        value = FieldValue.Empty;
        if (source.State == SourceState.Null)
            return ReadOutcome.Value;
        if (source.State == SourceState.Wrong)
        {
            problem = new(Canonical, "type", source.Wrong.Shape, source.Wrong.Expected);
            return ReadOutcome.Problem;
        }

        value = source.Value;
        foreach (var transform in Transforms)
        {
            if (value.IsEmpty)
                break;
            var before = value;
            if (!transform.Read(before, country, out value))
            {
                problem = new(Canonical, transform.Rule, Shapes.Of(before), transform.ReadExpected);
                return ReadOutcome.Problem;
            }
        }

        if (Values is not null && (!value.IsEmpty || Values.ReadsEmptyText))
            return ReadTable(ref value, out problem);
        if (value.IsEmpty && EmptyTextIsAbsent)
            return ReadOutcome.Absent;
        return Convert(ref value, out problem);
    }

    /// <summary>Reads the field of a whole record, by its expression. It runs on values alone: what the record does not say stays
    /// unsaid, and what it says to be empty is empty, whatever the expression would make of that.</summary>
    public ReadOutcome Read(JsonElement record, out FieldValue value, out Problem? problem)
    {
        problem = null;
        value = FieldValue.Empty;
        var input = Source is null ? record : JsonPlaces.Find(record, Source);
        // A consent is never made of what is missing, not even in part.
        var needsAll = Canonical.StartsWith("consents[", StringComparison.Ordinal);
        var state = Source is null
            ? ReadExpression!.StateOf(record, needsAll, EmptyTextIsAbsent)
            : FieldExpression.StateOf(input, EmptyTextIsAbsent);
        if (state != SourceState.Value)
            return state == SourceState.Null ? ReadOutcome.Value : ReadOutcome.Absent;
        try
        {
            if (ReadExpression!.Evaluate(input) is not { } read)
                return ReadOutcome.Absent;
            value = read;
            return value.IsEmpty ? ReadOutcome.Value : Convert(ref value, out problem);
        }
        catch (JsonataException failed)
        {
            problem = Failed(failed);
            return ReadOutcome.Problem;
        }
    }

    /// <param name="written">What to write; null for the empty text, which a value table can name where null means something else.</param>
    /// <returns>False when the value cannot be said in the source's shape; <paramref name="problem"/> then says why.</returns>
    public bool TryWrite(FieldValue canonical, out FieldValue? written, out Problem? problem)
    {
        problem = null;
        written = canonical;
        if (canonical.IsEmpty)
            return true;
        var value = canonical;
        if (WriteExpression is not null)
            return TryWriteExpression(canonical, out written, out problem);
        if (Values is not null)
        {
            if (!ValueTables.TryWrite(Values, canonical, out value))
            {
                problem = new(Canonical, "values", Shapes.Of(canonical),
                    $"a value that the table {Values.Name} gives; add a line for this one");
                return false;
            }

            if (value.IsEmpty)
            {
                written = null;
                return true;
            }
        }

        for (var i = Transforms.Count - 1; i >= 0; i--)
        {
            var before = value;
            if (!Transforms[i].TryWrite(before, isOutboundOnly: !IsRead, out value))
            {
                var expected = Transforms[i].WriteExpected.Length > 0 ? Transforms[i].WriteExpected : Transforms[i].ReadExpected;
                problem = new(Canonical, Transforms[i].Rule, Shapes.Of(before), expected);
                return false;
            }
        }

        return TryType(value, out written, out problem);
    }

    private bool TryWriteExpression(FieldValue canonical, out FieldValue? written, out Problem? problem)
    {
        written = null;
        try
        {
            if (WriteExpression!.Evaluate(canonical) is { } made)
                return TryType(made, out written, out problem);
            problem = new(Canonical, FieldExpression.Rule, Shapes.Of(canonical),
                "\"write\" to give a value, or null to empty the source's field; it gives nothing");
        }
        catch (JsonataException failed)
        {
            problem = Failed(failed);
        }

        return false;
    }

    private Problem Failed(JsonataException failed) => new(Canonical, FieldExpression.Rule, failed.Code, failed.Message);

    private bool TryType(FieldValue value, out FieldValue? written, out Problem? problem)
    {
        problem = null;
        var converted = value;
        var isOfType = WrittenType is not { } type || CanonicalConversion.TryConvert(converted, type, out value);
        written = value;
        if (isOfType)
            return true;
        problem = new(Canonical, "type", Shapes.Of(converted),
            $"what the source's field '{SourceText}' holds: {CanonicalConversion.Expected(WrittenType!.Value)}");
        return false;
    }

    private ReadOutcome ReadTable(ref FieldValue value, out Problem? problem)
    {
        if (ValueTables.TryRead(Values!, value, out var canonical))
        {
            value = canonical;
            return Convert(ref value, out problem);
        }

        problem = new(Canonical, "values", Shapes.Of(value), $"a value that the table {Values!.Name} has; add a line for this one");
        return ReadOutcome.Problem;
    }

    private ReadOutcome Convert(ref FieldValue value, out Problem? problem)
    {
        problem = null;
        var before = value;
        if (CanonicalConversion.TryConvert(before, Schema.Type, out value))
            return ReadOutcome.Value;
        problem = new(Canonical, CanonicalConversion.Rule(Schema.Type), Shapes.Of(before), CanonicalConversion.Expected(Schema.Type));
        return ReadOutcome.Problem;
    }
}

/// <summary>Where a telephone number's country comes from: one of the three.</summary>
internal sealed record CountryPlace(string? Code, IReadOnlyList<PathStep>? SourcePath, string? CanonicalPath)
{
    public int Slot { get; set; } = -1;

    /// <returns>The country of this record; null when it does not say.</returns>
    public string? Find(SourceValue[] slots, ReadOnlySpan<Field> read)
    {
        if (Slot >= 0)
            return slots[Slot] is { State: SourceState.Value, Value.IsEmpty: false } found ? found.Value.AsText.Trim().ToUpperInvariant()
                : Code;
        foreach (var field in read)
        {
            if (CanonicalPath is not null && field.Path == CanonicalPath && !field.Value.IsEmpty)
                return field.Value.AsText;
        }

        return Code;
    }
}

/// <summary>Field values by their shape.</summary>
internal static class Shapes
{
    public static string Of(FieldValue value) => value.Kind switch
    {
        FieldKind.Empty => "empty",
        FieldKind.Text => ValueShape.Of(value.AsText),
        FieldKind.Number => $"number of {value.AsText.Length} characters",
        FieldKind.Set => $"set of {value.AsSet.Count}",
        _ => "boolean",
    };
}
