using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity.Block;

/// <summary>One key that every record may have: a code of one column, or of the given and family name together.</summary>
/// <param name="Columns">The columns it is made of, as bits: keys of one column are alternatives and never joined into one rule.</param>
/// <param name="Name">For reports.</param>
internal sealed record KeySlot(uint Columns, string Name);

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
        var slots = new List<KeySlot>();
        for (var i = 0; i < set.Columns.Length; i++)
        {
            for (var k = 0; k < set.Columns[i].Comparison.KeyCount; k++)
                slots.Add(new(1U << i, $"{set.Columns[i].Name}.{k}"));
        }

        var (given, family) = (Find(set, ColumnKind.GivenName), Find(set, ColumnKind.FamilyName));
        var hasNames = given >= 0 && family >= 0;
        if (hasNames)
            slots.Add(new((1U << given) | (1U << family), "names"));
        var keys = new int[set.Count * slots.Count];
        var at = 0;
        for (var i = 0; i < set.Columns.Length; i++)
        {
            Fill(set, i, keys.AsSpan(), at, slots.Count);
            at += set.Columns[i].Comparison.KeyCount;
        }

        if (hasNames)
        {
            for (var record = 0; record < set.Count; record++)
                keys[(record * slots.Count) + at] = KeyOfNames(set, record, given, family);
        }

        return new([.. slots], keys);
    }

    private static int Find(RecordSet set, ColumnKind kind) => Array.FindIndex(set.Columns, column => column.Kind == kind);

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
    private static int KeyOfNames(RecordSet set, int record, int given, int family)
    {
        var ids = set.IdsOf(record);
        if (ids[given] == 0 || ids[family] == 0)
            return 0;
        var first = Value.CodeOf(Sound.Of(set.Columns[given].Table[ids[given]].Text));
        var second = Value.CodeOf(Sound.Of(set.Columns[family].Table[ids[family]].Text));
        return Value.CodeOf(Math.Min(first, second), Math.Max(first, second));
    }
}
