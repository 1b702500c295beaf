using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>Makes records of rows.</summary>
internal sealed class SqlRows(SqlDialect dialect, SqlTable table)
{
    private const int KeyLengthMax = 512;

    private readonly JsonEncodedText[] names = [.. table.Columns.Select(column => JsonEncodedText.Encode(column.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
    private readonly ArrayBufferWriter<byte> bytes = new(1024);

    /// <summary>The columns to read, after SELECT or RETURNING.</summary>
    /// <param name="alias">The table's alias; empty in a RETURNING.</param>
    public string Select(string alias = "")
    {
        var prefix = alias.Length == 0 ? "" : alias + ".";
        var columns = table.Columns.Select((column, i) => $"{dialect.Read(column, prefix + column.Quoted)} AS c{i}");
        return string.Join(", ", table.RowVersion is { } version ? columns.Append(prefix + version) : columns);
    }

    public RawRecord Read(DbDataReader row)
    {
        var key = Text(row, table.Key) ?? "";
        if (key.Length is 0 or > KeyLengthMax)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
            return Problem($"row:{name}", "sql.key", $"the column '{table.Key.Name}' holds a key of {key.Length} characters, 1 to {KeyLengthMax} are expected. Correct the row, or name another key column");
        }

        var record = new RawRecord(key, default) { Modified = TimeOf(row), Version = VersionOf(row) };
        if (table.Deleted is { } deleted && table.Stream.IsDeleted(Text(row, deleted)))
            return record with { IsDeleted = true };
        return Payload(row, out var problem) is { } payload
            ? record with { Payload = payload }
            : Problem(key, "sql.value", problem) with { Modified = record.Modified, Version = record.Version };
    }

    /// <summary>A record that says why it is none; the hub keeps it in quarantine.</summary>
    public static RawRecord Problem(string key, string code, string message) =>
        new(key, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["$problem"] = new { code, message = message + "." } }));

    /// <summary>Whether a record is a problem whose row cannot be named.</summary>
    public static bool IsNameless(RawRecord record) => record.Key.StartsWith("row:", StringComparison.Ordinal);

    public static string? Text(DbDataReader row, SqlColumn column) =>
        row.IsDBNull(column.Position) ? null : Convert.ToString(row.GetValue(column.Position), CultureInfo.InvariantCulture);

    public static DateTimeOffset? TimeOf(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private byte[]? Payload(DbDataReader row, out string problem)
    {
        problem = "";
        bytes.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        foreach (var column in table.Columns)
        {
            writer.WritePropertyName(names[column.Position]);
            try
            {
                dialect.Write(writer, row, column);
            }
            catch (JsonException)
            {
                problem = $"the column '{column.Name}' holds no JSON, or JSON of more than {JsonCell.LevelsMax} levels. Flatten it, or "
                    + "leave the column out of the stream's 'columns'";
                return null;
            }
            catch (FormatException wrong)
            {
                problem = wrong.Message;
                return null;
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private DateTimeOffset? TimeOf(DbDataReader row) => table.Modified is null || row.IsDBNull(table.Modified.Position) ? null
        : row.GetValue(table.Modified.Position) is string text ? TimeOf(text)
        : null;

    private string? VersionOf(DbDataReader row) => table.RowVersion is not null ? row.GetString(table.Columns.Count)
        : table.Modified is { } modified ? Text(row, modified)
        : null;
}

internal static class JsonCell
{
    /// <summary>One less than a record may have: the record itself is the first level.</summary>
    public const int LevelsMax = 31;

    /// <exception cref="JsonException">The text is no JSON, or of too many levels.</exception>
    public static void WriteRaw(Utf8JsonWriter writer, string text)
    {
        var json = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = LevelsMax });
        while (reader.Read())
        {
            // Reading is the check.
        }

        writer.WriteRawValue(json, skipInputValidation: true);
    }
}
