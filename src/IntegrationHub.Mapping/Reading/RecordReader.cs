using System.Text.Json;
using System.Text.Unicode;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Reads payloads. Holds nothing of a record; safe for many threads.</summary>
internal sealed class RecordReader
{
    private const int NamesAtFirst = 64;

    private readonly SourceNode root = new("");
    private readonly MappedField[] fields;
    private readonly bool hasExpressions;
    private readonly int slotCount;

    /// <param name="fields">The fields that are read, those that need another's country last.</param>
    public RecordReader(IEnumerable<MappedField> fields)
    {
        this.fields =
            [.. fields.OrderBy(field => field.Country?.CanonicalPath is not null).ThenBy(field => field.Canonical, StringComparer.Ordinal)];
        hasExpressions = Array.Exists(this.fields, field => field.ReadExpression is not null);
        foreach (var field in this.fields)
        {
            if (field.Source is not null && field.ReadExpression is null)
                field.Slot = root.Add(field.Source, ref slotCount);
            if (field.Country?.SourcePath is { } path)
                field.Country.Slot = root.Add(path, ref slotCount);
        }
    }

    public MappedRecord Read(ReadOnlySpan<byte> payload)
    {
        var slots = new SourceValue[slotCount];
        if (Walk(payload, slots) is { } broken)
            return new(FieldMap.Empty, [broken]);

        var read = new Field[fields.Length];
        var count = 0;
        List<Problem>? problems = null;
        using var record = hasExpressions ? Parse(payload) : null;
        foreach (var field in fields)
        {
            if (field.ReadExpression is not null)
            {
                var outcome = field.Read(record!.RootElement, out var made, out var failed);
                if (outcome == ReadOutcome.Value)
                    read[count++] = new(field.Canonical, made);
                if (failed is not null)
                    (problems ??= []).Add(failed);
                continue;
            }

            var value = field.Slot < 0 ? SourceValue.Of(field.Const) : slots[field.Slot];
            if (value.State == SourceState.Missing)
                continue;
            var country = field.Country?.Find(slots, read.AsSpan(0, count));
            switch (field.Read(value, country, out var converted, out var problem))
            {
                case ReadOutcome.Value:
                    read[count++] = new(field.Canonical, converted);
                    break;
                case ReadOutcome.Problem:
                    (problems ??= []).Add(problem!);
                    break;
            }
        }

        return new(FieldMap.From(count == read.Length ? read : read[..count]), problems is null ? [] : problems);
    }

    /// <summary>What a payload holds for one field of this reader, before any conversion.</summary>
    public SourceValue SourceAt(ReadOnlySpan<byte> payload, MappedField field)
    {
        var slots = new SourceValue[slotCount];
        return Walk(payload, slots) is null ? slots[field.Slot] : default;
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = JsonText.DepthMax });
        return JsonDocument.ParseValue(ref reader);
    }

    private Problem? Walk(ReadOnlySpan<byte> payload, SourceValue[] slots)
    {
        if (!Utf8.IsValid(payload))
            return new("$", "utf8", $"{payload.Length} bytes", "valid UTF-8; the connector must convert other encodings");
        var walk = new PayloadWalk(payload, slots, stackalloc ulong[NamesAtFirst]);
        try
        {
            if (!walk.Run(root))
                return new("$", "object", $"{payload.Length} bytes of JSON that are no object", "one JSON object a record");
            return walk.MayHaveDuplicates ? FindDuplicate(payload) : null;
        }
        catch (JsonException broken)
        {
            return IsDeep(payload)
                ? new("$", "depth", $"more than {JsonText.DepthMax} levels",
                    $"at most {JsonText.DepthMax} levels; the connector must flatten the record")
                : new("$", "json", $"{payload.Length} bytes, broken at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}",
                    "one JSON object a record");
        }
        catch (InvalidOperationException)
        {
            return new("$", "json", "a property's name with half a surrogate pair", "whole characters in names");
        }
    }

    private static bool IsDeep(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                if (reader.CurrentDepth >= JsonText.DepthMax && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    return true;
            }
        }
        catch (JsonException)
        {
            // Broken before it was deep.
        }

        return false;
    }

    private static Problem? FindDuplicate(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = JsonText.DepthMax });
        var place = new JsonPlace();
        while (reader.Read())
        {
            if (place.Enter(ref reader) is not null)
                return new(place.Path, "duplicate", "a property that stands twice in one object",
                    "each property once: which of the two values holds is not known");
        }

        return null;
    }
}
