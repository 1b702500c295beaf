using System.Text.Json;
using System.Text.RegularExpressions;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Makes a vendor's error text fit to be shown: it likes to quote the value it refused.</summary>
internal static partial class VendorText
{
    private const int LengthMax = 200;
    private const string Blank = "…";

    /// <param name="text">The vendor's words.</param>
    /// <param name="sent">The record that was refused: its values are blanked out.</param>
    public static string? Safe(string? text, ReadOnlyMemory<byte> sent)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (!sent.IsEmpty)
        {
            using var fields = JsonDocument.Parse(sent);
            // The longest first, or a short value would cut a long one into readable pieces.
            foreach (var value in Values(fields.RootElement).Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length))
                text = text.Replace(value, Blank, StringComparison.OrdinalIgnoreCase);
        }

        text = Personal().Replace(text, Blank);
        return text.Length <= LengthMax ? text : text[..LengthMax] + Blank;
    }

    private static IEnumerable<string> Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Values(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Values),
        JsonValueKind.String or JsonValueKind.Number when JsonPath.Text(element) is { Length: > 1 } text => [text],
        _ => [],
    };

    // Quoted texts, anything with an @, numbers of four digits and more, and everything that is not Latin script: other records' values.
    [GeneratedRegex("""("[^"]*"|'[^']*'|\S*@\S*|\+?\d[\d\-]{3,}|[^\u0000-\u024F\u2010-\u2026]+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Personal();
}
