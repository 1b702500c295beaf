namespace IntegrationHub.Sandbox;

/// <summary>Reads <c>?a=1&amp;b=2</c> and form bodies; of a repeated name the first value counts.</summary>
internal static class QueryText
{
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = sign < 0 ? (pair, "") : (pair[..sign], pair[(sign + 1)..]);
            values.TryAdd(Unescape(name), Unescape(value));
        }
        return values;
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
