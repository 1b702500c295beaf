using IntegrationHub.Identity;

namespace IntegrationHub.Hub.Matching;

/// <summary>The records of one or several tables, and what names them.</summary>
internal sealed class MatchInput
{
    private const int ColumnMax = 31, SourceMax = 255, SampleMax = 5_000;

    private MatchInput(IReadOnlyList<MatchTable> tables, RecordSet records, List<string> ids, List<int> firstRows, bool areInferred)
    {
        Tables = tables;
        Records = records;
        Ids = ids;
        FirstRows = firstRows;
        AreInferred = areInferred;
    }

    public IReadOnlyList<MatchTable> Tables { get; }

    public RecordSet Records { get; }

    /// <summary>By row.</summary>
    public List<string> Ids { get; }

    /// <summary>The first row of each table.</summary>
    public List<int> FirstRows { get; }

    /// <summary>Whether the kinds of the columns were proposed from the data.</summary>
    public bool AreInferred { get; }

    /// <exception cref="MatchInputException">Something is wrong with a table.</exception>
    public static MatchInput Read(
        IReadOnlyList<string> paths, MatchFile file, string? idColumn, MatchModel? model, CancellationToken cancellationToken)
    {
        if (paths.Count > SourceMax)
            throw new MatchInputException($"At most {SourceMax} inputs were expected, {paths.Count} were given. Join some of them.");
        MatchTable[] tables = [.. paths.Select(path => MatchTable.Open(path, idColumn ?? file.Id))];
        var areInferred = file.Columns.Count == 0 && model is null;
        IReadOnlyList<MatchColumn> columns = model is not null
            ? Known(tables, model.Columns, "--model")
            : areInferred ? Infer(tables) : Named(tables, file);
        if (columns.Count is 0 or > ColumnMax)
            throw new MatchInputException(columns.Count == 0
                ? "No column is left to compare: the id is not compared, nor a column with one value. Name columns and their kinds with --config."
                : $"At most {ColumnMax} columns can be compared, {columns.Count} are named. Leave out those that say least, with --config.");
        var builder = new RecordSetBuilder(columns);
        var ids = new List<string>();
        var firstRows = new List<int>();
        for (var i = 0; i < tables.Length; i++)
        {
            firstRows.Add(ids.Count);
            Add(tables[i], i, columns, builder, ids, cancellationToken);
        }

        return new(tables, builder.Build(), ids, firstRows, areInferred);
    }

    /// <summary>The table that a row is from.</summary>
    public int TableOf(int row) => FirstRows.FindLastIndex(first => first <= row);

    /// <summary>Proposes a kind for each column that two tables share, or that the only table has.</summary>
    public static List<MatchColumn> Infer(IReadOnlyList<MatchTable> tables)
    {
        var headings = tables[0].Headings
            .Where(heading => tables.All(table => heading != table.IdColumn && table.Headings.Contains(heading))).ToList();
        var samples = headings.ConvertAll(static _ => new List<string>());
        foreach (var table in tables)
        {
            var rows = 0;
            table.Read(headings, (_, fields, _) =>
            {
                for (var i = 0; i < fields.Length; i++)
                {
                    if (!string.IsNullOrWhiteSpace(fields[i]))
                        samples[i].Add(fields[i]!);
                }

                return ++rows < SampleMax;
            });
        }

        return [.. headings.Select((heading, i) => new MatchColumn(heading, KindInference.Propose(heading, samples[i])))
            .Where(static column => column.Kind != ColumnKind.Ignore)];
    }

    private static IReadOnlyList<MatchColumn> Named(IReadOnlyList<MatchTable> tables, MatchFile file) => Known(
        tables, [.. file.Columns.Where(static column => column.Value != ColumnKind.Ignore)
            .Select(static column => new MatchColumn(column.Key, column.Value))], "--config");

    private static IReadOnlyList<MatchColumn> Known(IReadOnlyList<MatchTable> tables, IReadOnlyList<MatchColumn> columns, string option)
    {
        foreach (var column in columns)
        {
            if (!tables.Any(table => table.Headings.Contains(column.Name)))
                throw new MatchInputException(
                    $"{tables[0].Path} has no column '{column.Name}', which {option} names. It has: {string.Join(", ", tables[0].Headings)}.");
        }

        return columns;
    }

    private static void Add(
        MatchTable table, int source, IReadOnlyList<MatchColumn> columns, RecordSetBuilder builder, List<string> ids,
        CancellationToken cancellationToken)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        table.Read([.. columns.Select(static column => column.Name)], (id, fields, line) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (id.Length == 0)
                throw new MatchInputException(
                    $"{table.Path}, line {line}: the id in '{table.IdColumn}' is empty. Every record needs one; name another column with --id.");
            if (!lines.TryAdd(id, line))
                throw new MatchInputException(
                    $"{table.Path}, line {line}: the id in '{table.IdColumn}' stands in line {lines[id]} already. Ids must be unique; name another column with --id.");
            ids.Add(id);
            builder.Add(fields, source);
            return true;
        });
    }
}
