using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity;

/// <summary>A column to compare.</summary>
/// <param name="Name">As in the data.</param>
/// <param name="Kind">What its values are.</param>
public sealed record MatchColumn(string Name, ColumnKind Kind);

/// <summary>
/// Records to be matched, column by column, each distinct value once. They are kept in an order that depends on their content alone, so
/// nothing that is learned from them depends on the order they came in.
/// </summary>
public sealed class RecordSet
{
    internal RecordSet(Column[] columns, int[] ids, int[] rows, byte[] sources)
    {
        Columns = columns;
        Ids = ids;
        Rows = rows;
        Sources = sources;
    }

    public int Count => Rows.Length;

    /// <summary>The columns, and how many records have a value and how many different ones there are.</summary>
    public IReadOnlyList<(string Name, ColumnKind Kind, int Present, int Distinct)> Describe() =>
        [.. Columns
            .Select(static column => (column.Name, column.Kind, column.Present, column.Counts.Skip(1).Count(static count => count > 0)))];

    internal Column[] Columns { get; }

    /// <summary>The value of each record's columns, record by record: indexes into the column's values, 0 for none.</summary>
    internal int[] Ids { get; }

    /// <summary>For each record, the row in which it was added.</summary>
    internal int[] Rows { get; }

    /// <summary>For each record, the number of the input it came from.</summary>
    internal byte[] Sources { get; }

    internal ReadOnlySpan<int> IdsOf(int record) => Ids.AsSpan(record * Columns.Length, Columns.Length);
}

/// <summary>One compared column of a <see cref="RecordSet"/>.</summary>
internal sealed class Column(string name, ColumnKind kind, ValueTable table)
{
    public string Name { get; } = name;

    public ColumnKind Kind { get; } = kind;

    public ValueTable Table { get; } = table;

    public Comparison Comparison => Table.Comparison;

    /// <summary>How many records have each value, by the value's index.</summary>
    public int[] Counts { get; set; } = [];

    /// <summary>How many records have a value.</summary>
    public int Present { get; set; }

    /// <summary>How many records have each word, by its code.</summary>
    public Dictionary<int, int> WordCounts { get; set; } = [];

    /// <summary>Says of each word of a value how rare it is; a word that no record has is as rare as one that a single record
    /// has.</summary>
    public void Weigh(Value value)
    {
        if (value.Words.Length > 0)
            value.WordBits = Array.ConvertAll(value.Words, word =>
                (float)Math.Log2((Present + 1.0) / WordCounts.GetValueOrDefault(word, 1)));
    }
}
