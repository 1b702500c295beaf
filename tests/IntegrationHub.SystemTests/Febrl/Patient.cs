namespace IntegrationHub.SystemTests.Febrl;

/// <summary>One row of FEBRL's files, in the columns' order.</summary>
internal sealed record Patient(string Key, IReadOnlyList<string> Cells)
{
    public const string KeyColumn = "rec_id";

    /// <summary>The columns after the key.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id"];

    public string this[string column] => Cells[ColumnOf(column)];

    /// <summary>All that both systems shall show alike.</summary>
    public string Content => string.Join('\u001f', Cells);

    public Patient With(string column, string value)
    {
        var cells = Cells.ToArray();
        cells[ColumnOf(column)] = value;
        return this with { Cells = cells };
    }

    public override string ToString() => Key;

    private static int ColumnOf(string column) => Columns.Index().First(one => one.Item == column).Index;
}
