using System.Buffers;
using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>One pass from a file to its successor, with a batch of deliveries applied. The caller puts the successor in place.</summary>
internal sealed class CsvRewrite(CsvTable table, IReadOnlyList<CsvDelivery> deliveries, char delimiter)
{
    private readonly Dictionary<string, CsvDelivery> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CsvDelivery> byCorrelation = new(StringComparer.Ordinal);
    private readonly RowRecords records = new(table);
    private readonly SearchValues<char> needQuotes = SearchValues.Create($"{delimiter}\"\r\n");
    private readonly ArrayBufferWriter<byte> row = new(1024);

    /// <summary>Whether the successor differs from the file.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Reads the file to its end and writes its successor.</summary>
    public async Task RunAsync(Stream successor, CancellationToken cancellationToken)
    {
        Index();
        var usual = table.Header is { LineEnd: not LineEnd.None } header ? header.LineEnd : LineEnd.Lf;
        using var writer = new RowWriter(successor, table.Source, usual);
        LineEnd? last = null;
        var begun = false;
        while (await table.NextAsync(cancellationToken))
        {
            Begin(writer, ref begun, ref last);
            while (table.Rows.Next())
            {
                last = table.Rows.Current.LineEnd;
                Pass(writer);
            }
        }

        Begin(writer, ref begun, ref last);
        if (!writer.IsFaithful)
        {
            throw new ConnectorException(FailureKind.Blocked, "csv.encoding",
                $"The file does not come back the same in {table.Source.Encoding.WebName}, so nothing was written. Set 'encoding' to "
                    + "the file's own, or convert the file to utf-8.");
        }

        AddRows(writer);
        writer.Finish(last ?? usual);
    }

    // The byte order mark is known once the first block has been read.
    private void Begin(RowWriter writer, ref bool begun, ref LineEnd? last)
    {
        if (begun)
            return;
        begun = true;
        writer.Mark();
        if (table.Header is not { } header)
            return;
        writer.Copy(header.Text, header.LineEnd);
        last = header.LineEnd;
    }

    private void Index()
    {
        foreach (var delivery in deliveries.Where(delivery => delivery.Result is null))
        {
            if (delivery.Delivery.Operation != DeliveryOperation.Create)
                byKey.TryAdd(delivery.Delivery.Key ?? "", delivery);
            else if (!byKey.TryAdd(delivery.NewKey!, delivery))
                delivery.Settle(DeliveryOutcome.Retry); // Two of one batch with one key: the next batch finds the row that this one makes.
            else if (table.Correlation is not null)
                byCorrelation.TryAdd(delivery.Delivery.Correlation, delivery);
        }
    }

    private void Pass(RowWriter writer)
    {
        var current = table.Rows.Current;
        if (current.Fault == RowFault.TooLong)
            throw new ConnectorException(FailureKind.Blocked, "csv.field", $"Row {current.Number} is too long to be copied, so nothing "
                + "was written. Shorten its cells.");
        if (current.IsBlank)
            writer.Copy(table.Rows.Text, current.LineEnd);
        else if (current.Fault != RowFault.None || table.Rows.CellCount != table.Columns.Length)
            PassBroken(writer);
        else if (Find() is { Result: null } delivery)
            Apply(writer, delivery);
        else
            writer.Copy(table.Rows.Text, current.LineEnd);
    }

    private CsvDelivery? Find() =>
        byKey.TryGetValue(table.Text(table.Key), out var delivery)
        || (table.Correlation is { } correlation && byCorrelation.TryGetValue(table.Text(correlation), out delivery))
            ? delivery
            : null;

    // A row that cannot be split may be the one that is meant: to call it missing would make a second one.
    private void PassBroken(RowWriter writer)
    {
        foreach (var (key, delivery) in byKey)
        {
            if (delivery.Result is null && table.Rows.Text.Span.IndexOf(Encoding.UTF8.GetBytes(key)) >= 0)
                delivery.Reject("csv.columns", $"row {table.Rows.Current.Number} seems to be this record and cannot be read. Correct "
                    + "its quotes and the number of its cells");
        }

        writer.Copy(table.Rows.Text, table.Rows.Current.LineEnd);
    }

    private void Apply(RowWriter writer, CsvDelivery delivery)
    {
        var cells = Cells();
        var text = table.Rows.Text;
        var lineEnd = table.Rows.Current.LineEnd;
        var operation = delivery.Delivery.Operation;
        if (operation == DeliveryOperation.Create)
        {
            // A repeated create finds its own row; what somebody has made of it meanwhile is not overwritten.
            delivery.Settle(delivery.IsAlready(cells) ? DeliveryOutcome.Applied : DeliveryOutcome.AlreadyExists, records.Make(cells));
            writer.Copy(text, lineEnd);
        }
        else if (!delivery.IsAsExpected(cells))
        {
            delivery.Settle(DeliveryOutcome.ChangedMeanwhile, records.Make(cells));
            writer.Copy(text, lineEnd);
        }
        else if (operation == DeliveryOperation.Delete)
        {
            IsChanged = true;
            delivery.Settle(DeliveryOutcome.Applied);
            writer.Omit(text, lineEnd);
        }
        else
        {
            IsChanged |= !delivery.IsAlready(cells);
            delivery.Settle(DeliveryOutcome.Applied, records.Make(delivery.Apply(cells)));
            Compose(delivery, cells);
            writer.Replace(text, lineEnd, row.WrittenSpan);
        }
    }

    private void AddRows(RowWriter writer)
    {
        foreach (var delivery in deliveries.Where(delivery => delivery.Result is null))
        {
            if (delivery.Delivery.Operation != DeliveryOperation.Create)
            {
                delivery.Settle(DeliveryOutcome.Missing);
                continue;
            }

            var cells = delivery.Apply([.. table.Columns.Select(_ => "")]);
            row.ResetWrittenCount();
            for (var i = 0; i < cells.Length; i++)
                PutCell(i, cells[i], wasQuoted: false);
            writer.Append(row.WrittenSpan);
            delivery.Settle(DeliveryOutcome.Applied, records.Make(cells));
            IsChanged = true;
        }
    }

    private string[] Cells()
    {
        var cells = new string[table.Columns.Length];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = table.Text(i);
        return cells;
    }

    // Cells that keep their value keep their text, quotes and padding included.
    private void Compose(CsvDelivery delivery, string[] before)
    {
        row.ResetWrittenCount();
        var after = delivery.Apply(before);
        for (var i = 0; i < after.Length; i++)
        {
            var raw = table.Rows.RawCell(i);
            if (after[i] != before[i])
                PutCell(i, after[i], raw.TrimStart(" \t"u8).StartsWith("\""u8));
            else
                PutRaw(i, raw);
        }
    }

    private void PutCell(int index, string value, bool wasQuoted)
    {
        var quoted = wasQuoted || value.AsSpan().ContainsAny(needQuotes) || value.Trim().Length < value.Length;
        PutRaw(index, Encoding.UTF8.GetBytes(quoted ? $"\"{value.Replace("\"", "\"\"")}\"" : value));
    }

    private void PutRaw(int index, ReadOnlySpan<byte> raw)
    {
        if (index > 0)
            row.Write([(byte)delimiter]);
        row.Write(raw);
    }
}
