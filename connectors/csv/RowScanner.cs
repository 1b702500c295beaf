using System.Buffers;
using System.Security.Cryptography;
using System.Text.Unicode;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>What a scan met.</summary>
internal enum Scan
{
    Row,
    NeedsMore,
    End,
}

/// <summary>What is wrong with a row as a whole.</summary>
internal enum RowFault
{
    None,

    /// <summary>A quote where none may be, inside one line: the next row is surely the next line.</summary>
    Quoting,

    /// <summary>Longer than any row may be; its text was not kept.</summary>
    TooLong,
}

/// <summary>
/// Finds the rows of a file, and nothing else: the cells are CsvHelper's work (<see cref="RowBatch"/>). It stands in front because a
/// row must be known as the file's own text (to be copied byte for byte), with its place, and even when it is too long to be kept.
/// </summary>
internal sealed class RowScanner(Utf8Source source, CsvOptions options, string file, int rowBytesMax) : IDisposable
{
    private const byte Quote = (byte)'"';
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"\r\n"u8);

    private readonly byte delimiter = (byte)options.Delimiter;
    private readonly IncrementalHash skipped = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] buffer = new byte[Utf8Source.BlockBytes * 2];
    private int filled;
    private int start;
    private int position;
    private bool started;
    private bool inQuotes;
    private bool closed;
    private bool padded;
    private bool skipping;
    private bool skippedLineBreak;
    private byte lastSkipped;
    private long quoteColumn;
    private string longRowHash = "";

    /// <summary>The number of the row, 1 for the first of the file, header or not.</summary>
    public long Row { get; private set; }

    /// <summary>The row in UTF-8 without its line end; valid until the next scan.</summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    public LineEnd LineEnd { get; private set; }

    public RowFault Fault { get; private set; }

    /// <summary>Reads the next block when a scan asks for more.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        filled -= start;
        position -= start;
        start = 0;
        if (buffer.Length - filled < source.BytesMaxPerBlock)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, filled + source.BytesMaxPerBlock));
        filled += await source.ReadAsync(buffer.AsMemory(filled), cancellationToken);
        started = true;
    }

    /// <summary>Finds the next row in what has been read. After <see cref="Scan.NeedsMore"/> call <see cref="FillAsync"/>.</summary>
    public Scan TryRead()
    {
        if (!started)
            return Scan.NeedsMore;
        if (position == start && !skipping && !inQuotes && !closed)
            Fault = RowFault.None;
        while (position < filled)
        {
            if (inQuotes)
            {
                FindClosingQuote();
                continue;
            }

            if (closed && !LeaveQuotes())
                continue;
            var mark = buffer.AsSpan(position, filled - position).IndexOfAny(Marks);
            if (mark < 0)
            {
                position = filled;
                break;
            }

            position += mark;
            if (buffer[position] == Quote)
            {
                OpenQuote();
                continue;
            }

            if (buffer[position] == '\r' && position + 1 == filled && !source.Ended)
                return Scan.NeedsMore;
            return EndRow(EndAt(position));
        }

        if (skipping || position - start > rowBytesMax)
            Skip();
        if (!source.Ended)
            return Scan.NeedsMore;
        if (inQuotes)
            throw Torn("opens and is never closed");
        return position > start || skipping ? EndRow(LineEnd.None) : Scan.End;
    }

    /// <summary>A short hash of the row's text: names a row that has no key.</summary>
    public string RowHash()
    {
        if (Fault == RowFault.TooLong)
            return longRowHash;
        skipped.AppendData(Text.Span);
        return ShortHash();
    }

    public void Dispose() => skipped.Dispose();

    private string ShortHash() => Convert.ToHexStringLower(skipped.GetHashAndReset().AsSpan(0, 8));

    private LineEnd EndAt(int index) => buffer[index] == '\n' ? LineEnd.Lf
        : index + 1 < filled && buffer[index + 1] == '\n' ? LineEnd.CrLf
        : LineEnd.Cr;

    private void FindClosingQuote()
    {
        var end = buffer.AsSpan(position, filled - position).IndexOf(Quote);
        position = end < 0 ? filled : position + end + 1;
        inQuotes = end < 0;
        closed = end >= 0;
        padded = false;
    }

    /// <summary>After a closing quote: an escaped quote goes on, a delimiter or the row's end is right, and anything else is a fault.</summary>
    /// <returns>Whether the scan is outside of quotes for good.</returns>
    private bool LeaveQuotes()
    {
        var next = buffer[position];
        if (IsPadding(next))
        {
            position++;
            padded = true;
            return false;
        }

        closed = false;
        if (next == Quote && !padded)
        {
            inQuotes = true;
            position++;
            return false;
        }

        if (next != delimiter && next is not ((byte)'\r' or (byte)'\n'))
            Misplaced();
        return true;
    }

    private void OpenQuote()
    {
        var before = position - 1;
        while (before >= start && IsPadding(buffer[before]))
            before--;
        if (before < start ? skipping && lastSkipped != delimiter : buffer[before] != delimiter)
        {
            Misplaced();
        }
        else
        {
            inQuotes = true;
            quoteColumn = 1 + buffer.AsSpan(start, position - start).Count(delimiter);
        }

        position++;
    }

    private bool IsPadding(byte character) => options.Trim && character is (byte)' ' or (byte)'\t' && character != delimiter;

    private void Misplaced()
    {
        // Over several lines the quote that is too much, or too few, has swallowed rows: which ones is a guess.
        if (skippedLineBreak || HasLineBreak())
            throw Torn("closes in the middle of another cell");
        Fault = RowFault.Quoting;
    }

    private bool HasLineBreak() => buffer.AsSpan(start, position - start).IndexOfAny((byte)'\r', (byte)'\n') >= 0;

    private ConnectorException Torn(string what) => new(FailureKind.Blocked, "csv.quoting",
        $"{file}: the quote in row {Row + 1}, column {quoteColumn}, {what}, so the rows after it cannot be told apart. Double the "
            + "quotes inside the cell, and close it.");

    private Scan EndRow(LineEnd lineEnd)
    {
        if (skipping)
        {
            Skip();
            longRowHash = ShortHash();
            Fault = RowFault.TooLong;
        }

        Row++;
        LineEnd = lineEnd;
        Text = buffer.AsMemory(start, position - start);
        CheckEncoding();
        position += lineEnd.Length();
        start = position;
        skipping = false;
        skippedLineBreak = false;
        closed = false;
        return Scan.Row;
    }

    private void CheckEncoding()
    {
        if (source.IsRaw && !Utf8.IsValid(Text.Span))
            throw source.Broken(source.Position - (filled - start) + Utf8Source.FirstInvalid(Text.Span));
    }

    // The row's text is let go, and only its hash is kept: memory stays bounded whatever a file holds.
    private void Skip()
    {
        skipping = true;
        skippedLineBreak |= HasLineBreak();
        if (position > start)
            lastSkipped = buffer[position - 1];
        skipped.AppendData(buffer, start, position - start);
        start = position;
    }
}

/// <summary>How a row ends in its file.</summary>
internal enum LineEnd
{
    None,
    Lf,
    Cr,
    CrLf,
}

internal static class LineEnds
{
    public static int Length(this LineEnd lineEnd) => lineEnd.Text().Length;

    public static string Text(this LineEnd lineEnd) => lineEnd switch
    {
        LineEnd.Lf => "\n",
        LineEnd.Cr => "\r",
        LineEnd.CrLf => "\r\n",
        _ => "",
    };
}
