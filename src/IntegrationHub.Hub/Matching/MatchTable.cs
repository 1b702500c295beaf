namespace IntegrationHub.Hub.Matching;

/// <summary>
/// One CSV file of customers: a header, then one record a row; separated by commas, quotes doubled inside quotes, UTF-8. Blanks around
/// headings and values do not count.
/// </summary>
internal sealed class MatchTable
{
    private MatchTable(string path, string[] headings, string idColumn)
    {
        Path = path;
        Headings = headings;
        IdColumn = idColumn;
    }

    public string Path { get; }

    public IReadOnlyList<string> Headings { get; }

    /// <summary>The column that names a record.</summary>
    public string IdColumn { get; }

    /// <exception cref="MatchInputException">There is no such file, no header, or no id column.</exception>
    public static MatchTable Open(string path, string? idColumn) => MatchInputException.Reading(path, () =>
    {
        using var rows = new CsvRows(path);
        if (!rows.Read())
            throw new MatchInputException($"{path} is empty: a header with the names of the columns was expected.");
        var headings = rows.Fields.ToArray();
        if (headings.GroupBy(static one => one, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            throw new MatchInputException($"{path}: the column '{twice.Key}' stands in the header twice. Rename one.");
        if (idColumn is not null && !headings.Contains(idColumn, StringComparer.Ordinal))
            throw new MatchInputException(
                $"{path} has no column '{idColumn}' to name records by. It has: {string.Join(", ", headings)}. Name one with --id.");
        return new MatchTable(path, headings, idColumn ?? headings[0]);
    });

    /// <summary>The records one by one.</summary>
    /// <param name="columns">The columns to hand over; one that this table lacks is missing in every record.</param>
    /// <param name="take">Takes the id, the fields (valid during the call), and the line, for messages. False ends reading.</param>
    public void Read(IReadOnlyList<string> columns, Func<string, string?[], int, bool> take) => MatchInputException.Reading(Path, () =>
    {
        using var rows = new CsvRows(Path);
        rows.Read();
        var idAt = IndexOf(IdColumn);
        var places = columns.Select(IndexOf).ToArray();
        var fields = new string?[places.Length];
        while (rows.Read())
        {
            if (rows.Fields.Count != Headings.Count)
                throw new MatchInputException(
                    $"{Path}, line {rows.Line}: {Headings.Count} fields were expected, as the header has, {rows.Fields.Count} were found. Quote fields that hold a comma.");
            for (var i = 0; i < places.Length; i++)
                fields[i] = places[i] < 0 ? null : rows.Fields[places[i]];
            if (!take(rows.Fields[idAt], fields, rows.Line))
                break;
        }

        return true;
    });

    private int IndexOf(string column)
    {
        for (var i = 0; i < Headings.Count; i++)
        {
            if (Headings[i] == column)
                return i;
        }

        return -1;
    }
}
