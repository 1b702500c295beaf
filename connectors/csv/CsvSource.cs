using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>Reads one file. A row that is no record is shown as a problem; what makes the rows themselves uncertain stops the read.</summary>
internal sealed class CsvSource(CsvOptions options, CsvStream setup)
{
    private const int PageSize = 500;

    public async IAsyncEnumerable<SourcePage> ReadAsync(Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stamp = FileStamp.Of(setup.File);
        var last = CsvCheckpoint.Read(after);
        if (last is { Row: CsvCheckpoint.End } && last.Stamp == stamp)
        {
            yield return new([], after!, ReadEnd.CaughtUp);
            yield break;
        }

        var here = new CsvCheckpoint(stamp, await FileContent.HashAsync(setup.File, cancellationToken), 0);
        // The same content under a new time (a copy, a touch) is the same file.
        var resumed = last is not null && last.ContentHash == here.ContentHash ? last.Row : 0;
        if (resumed == CsvCheckpoint.End)
        {
            yield return new([], (here with { Row = CsvCheckpoint.End }).Write(), ReadEnd.CaughtUp);
            yield break;
        }

        await using var table = await CsvTable.OpenAsync(options, setup, cancellationToken);
        using var records = new RowRecords(table);
        var keys = new KeyRows();
        var whole = resumed == 0;
        while (await table.NextAsync(cancellationToken))
        {
            while (table.Rows.Next())
            {
                var row = table.Rows.Current.Number;
                if (table.Rows.Current.IsBlank)
                    continue;
                whole &= Add(table, records, keys, show: row > resumed);
                if (records.Count == PageSize)
                    yield return new(records.Take(), (here with { Row = row }).Write());
            }
        }

        // Complete is a promise about absence: a problem may hide a key, and a file that changed may have shown a bit of each state.
        var unchanged = table.Source.ContentHash == here.ContentHash && FileStamp.Of(setup.File) == stamp;
        var end = unchanged ? here with { Row = CsvCheckpoint.End } : here;
        yield return new(records.Take(), end.Write(), whole && unchanged ? ReadEnd.Complete : ReadEnd.CaughtUp);
    }

    /// <returns>Whether the row is a record.</returns>
    private bool Add(CsvTable table, RowRecords records, KeyRows keys, bool show)
    {
        var problem = table.Check();
        var key = problem is null ? table.Text(table.Key) : "";
        problem ??= records.CheckKey(key);
        if (problem is null && keys.Add(key, table.Rows.Current.Number) is { } first)
            problem = new("csv.key", $"row {table.Rows.Current.Number} has the same key as row {first}. Keep one of them, or name another key column");
        if (show && problem is null)
            records.Add(key);
        else if (show)
            records.Add(problem!);
        return problem is null;
    }
}
