using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Dotted paths into JSON: <c>d.results</c>, <c>errors[0].code</c>, <c>[0].errorCode</c>; the empty path is the value itself. A name that
/// holds dots (<c>@odata.nextLink</c>) is found as a whole before it is split.</summary>
internal static class JsonPath
{
    public static JsonElement? Find(JsonElement from, string path)
    {
        if (path.Length == 0)
            return from;
        if (path[0] == '[')
            return Index(from, path);
        if (from.ValueKind != JsonValueKind.Object)
            return null;
        if (from.TryGetProperty(path, out var whole))
            return whole;

        // The longest name first: '@odata.nextLink' inside 'd.@odata.nextLink'.
        for (var end = LastBreak(path, path.Length); end > 0; end = LastBreak(path, end))
        {
            if (from.TryGetProperty(path[..end], out var inner))
                return Find(inner, path[end] == '.' ? path[(end + 1)..] : path[end..]);
        }

        return null;
    }

    /// <summary>The text of a scalar: a text itself, a number as written, true or false; null for everything else.</summary>
    public static string? Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => SafeText(text),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } scalar => scalar.GetRawText(),
        _ => null,
    };

    public static string? Text(JsonElement from, string path) => Text(Find(from, path));

    /// <summary>All texts at a path in which <c>[]</c> stands for each element of an array.</summary>
    public static IEnumerable<string> Texts(JsonElement from, string path)
    {
        var at = path.IndexOf("[]", StringComparison.Ordinal);
        if (at < 0)
            return Text(from, path) is { } text ? [text] : [];
        var rest = path[(at + 2)..].TrimStart('.');
        return (Elements(Find(from, path[..at])) ?? []).SelectMany(element => Texts(element, rest));
    }

    public static double? Number(JsonElement from, string path) =>
        double.TryParse(Text(from, path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Neither absent nor false, 0, null or an empty text, array or object.</summary>
    public static bool IsTrue(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText() is not ("0" or "0.0"),
        { ValueKind: JsonValueKind.String } text => SafeText(text) is { Length: > 0 } word && !word.Equals("false", StringComparison.OrdinalIgnoreCase) && word != "0",
        { ValueKind: JsonValueKind.Array } array => array.GetArrayLength() > 0,
        { } other => other.EnumerateObject().Any(),
    };

    /// <summary>Scalars by their text (a text '1' is the number 1), everything else by content.</summary>
    public static bool Same(JsonElement? left, JsonElement? right) =>
        Text(left) is { } text ? text == Text(right) : left is { } a && right is { } b && JsonElement.DeepEquals(a, b);

    /// <summary>The elements of an array; none for null; null when it is neither.</summary>
    public static IReadOnlyList<JsonElement>? Elements(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray()],
        { ValueKind: JsonValueKind.Null } => [],
        _ => null,
    };

    /// <summary>The value's own bytes, as the system wrote them.</summary>
    public static byte[] Bytes(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();

    /// <summary>Puts a value at a dotted path, making the objects on the way.</summary>
    public static void Put(JsonObject into, string path, JsonNode? value)
    {
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
        {
            if (into[step] is not JsonObject next)
                into[step] = next = [];
            into = next;
        }

        into[steps[^1]] = value;
    }

    private static JsonElement? Index(JsonElement from, string path)
    {
        var end = path.IndexOf(']');
        if (from.ValueKind != JsonValueKind.Array || end < 0
            || !int.TryParse(path.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= from.GetArrayLength())
        {
            return null;
        }

        return Find(from[index], path[(end + 1)..].TrimStart('.'));
    }

    private static int LastBreak(string path, int before) => before <= 1 ? -1 : path.AsSpan(0, before - 1).LastIndexOfAny('.', '[') is var at && at < 0 ? -1 : at;

    // A lone surrogate, escaped, makes GetString throw; such a text has no meaning as a key or a time.
    private static string? SafeText(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return Encoding.Latin1.GetString(JsonMarshal.GetRawUtf8Value(text));
        }
    }
}
