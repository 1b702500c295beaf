using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>A connection's options, as written.</summary>
internal sealed record SqlOptions
{
    public string? Provider { get; init; }

    public string? File { get; init; }

    public string? ConnectionString { get; init; }

    public static SqlOptions Read(ConnectorSetup setup) => OptionJson.Read<SqlOptions>(setup.Options, "the options of the connection "
        + $"'{setup.Connection}'");
}

/// <summary>A stream's options, as written.</summary>
internal sealed record SqlStreamOptions
{
    public string? Table { get; init; }

    public string[]? Columns { get; init; }

    public SqlSoftDelete? SoftDelete { get; init; }

    public int PageSize { get; init; } = SqlStream.PageSizeMax;

    public bool ReadOnly { get; init; }

    public string? LookBack { get; init; }
}

internal sealed record SqlSoftDelete
{
    public required string Column { get; init; }

    public required JsonElement DeletedValue { get; init; }
}

/// <summary>One stream: its table and the columns that mean something to the hub.</summary>
/// <param name="Columns">The columns to read and write; null for all.</param>
/// <param name="DeletedColumn">The column that marks a deleted row; null when such a row is not there.</param>
/// <param name="DeletedValue">What it then holds.</param>
/// <param name="LookBack">How late after its time of modification a row may become visible.</param>
internal sealed record SqlStream(
    string Name, string? Schema, string Table, IReadOnlyList<string>? Columns, string Key, string? Modified, string? Correlation,
    string? DeletedColumn, JsonElement DeletedValue, int PageSize, bool ReadOnly, TimeSpan LookBack)
{
    public const int PageSizeMax = 500;

    /// <summary>How late a row may become visible when nothing is configured: short transactions, clocks that differ a little.</summary>
    private static readonly TimeSpan LookBackDefault = TimeSpan.FromSeconds(30);

    /// <summary>The table's name, quoted for SQL.</summary>
    public string QuotedTable => Schema is null ? Sql.Quote(Table) : $"{Sql.Quote(Schema)}.{Sql.Quote(Table)}";

    public static SqlStream Read(StreamSetup setup)
    {
        var place = $"the options of the stream '{setup.Name}'";
        var options = OptionJson.Read<SqlStreamOptions>(setup.Options, place);
        var names = (options.Table ?? setup.Name).Split('.');
        if (names.Length > 2 || names.Any(string.IsNullOrWhiteSpace))
            throw OptionJson.Wrong($"In {place}: 'table' is not a name or a schema and a name. Write \"customers\" or \"crm.customers\".");
        if (options.PageSize is < 1 or > PageSizeMax)
            throw OptionJson.Wrong($"In {place}: 'pageSize' is not from 1 to {PageSizeMax}. Correct it or leave it out.");
        var lookBack = LookBackDefault;
        if (options.LookBack is { } text
            && (!TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out lookBack) || lookBack < TimeSpan.Zero))
            throw OptionJson.Wrong($"In {place}: 'lookBack' is not a time such as \"00:05:00\". Correct it or leave it out.");
        if (options.LookBack is not null && lookBack > TimeSpan.Zero && setup.Modified is null)
            throw OptionJson.Wrong($"In {place}: 'lookBack' needs the stream's 'modified'. Name the column, or leave 'lookBack' out.");
        return new(
            setup.Name, names.Length == 2 ? names[0] : null, names[^1], options.Columns, setup.Key, setup.Modified, setup.Correlation,
            options.SoftDelete?.Column ?? setup.Deleted, options.SoftDelete?.DeletedValue ?? JsonSerializer.SerializeToElement(true),
            options.PageSize, options.ReadOnly, lookBack);
    }

    /// <summary>Whether a value that was read marks its row as deleted.</summary>
    public bool IsDeleted(string? value) => value is not null && (value == DeletedText || (DeletedText, value) is ("true", "1") or ("false", "0"));

    private string DeletedText => DeletedValue.ValueKind == JsonValueKind.String ? DeletedValue.GetString()! : DeletedValue.GetRawText();
}

internal static class Sql
{
    /// <summary>A name as an identifier, whatever is in it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}

/// <summary>Reads an options object; what it does not know is an error.</summary>
internal static class OptionJson
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static T Read<T>(JsonElement options, string place)
        where T : new()
    {
        if (options.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return new();
        try
        {
            return options.Deserialize<T>(Strict) ?? new();
        }
        catch (JsonException wrong)
        {
            throw Wrong($"In {place}: {(wrong.Path is { Length: > 2 } path ? $"'{path[2..]}'" : "an option")} is unknown, missing or of "
                + "the wrong type. The connector's manifest lists what there is.");
        }
    }

    public static ConnectorException Wrong(string message) => new(FailureKind.Blocked, "sql.options", message);
}
