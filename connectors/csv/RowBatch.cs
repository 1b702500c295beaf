using System.Buffers;
using CsvHelper;

namespace IntegrationHub.Connectors.Csv;

/// <summary>
/// Some rows that follow each other, and their cells, which CsvHelper's reader finds. Rows are handed to it together because it scans
/// blocks; what the scanner has found fault with is not handed to it, so that every record it sees is one row.
/// </summary>
internal sealed class RowBatch(CsvOptions options) : IDisposable
{
    private const int RowsMax = 512;
    private const int BytesMax = 1 << 22;

    private readonly CsvReaderOptions reading = new()
    {
        HasHeader = false,
        Separator = options.Delimiter,
        DetectSeparatorHint = false,
        SkipEmptyLines = false,
        TrimWhitespace = options.Trim,
        IncludeValuesInExceptions = false,
    };

    private readonly ArrayBufferWriter<byte> clean = new(1 << 16);
    private readonly ArrayBufferWriter<byte> faulty = new();
    private readonly List<Row> rows = [];
    private CsvReader? reader;
    private int next;

    public bool IsFull => rows.Count >= RowsMax || clean.WrittenCount + faulty.WrittenCount >= BytesMax;

    /// <summary>The row that <see cref="Next"/> went to.</summary>
    public Row Current => rows[next - 1];

    /// <summary>The row in UTF-8 as it is in the file, without its line end; empty when it was too long to be kept.</summary>
    public ReadOnlyMemory<byte> Text => (Current.IsClean ? clean : faulty).WrittenMemory.Slice(Current.Start, Current.Length);

    public int CellCount => reader!.FieldCount;

    /// <summary>The value of a cell in UTF-8, unquoted; valid until the next row.</summary>
    public ReadOnlySpan<byte> Cell(int index) => reader!.GetSpan(index);

    /// <summary>The cell as it is in the file, with its quotes; valid until the next row.</summary>
    public ReadOnlySpan<byte> RawCell(int index) => reader!.GetRawSpan(index);

    public void Add(RowScanner scanner)
    {
        var isBlank = scanner is { Fault: RowFault.None, Text.IsEmpty: true };
        var isClean = scanner.Fault == RowFault.None && !isBlank;
        var text = isClean ? clean : faulty;
        rows.Add(new(scanner.Row, scanner.Fault, isBlank, isClean || isBlank ? "" : scanner.RowHash(), text.WrittenCount, scanner.Text.Length, scanner.LineEnd));
        text.Write(scanner.Text.Span);
        if (isClean)
            text.Write("\n"u8);
    }

    /// <summary>Goes to the next row, first to the first one.</summary>
    /// <returns>False after the last row.</returns>
    public bool Next()
    {
        if (next == rows.Count)
            return false;
        next++;
        if (!Current.IsClean)
            return true;
        reader ??= CsvReader.Create(clean.WrittenMemory, reading);
        if (!reader.Read() || reader.RawRecord.Length != Current.Length)
            throw new InvalidOperationException($"Row {Current.Number} is one row to the scanner and another to the reader.");
        return true;
    }

    public void Clear()
    {
        reader?.Dispose();
        reader = null;
        clean.ResetWrittenCount();
        faulty.ResetWrittenCount();
        rows.Clear();
        next = 0;
    }

    public void Dispose() => reader?.Dispose();
}

/// <summary>One row's place in its file and in its batch.</summary>
/// <param name="Hash">A short hash of a row that is no record; empty for others.</param>
internal readonly record struct Row(long Number, RowFault Fault, bool IsBlank, string Hash, int Start, int Length, LineEnd LineEnd)
{
    public bool IsClean => Fault == RowFault.None && !IsBlank;
}
