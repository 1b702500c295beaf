using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity.Block;

/// <summary>One key that every record may have: a code of one column, or of the given and family name together.</summary>
/// <param name="Columns">The columns it is made of, as bits: keys of one column are alternatives and never joined into one rule.</param>
internal readonly record struct KeySlot(uint Columns);

/// <summary>The keys of all records, record by record; 0 where a record has none.</summary>
internal sealed class KeyTable
{
    private KeyTable(KeySlot[] slots, int[] keys)
    {
        Slots = slots;
        Keys = keys;
    }

    public KeySlot[] Slots { get; }

    public int[] Keys { get; }

    public ReadOnlySpan<int> Of(int record) => Keys.AsSpan(record * Slots.Length, Slots.Length);

    public static KeyTable Make(RecordSet set)
    {
        var slots = SlotsOf(set.Columns);
        var keys = new int[set.Count * slots.Length];
        var at = 0;
        for (var i = 0; i < set.Columns.Length; i++)
        {
            Fill(set, i, keys.AsSpan(), at, slots.Length);
            at += set.Columns[i].Comparison.KeyCount;
        }

        if (at < slots.Length)
        {
            for (var record = 0; record < set.Count; record++)
                keys[(record * slots.Length) + at] = KeyOfNames(set.Columns, set.IdsOf(record));
        }

        return new(slots, keys);
    }

    /// <summary>The keys of one record, by its values.</summary>
    public static int[] KeysOf(Column[] columns, ReadOnlySpan<int> ids)
    {
        var slots = SlotsOf(columns);
        var keys = new int[slots.Length];
        var at = 0;
        for (var i = 0; i < columns.Length; i++)
        {
            if (ids[i] != 0)
                columns[i].Comparison.KeysOf(columns[i].Table[ids[i]], keys.AsSpan(at, columns[i].Comparison.KeyCount));
            at += columns[i].Comparison.KeyCount;
        }

        if (at < keys.Length)
            keys[at] = KeyOfNames(columns, ids);
        return keys;
    }

    private static KeySlot[] SlotsOf(Column[] columns)
    {
        var slots = new List<KeySlot>();
        for (var i = 0; i < columns.Length; i++)
        {
            for (var k = 0; k < columns[i].Comparison.KeyCount; k++)
                slots.Add(new(1U << i));
        }

        var (given, family) = (Find(columns, ColumnKind.GivenName), Find(columns, ColumnKind.FamilyName));
        if (given >= 0 && family >= 0)
            slots.Add(new((1U << given) | (1U << family)));
        return [.. slots];
    }

    private static int Find(Column[] columns, ColumnKind kind) => Array.FindIndex(columns, column => column.Kind == kind);

    private static void Fill(RecordSet set, int index, Span<int> keys, int at, int width)
    {
        var column = set.Columns[index];
        var count = column.Comparison.KeyCount;
        var ofValues = new int[column.Table.Count * count];
        for (var i = 1; i < column.Table.Count; i++)
        {
            if (column.Counts[i] > 0)
                column.Comparison.KeysOf(column.Table[i], ofValues.AsSpan(i * count, count));
        }

        for (var record = 0; record < set.Count; record++)
            ofValues.AsSpan(set.Ids[(record * set.Columns.Length) + index] * count, count).CopyTo(keys[((record * width) + at)..]);
    }

    // The same for names in each other's place.
    private static int KeyOfNames(Column[] columns, ReadOnlySpan<int> ids)
    {
        var (given, family) = (Find(columns, ColumnKind.GivenName), Find(columns, ColumnKind.FamilyName));
        if (ids[given] == 0 || ids[family] == 0)
            return 0;
        var first = Value.CodeOf(Sound.Of(columns[given].Table[ids[given]].Text));
        var second = Value.CodeOf(Sound.Of(columns[family].Table[ids[family]].Text));
        return Value.CodeOf(Math.Min(first, second), Math.Max(first, second));
    }
}
