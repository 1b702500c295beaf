using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>Finds single rows in one pass of the file.</summary>
internal sealed class CsvLookup(CsvTable table, IReadOnlyList<RecordReference> references, string file)
{
    private readonly Dictionary<string, RawRecord?> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RawRecord?> byCorrelation = new(StringComparer.Ordinal);
    private readonly RowRecords records = new(table);

    public async Task<IReadOnlyList<FoundRecord>> RunAsync(CancellationToken cancellationToken)
    {
        var suspects = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in references)
        {
            if (KeyOf(reference) is { } key)
                byKey.TryAdd(key, null);
            else if (reference.Correlation is { } correlation)
                byCorrelation.TryAdd(correlation, null);
        }

        while (await table.NextAsync(cancellationToken))
        {
            while (table.Rows.Next())
                Pass(suspects);
        }

        var found = references.Select(reference => new FoundRecord(reference, Find(reference))).ToList();
        var unsure = found.Find(one => one.Record is null && suspects.Contains(KeyOf(one.Reference) ?? one.Reference.Correlation ?? ""));
        return unsure is null
            ? found
            : throw new ConnectorException(FailureKind.Blocked, "csv.columns", $"{file}: a row that seems to be a wanted record cannot "
                + "be read. Correct its quotes and the number of its cells.");
    }

    private void Pass(HashSet<string> suspects)
    {
        var current = table.Rows.Current;
        if (current.IsBlank)
            return;
        if (!current.IsClean || table.Rows.CellCount != table.Columns.Length)
        {
            suspects.UnionWith(byKey.Keys.Concat(byCorrelation.Keys).Where(wanted => table.Rows.Text.Span.IndexOf(Encoding.UTF8.GetBytes(wanted)) >= 0));
            return;
        }

        Note(byKey, table.Text(table.Key));
        if (table.Correlation is { } correlation && byCorrelation.Count > 0)
            Note(byCorrelation, table.Text(correlation));
    }

    // The first row of a key counts, as it does in a read.
    private void Note(Dictionary<string, RawRecord?> wanted, string value)
    {
        if (wanted.TryGetValue(value, out var before) && before is null)
            wanted[value] = records.Make([.. Enumerable.Range(0, table.Columns.Length).Select(table.Text)]);
    }

    private RawRecord? Find(RecordReference reference) => KeyOf(reference) is { } key ? byKey[key]
        : reference.Correlation is { } correlation ? byCorrelation[correlation]
        : null;

    // Without a column for it the correlation is the key.
    private string? KeyOf(RecordReference reference) => reference.Key ?? (table.Correlation is null ? reference.Correlation : null);
}
