using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

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
        using var parser = Parser(path);
        if (!parser.Read())
            throw new MatchInputException($"{path} is empty: a header with the names of the columns was expected.");
        var headings = parser.Record!.Select(static one => one.Trim()).ToArray();
        if (headings.GroupBy(static one => one, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            throw new MatchInputException($"{path}: the column '{twice.Key}' stands in the header twice. Rename one.");
        if (idColumn is not null && !headings.Contains(idColumn, StringComparer.Ordinal))
            throw new MatchInputException($"{path} has no column '{idColumn}' to name records by. It has: {string.Join(", ", headings)}. Name one with --id.");
        return new MatchTable(path, headings, idColumn ?? headings[0]);
    });

    /// <summary>The records one by one.</summary>
    /// <param name="columns">The columns to hand over; one that this table lacks is missing in every record.</param>
    /// <param name="take">Takes the id, the fields (valid during the call), and the line, for messages. False ends reading.</param>
    public void Read(IReadOnlyList<string> columns, Func<string, string?[], int, bool> take) => MatchInputException.Reading(Path, () =>
    {
        using var parser = Parser(Path);
        parser.Read();
        var idAt = IndexOf(IdColumn);
        var places = columns.Select(IndexOf).ToArray();
        var fields = new string?[places.Length];
        while (parser.Read())
        {
            if (parser.Count != Headings.Count)
                throw new MatchInputException(
                    $"{Path}, line {parser.RawRow}: {Headings.Count} fields were expected, as the header has, {parser.Count} were found. Quote fields that hold a comma.");
            for (var i = 0; i < places.Length; i++)
                fields[i] = places[i] < 0 ? null : parser[places[i]];
            if (!take(parser[idAt], fields, parser.RawRow))
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

    private static CsvParser Parser(string path)
    {
        var file = path;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            DetectColumnCountChanges = false,
            BadDataFound = bad => throw new MatchInputException(
                $"{file}, line {bad.Context.Parser?.RawRow}: a quote was found inside a field that does not begin with one. Double it, and quote the field."),
        };
        return new(new StreamReader(path, Encoding.UTF8), configuration);
    }
}
