using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity.Score;

/// <summary>
/// Compares two records column by column. Beside the columns there is one more comparison where given and family names are kept apart:
/// whether they stand in each other's place.
/// </summary>
internal sealed class PairComparer
{
    /// <summary>The level of a column that one of the records leaves empty.</summary>
    public const byte Missing = 255;

    /// <summary>Levels of the comparison of places of names.</summary>
    public const byte InPlace = 0, Crossed = 1;

    // From here on names are so unlike that they may be others' names.
    private const int UnlikeFrom = 3;

    // Rarity is kept in eighths of a bit.
    private const double RarityScale = 8;

    private readonly RecordSet set;
    private readonly byte[][] rarities;

    public PairComparer(RecordSet set)
    {
        this.set = set;
        Given = Array.FindIndex(set.Columns, static column => column.Kind == ColumnKind.GivenName);
        Family = Array.FindIndex(set.Columns, static column => column.Kind == ColumnKind.FamilyName);
        HasNames = Given >= 0 && Family >= 0;
        rarities = Array.ConvertAll(set.Columns, RaritiesOf);
    }

    public int Given { get; }

    public int Family { get; }

    public bool HasNames { get; }

    /// <summary>How many comparisons there are: the columns, and then the places of names.</summary>
    public int Count => set.Columns.Length + (HasNames ? 1 : 0);

    /// <summary>Compares all columns.</summary>
    /// <param name="levels">Gets each comparison's level.</param>
    /// <param name="rarity">Gets, for values that are the same, how rare they are, as <see cref="BitsOf"/> reads it.</param>
    public void Compare(int first, int second, Span<byte> levels, Span<byte> rarity)
    {
        var a = set.IdsOf(first);
        var b = set.IdsOf(second);
        if (HasNames)
            CompareNames(a, b, levels, rarity);
        for (var i = 0; i < set.Columns.Length; i++)
        {
            if (!IsName(i))
                CompareColumn(i, a[i], b[i], levels, rarity);
        }
    }

    public bool IsName(int column) => HasNames && (column == Given || column == Family);

    public void CompareColumn(int column, int first, int second, Span<byte> levels, Span<byte> rarity)
    {
        levels[column] = LevelOf(column, first, second);
        rarity[column] = levels[column] == Comparison.Same ? rarities[column][first] : (byte)0;
    }

    /// <summary>Compares given and family name, in place and, when that fails, crossed.</summary>
    public void CompareNames(ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<byte> levels, Span<byte> rarity)
    {
        var places = set.Columns.Length;
        CompareColumn(Given, a[Given], b[Given], levels, rarity);
        CompareColumn(Family, a[Family], b[Family], levels, rarity);
        rarity[places] = 0;
        levels[places] = levels[Given] == Missing && levels[Family] == Missing ? Missing : InPlace;
        if (levels[Given] < UnlikeFrom || levels[Family] < UnlikeFrom)
            return;
        var given = LevelOf(Given, a[Given], b[Family]);
        var family = LevelOf(Family, a[Family], b[Given]);
        if (Math.Min(given, family) >= UnlikeFrom || (given != Missing && family != Missing && Math.Max(given, family) > UnlikeFrom))
            return;
        levels[places] = Crossed;
        levels[Given] = given;
        levels[Family] = family;
        rarity[Given] = given == Comparison.Same ? Math.Min(rarities[Given][a[Given]], rarities[Family][a[Given]]) : (byte)0;
        rarity[Family] = family == Comparison.Same ? Math.Min(rarities[Family][a[Family]], rarities[Given][a[Family]]) : (byte)0;
    }

    /// <summary>How rare a value is, as the binary logarithm of one over its share.</summary>
    public static double BitsOf(byte rarity) => rarity / RarityScale;

    private byte LevelOf(int column, int first, int second)
    {
        if (first == 0 || second == 0)
            return Missing;
        var table = set.Columns[column].Table;
        if (first == second && !table[first].IsPartial)
            return Comparison.Same;
        return (byte)table.Comparison.Compare(table[first], table[second]);
    }

    // A value's share among the other records: two of those that have it are the pair itself.
    private static byte[] RaritiesOf(Column column)
    {
        var ofValues = new byte[column.Table.Count];
        for (var i = 1; i < ofValues.Length; i++)
        {
            var others = Math.Max(1, column.Counts.Length > i ? column.Counts[i] - 1 : 1);
            ofValues[i] = (byte)Math.Clamp(Math.Round(Math.Log2((double)Math.Max(1, column.Present) / others) * RarityScale), 0, 254);
        }

        return ofValues;
    }
}
