using System.Text.Json;

namespace IntegrationHub.Mapping;

/// <summary>One entry of <c>fields</c>, as written.</summary>
/// <param name="Place">Where it stands: <c>fields[3]</c>.</param>
internal sealed record FieldEntry(string Place)
{
    public string? Source { get; init; }

    public string? Canonical { get; init; }

    public IReadOnlyList<string> Transforms { get; init; } = [];

    public string? Values { get; init; }

    public string? Type { get; init; }

    public string? Direction { get; init; }

    /// <summary>The expression that reads the field; null when it has none.</summary>
    public string? Read { get; init; }

    /// <summary>The expression that writes the field; null when it has none.</summary>
    public string? Write { get; init; }

    /// <summary>Why the field is mapped this way; null when the file does not say.</summary>
    public string? Description { get; init; }

    /// <summary>What the field does not keep on its way there and back, as the file declares it; null when it declares nothing.</summary>
    public string? Loses { get; init; }

    public bool HasExpression => Read is not null || Write is not null;

    /// <summary>Undefined when the field has none.</summary>
    public JsonElement Const { get; init; }

    public bool IsConst => Const.ValueKind != JsonValueKind.Undefined;

    public bool IsRead => HasExpression ? Read is not null : Direction is not "out";

    public bool IsWritten => HasExpression ? Write is not null : Direction is not "in" && !IsConst;
}

/// <summary>One entry of <c>tests</c>, as written.</summary>
internal sealed record TestEntry(string Name, JsonElement Source, JsonElement Canonical, JsonElement Write, JsonElement Expect);

/// <summary>A mapping file's content. Reads what it can of a file that the schema objects to, so that all problems show at once.</summary>
internal sealed record MappingFile
{
    public required string Connector { get; init; }

    public required string Stream { get; init; }

    public required string Entity { get; init; }

    public required string Key { get; init; }

    public string? Modified { get; init; }

    public string? Deleted { get; init; }

    public string? Correlation { get; init; }

    public bool EmptyTextIsAbsent { get; init; }

    public required IReadOnlyList<FieldEntry> Fields { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> ValueTables { get; init; }

    public required IReadOnlyList<TestEntry> Tests { get; init; }

    public static MappingFile Read(JsonElement root) => new()
    {
        Connector = Text(root, "connector") ?? "",
        Stream = Text(root, "stream") ?? "",
        Entity = Text(root, "entity") ?? "",
        Key = Text(root, "key") ?? "",
        Modified = Text(root, "modified"),
        Deleted = Text(root, "deleted"),
        Correlation = Text(root, "correlation"),
        EmptyTextIsAbsent = Text(root, "emptyText") == "absent",
        Fields = [.. Items(root, "fields").Select(ReadField)],
        ValueTables = Property(root, "valueTables") is { ValueKind: JsonValueKind.Object } tables
            ? tables.EnumerateObject().GroupBy(table => table.Name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal)
            : [],
        Tests = [.. Items(root, "tests").Select(ReadTest)],
    };

    private static FieldEntry ReadField(JsonElement field, int index) => new($"fields[{index}]")
    {
        Source = Text(field, "source"),
        Canonical = Text(field, "canonical"),
        Transforms = Property(field, "transform") switch
        {
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } several =>
                [.. several.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        },
        Values = Text(field, "values"),
        Type = Text(field, "type"),
        Direction = Text(field, "direction"),
        Read = Text(field, "read"),
        Write = Text(field, "write"),
        Loses = Text(field, "loses"),
        Description = Text(field, "description"),
        Const = Property(field, "const"),
    };

    private static TestEntry ReadTest(JsonElement test, int index) => new(
        Text(test, "name") ?? $"test {index + 1}", Property(test, "source"), Property(test, "canonical"), Property(test, "write"),
            Property(test, "expect"));

    private static IEnumerable<JsonElement> Items(JsonElement root, string name) =>
        Property(root, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
