using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>Makes records of rows. The payloads of one page share one array.</summary>
internal sealed class RowRecords : IDisposable
{
    private const int KeyLengthMax = 512;
    private static readonly string[] True = ["true", "1", "yes", "y", "t", "x"];

    private readonly CsvTable table;
    private readonly JsonEncodedText[] names;
    private readonly ArrayBufferWriter<byte> bytes = new(1 << 16);
    private readonly Utf8JsonWriter writer;
    private readonly List<(RawRecord Record, int Length)> page = [];

    public RowRecords(CsvTable table)
    {
        this.table = table;
        names = [.. table.Columns.Select(column => JsonEncodedText.Encode(column, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        writer = new(bytes, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public int Count => page.Count;

    /// <summary>What is wrong with a key, or null.</summary>
    public RowProblem? CheckKey(string key) => key.Length switch
    {
        0 => new("csv.key", $"row {table.Rows.Current.Number} has no key in the column '{table.Columns[table.Key]}'. Fill it"),
        > KeyLengthMax => new("csv.key", $"row {table.Rows.Current.Number} has a key of {key.Length} characters, {KeyLengthMax} is the "
            + "most. Name another key column"),
        _ => null,
    };

    /// <summary>Adds the row that the reader holds.</summary>
    public void Add(string key)
    {
        if (table.Deleted is { } deleted && True.Contains(table.Text(deleted), StringComparer.OrdinalIgnoreCase))
        {
            page.Add((new RawRecord(key, default) { IsDeleted = true, Modified = Modified() }, 0));
            return;
        }

        var before = bytes.WrittenCount;
        writer.Reset();
        writer.WriteStartObject();
        for (var i = 0; i < names.Length; i++)
            writer.WriteString(names[i], table.Rows.Cell(i));
        writer.WriteEndObject();
        writer.Flush();
        page.Add((new RawRecord(key, default) { Modified = Modified() }, bytes.WrittenCount - before));
    }

    /// <summary>The record that a row with these cells is.</summary>
    public RawRecord Make(string[] cells)
    {
        bytes.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        for (var i = 0; i < names.Length; i++)
            writer.WriteString(names[i], cells[i]);
        writer.WriteEndObject();
        writer.Flush();
        return new(cells[table.Key], bytes.WrittenMemory.ToArray()) { Modified = table.Modified is { } column ? TimeOf(cells[column]) : null };
    }

    /// <summary>Adds the current row as one that the hub has to quarantine.</summary>
    public void Add(RowProblem problem)
    {
        var before = bytes.WrittenCount;
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteStartObject("$problem");
        writer.WriteString("code", problem.Code);
        writer.WriteNumber("row", table.Rows.Current.Number);
        writer.WriteString("message", problem.Message + ".");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        page.Add((new RawRecord($"row:{table.Rows.Current.Number}:{table.Rows.Current.Hash}", default), bytes.WrittenCount - before));
    }

    /// <summary>The page so far; the next row starts another.</summary>
    public IReadOnlyList<RawRecord> Take()
    {
        var payloads = bytes.WrittenMemory.ToArray();
        var records = new RawRecord[page.Count];
        var start = 0;
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = page[i].Record with { Payload = payloads.AsMemory(start, page[i].Length) };
            start += page[i].Length;
        }

        bytes.ResetWrittenCount();
        page.Clear();
        return records;
    }

    public void Dispose() => writer.Dispose();

    private DateTimeOffset? Modified() => table.Modified is { } column ? TimeOf(table.Text(column)) : null;

    // A time that cannot be read is none: the text itself stays in the payload, where the mapping judges it.
    private static DateTimeOffset? TimeOf(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}

/// <summary>The keys of a file so far, as hashes and rows: some 40 bytes a row, however long its keys are.</summary>
internal sealed class KeyRows
{
    private readonly Dictionary<long, uint> rows = [];

    /// <returns>The row that had this key before; null when none had.</returns>
    public long? Add(string key, long row)
    {
        Span<byte> digest = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(key.AsSpan()), digest);
        var hash = BitConverter.ToInt64(digest);
        return rows.TryAdd(hash, (uint)row) ? null : rows[hash];
    }
}
