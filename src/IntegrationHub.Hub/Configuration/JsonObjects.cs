using System.Globalization;
using System.Text.Json;

namespace IntegrationHub.Hub.Configuration;

/// <summary>
/// Reads properties of a file that its schema has checked already, or that is wrong: what has not the expected type counts as left out, so that
/// everything else in the file can still be checked.
/// </summary>
internal static class JsonObjects
{
    private static readonly JsonElement EmptyObject = JsonSerializer.SerializeToElement(new Dictionary<string, string>(StringComparer.Ordinal));

    public static JsonElement? Get(this JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    public static string? Text(this JsonElement element, string name) => element.Get(name, JsonValueKind.String)?.GetString();

    public static JsonElement Object(this JsonElement element, string name) => element.Get(name, JsonValueKind.Object) ?? EmptyObject;

    /// <summary>The elements of an array that are objects, with their place.</summary>
    public static IEnumerable<(JsonElement Element, string Path)> Objects(this JsonElement element, string name, string path)
    {
        if (element.Get(name, JsonValueKind.Array) is not { } array)
            yield break;
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
                yield return (item, $"{(path.Length == 0 ? "" : path + ".")}{name}[{index}]");
            index++;
        }
    }

    /// <summary>The texts of an array; null when there is none.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement element, string name) => element.Get(name, JsonValueKind.Array) is { } array
        ? [.. array.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)]
        : null;

    public static int? Int(this JsonElement element, string name) =>
        element.Get(name, JsonValueKind.Number) is { } number && number.TryGetInt32(out var value) ? value : null;

    public static double? Number(this JsonElement element, string name) => element.Get(name, JsonValueKind.Number)?.GetDouble();

    public static bool? Flag(this JsonElement element, string name) =>
        element.Get(name, JsonValueKind.True) is not null ? true : element.Get(name, JsonValueKind.False) is not null ? false : null;

    public static TimeSpan? Duration(this JsonElement element, string name) =>
        element.Text(name) is { } text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The member of an enumeration by its name, in any case.</summary>
    public static T? Word<T>(this JsonElement element, string name)
        where T : struct, Enum => element.Text(name) is { } text && Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : null;
}
