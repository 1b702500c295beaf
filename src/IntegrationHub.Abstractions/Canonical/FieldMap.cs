using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace IntegrationHub.Abstractions;

/// <summary>One canonical field: its path in canonical form (<see cref="CanonicalPath"/>) and its value.</summary>
public readonly record struct Field(string Path, FieldValue Value)
{
    public override string ToString() => $"{Path}: {Value.Kind}";
}

/// <summary>
/// The fields of one canonical entity, as paths and values in ordinal order of the path. A path that is not here is absent.
/// Bases, differences, provenance and conflicts are all per path, so the flat form is the one that the hub works with;
/// the mappings make the nested form for schemas, pages and exports.
/// </summary>
public sealed class FieldMap : IReadOnlyList<Field>, IEquatable<FieldMap>
{
    private readonly Field[] fields;

    private FieldMap(Field[] sorted) => fields = sorted;

    public static FieldMap Empty { get; } = new([]);

    public int Count => fields.Length;

    public Field this[int index] => fields[index];

    /// <param name="fields">Fields in any order. When a path occurs twice the later one counts.</param>
    public static FieldMap From(IEnumerable<Field> fields)
    {
        var sorted = fields.ToArray();
        if (sorted.Length == 0)
            return Empty;
        SortStable(sorted);
        var kept = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (kept > 0 && sorted[kept - 1].Path == sorted[i].Path)
                kept--;
            sorted[kept++] = sorted[i];
        }

        return new(kept == sorted.Length ? sorted : sorted[..kept]);
    }

    public bool TryGet(string path, out FieldValue value)
    {
        int low = 0, high = fields.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(fields[middle].Path, path);
            if (order == 0)
            {
                value = fields[middle].Value;
                return true;
            }

            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        value = default;
        return false;
    }

    /// <summary>The value at a path, or null when it is absent.</summary>
    public FieldValue? Find(string path) => TryGet(path, out var value) ? value : null;

    /// <summary>These fields with some replaced or added.</summary>
    public FieldMap With(IEnumerable<Field> changes) => From(fields.Concat(changes));

    public IEnumerator<Field> GetEnumerator() => ((IEnumerable<Field>)fields).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => fields.GetEnumerator();

    public bool Equals([NotNullWhen(true)] FieldMap? other) => other is not null && fields.AsSpan().SequenceEqual(other.fields);

    public override bool Equals(object? obj) => Equals(obj as FieldMap);

    public override int GetHashCode() => fields.Length;

    /// <summary>The number of fields alone: values may be personal.</summary>
    public override string ToString() => $"{fields.Length} fields";

    // Insertion sort: mappings yield fields nearly in order, and an entity has some tens of them. Stable, so that the later of two counts.
    private static void SortStable(Field[] items)
    {
        for (var i = 1; i < items.Length; i++)
        {
            var item = items[i];
            var j = i - 1;
            for (; j >= 0 && string.CompareOrdinal(items[j].Path, item.Path) > 0; j--)
                items[j + 1] = items[j];
            items[j + 1] = item;
        }
    }
}
