using System.Runtime.InteropServices;
using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity;

/// <summary>Takes records in and makes a <see cref="RecordSet"/> of them.</summary>
public sealed class RecordSetBuilder
{
    private readonly Column[] columns;
    private readonly List<int> ids = [];
    private readonly List<byte> sources = [];

    /// <param name="columns">The columns to compare, none of kind <see cref="ColumnKind.Ignore"/>.</param>
    public RecordSetBuilder(IReadOnlyList<MatchColumn> columns)
    {
        // Given and family names change places, so they are values of one table.
        var names = new ValueTable(Comparison.Of(ColumnKind.GivenName));
        this.columns = [.. columns.Select(column => new Column(column.Name, column.Kind,
            column.Kind is ColumnKind.GivenName or ColumnKind.FamilyName ? names : new ValueTable(Comparison.Of(column.Kind))))];
    }

    /// <param name="fields">One text a column, in the order of the columns; empty or null is missing.</param>
    /// <param name="source">The number of the input it comes from, 0 to 255.</param>
    public void Add(ReadOnlySpan<string?> fields, int source)
    {
        if (fields.Length != columns.Length)
            throw new ArgumentException($"{columns.Length} fields were expected, {fields.Length} were found.", nameof(fields));
        for (var i = 0; i < columns.Length; i++)
            ids.Add(string.IsNullOrWhiteSpace(fields[i]) ? 0 : columns[i].Table.IndexOf(fields[i]!));
        sources.Add((byte)source);
    }

    /// <summary>Ends adding. Rows are numbered from 0 in the order they were added.</summary>
    public RecordSet Build()
    {
        foreach (var column in columns)
            column.Table.Seal();
        var rows = InOrderOfContent();
        var ordered = new int[ids.Count];
        var width = columns.Length;
        var added = CollectionsMarshal.AsSpan(ids);
        for (var i = 0; i < rows.Length; i++)
            added.Slice(rows[i] * width, width).CopyTo(ordered.AsSpan(i * width));
        var set = new RecordSet(columns, ordered, rows, [.. rows.Select(row => sources[row])]);
        Count(set);
        return set;
    }

    private int[] InOrderOfContent()
    {
        var codes = Array.ConvertAll(columns, static column => CodesOf(column.Table));
        var keys = new (ulong Code, byte Source)[sources.Count];
        for (var row = 0; row < keys.Length; row++)
        {
            ulong code = 14695981039346656037;
            for (var i = 0; i < columns.Length; i++)
                code = ((code ^ (uint)codes[i][ids[(row * columns.Length) + i]]) * 0x9E3779B97F4A7C15) ^ (code >> 29);
            keys[row] = (code, sources[row]);
        }

        var rows = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, rows);
        return rows;
    }

    private static int[] CodesOf(ValueTable table)
    {
        var codes = new int[table.Count];
        for (var i = 1; i < codes.Length; i++)
            codes[i] = Value.CodeOf(table[i].Text);
        return codes;
    }

    private static void Count(RecordSet set)
    {
        var width = set.Columns.Length;
        for (var i = 0; i < width; i++)
        {
            var column = set.Columns[i];
            column.Counts = new int[column.Table.Count];
            for (var at = i; at < set.Ids.Length; at += width)
                column.Counts[set.Ids[at]]++;
            column.Present = set.Count - column.Counts[0];
            WeighWords(column);
        }
    }

    private static void WeighWords(Column column)
    {
        var counts = new Dictionary<int, int>();
        for (var i = 1; i < column.Counts.Length; i++)
        {
            foreach (var word in column.Table[i].Words)
                CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _) += column.Counts[i];
        }

        for (var i = 1; i < column.Counts.Length; i++)
        {
            var value = column.Table[i];
            if (value.Words.Length > 0)
                value.WordBits = Array.ConvertAll(value.Words, word => (float)Math.Log2((column.Present + 1.0) / counts[word]));
        }
    }
}
