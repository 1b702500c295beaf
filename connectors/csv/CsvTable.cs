using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>An open file, past its header row.</summary>
internal sealed class CsvTable : IAsyncDisposable
{
    private readonly FileStream stream;
    private readonly CsvOptions options;
    private readonly CsvStream setup;
    private readonly RowScanner scanner;

    private CsvTable(FileStream stream, CsvOptions options, CsvStream setup, int rowBytesMax)
    {
        this.stream = stream;
        this.options = options;
        this.setup = setup;
        Source = new(stream, options.Encoding, setup.File);
        scanner = new(Source, options, setup.File, rowBytesMax);
        Rows = new(options);
    }

    public Utf8Source Source { get; }

    /// <summary>The rows that <see cref="NextAsync"/> read.</summary>
    public RowBatch Rows { get; }

    public string[] Columns { get; private set; } = [];

    /// <summary>The header row as it is in the file, and its line end; null when the file has none.</summary>
    public (ReadOnlyMemory<byte> Text, LineEnd LineEnd)? Header { get; private set; }

    public int Key { get; private set; }

    public int? Modified { get; private set; }

    public int? Deleted { get; private set; }

    public int? Correlation { get; private set; }

    /// <param name="rowBytesMax">Longer rows are counted and not kept; by default four times the longest cell.</param>
    public static async Task<CsvTable> OpenAsync(CsvOptions options, CsvStream setup, CancellationToken cancellationToken, int? rowBytesMax = null)
    {
        var table = new CsvTable(FileContent.Open(setup.File), options, setup, rowBytesMax ?? 4 * options.FieldBytesMax);
        try
        {
            await table.ReadHeaderAsync(cancellationToken);
            return table;
        }
        catch
        {
            await table.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the next rows into <see cref="Rows"/>, blank ones included.</summary>
    /// <returns>False at the end of the file.</returns>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Rows.Clear();
        var any = false;
        while (!Rows.IsFull && await ScanAsync(cancellationToken))
        {
            Rows.Add(scanner);
            any = true;
        }

        return any;
    }

    /// <summary>What is wrong with the current row, or null.</summary>
    public RowProblem? Check()
    {
        var row = Rows.Current;
        if (row.Fault == RowFault.TooLong)
            return new("csv.field", $"row {row.Number} is too long to be kept. A cell may have {options.FieldBytesMax} bytes ('fieldBytesMax')");
        if (row.Fault == RowFault.Quoting)
            return new("csv.quoting", $"row {row.Number} has a quote in the middle of a cell. Double the quotes inside the cell and enclose it in quotes");
        if (Rows.CellCount != Columns.Length)
            return new("csv.columns", $"row {row.Number} has {Rows.CellCount} cells, {Columns.Length} were expected. Correct the row; a "
                + "cell with the delimiter in it needs quotes");
        return row.Length > options.FieldBytesMax ? FindLongCell() : null;
    }

    public string Text(int cell) => Encoding.UTF8.GetString(Rows.Cell(cell));

    public async ValueTask DisposeAsync()
    {
        scanner.Dispose();
        Source.Dispose();
        Rows.Dispose();
        await stream.DisposeAsync();
    }

    private ValueTask<bool> ScanAsync(CancellationToken cancellationToken)
    {
        var scan = scanner.TryRead();
        return scan == Scan.NeedsMore ? ScanSlowlyAsync(cancellationToken) : new(scan == Scan.Row);
    }

    private async ValueTask<bool> ScanSlowlyAsync(CancellationToken cancellationToken)
    {
        Scan scan;
        while ((scan = scanner.TryRead()) == Scan.NeedsMore)
            await scanner.FillAsync(cancellationToken);
        return scan == Scan.Row;
    }

    private async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        Columns = setup.Columns ?? await ReadNamesAsync(cancellationToken);
        for (var i = 0; i < Columns.Length; i++)
        {
            if (Columns[i].Length == 0)
                Columns[i] = $"column{i + 1}";
            if (Array.IndexOf(Columns, Columns[i]) is var first && first < i)
                throw Blocked($"the columns {first + 1} and {i + 1} have the same name '{Columns[i]}'. Rename one of them");
        }

        Key = Find(setup.Key, "key");
        Modified = setup.Modified is { } modified ? Find(modified, "modified") : null;
        Deleted = setup.Deleted is { } deleted ? Find(deleted, "deleted") : null;
        Correlation = setup.Correlation is { } correlation ? Find(correlation, "correlation") : null;
    }

    private async Task<string[]> ReadNamesAsync(CancellationToken cancellationToken)
    {
        if (!await ScanAsync(cancellationToken))
            throw new ConnectorException(FailureKind.Transient, "csv.empty", $"{setup.File}: the file is empty. Export it again, with "
                + "its header row; a file without one needs 'columns'.");
        Rows.Add(scanner);
        Rows.Next();
        if (!Rows.Current.IsClean)
            throw Blocked("the header row cannot be read. Correct its quotes, or check 'delimiter' and 'encoding'");
        Header = (Rows.Text.ToArray(), Rows.Current.LineEnd);
        var names = new string[Rows.CellCount];
        for (var i = 0; i < names.Length; i++)
            names[i] = Text(i);
        return names;
    }

    private RowProblem? FindLongCell()
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            if (Rows.Cell(i).Length > options.FieldBytesMax)
                return new("csv.field", $"row {Rows.Current.Number}, column '{Columns[i]}', has more than {options.FieldBytesMax} "
                    + "bytes. Shorten it, or raise 'fieldBytesMax'");
        }

        return null;
    }

    private int Find(string column, string role) => Array.IndexOf(Columns, column) is var index && index >= 0
        ? index
        : throw Blocked($"the column '{column}', which the stream '{setup.Name}' names as '{role}', is not in the file. Found are "
            + $"{string.Join(", ", Columns)}. Correct the stream or the export");

    private ConnectorException Blocked(string what) => new(FailureKind.Blocked, "csv.columns", $"{setup.File}: {what}.");
}

/// <summary>Why one row is no record. Holds no value of it.</summary>
internal sealed record RowProblem(string Code, string Message);
