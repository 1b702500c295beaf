using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>E-mail addresses and the parts of a street line.</summary>
internal static class ContactTransforms
{
    public static TransformKind Email =>
        new("email", "", false, "The address alone, of 'Ada <ada@Example.org>' or mailto:ada@Example.org, its domain in lower case.",
            static (string text, string? _, out string error) =>
    {
        error = "";
        return new Transform(text, static (FieldValue value, string? _, out FieldValue converted) =>
        {
            converted = value;
            if (value.Kind != FieldKind.Text || Address(value.AsText) is not { } address)
                return false;
            converted = FieldValue.Text(address);
            return true;
        })
        {
            ReadExpected = "an e-mail address with one @ between two names",
            Loss = "the display name and the letter case of the domain",
        };
    });

    public static TransformKind Street => Line("street",
        "The street of a line such as 'Main Street 12a', '12 Main Street' or '12, rue X'.", line => line.Street);

    public static TransformKind HouseNumber =>
        Line("houseNumber", "The house number of such a line; a line without one is refused.", line => line.Number);

    /// <returns>The number is empty where there is none at either end.</returns>
    internal static (string Street, string Number) Split(string line)
    {
        var words = line.Split([' ', '\u00a0', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
            return (line, "");
        // 12 Main Street, 12 bis rue X
        if (IsNumber(words[0]))
        {
            var count = words.Length > 2 && words[1].ToLowerInvariant() is "bis" or "ter" or "quater" ? 2 : 1;
            return (string.Join(' ', words[count..]), string.Join(' ', words[..count]));
        }

        // Hauptstraße 12, Hauptstraße 12 a, Dorpsstraat 12-14
        if (IsNumber(words[^1]))
            return (string.Join(' ', words[..^1]), words[^1]);
        if (words.Length > 2 && words[^1].Length == 1 && char.IsLetter(words[^1][0]) && IsNumber(words[^2]))
            return (string.Join(' ', words[..^2]), $"{words[^2]} {words[^1]}");
        return (line, "");
    }

    private static string? Address(string text)
    {
        var open = text.LastIndexOf('<');
        var close = text.LastIndexOf('>');
        var address = (open >= 0 && close > open ? text[(open + 1)..close] : text).Trim();
        if (address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            address = address["mailto:".Length..];
        var at = address.LastIndexOf('@');
        if (at < 1 || at == address.Length - 1 || address.Any(char.IsWhiteSpace) || address.IndexOf('@', StringComparison.Ordinal) != at)
            return null;
        return address[..at] + address[at..].ToLowerInvariant();
    }

    // A digit first, and nothing a street's name would have.
    private static bool IsNumber(string word) =>
        char.IsAsciiDigit(word[0]) && word.Length <= 10 && word.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '/')
            && word.Count(char.IsAsciiLetter) <= 1;

    private static TransformKind Line(string name, string help, Func<(string Street, string Number), string> part) =>
        new(name, "", false, help, (string text, string? _, out string error) =>
    {
        error = "";
        return new Transform(text, (FieldValue value, string? _, out FieldValue converted) =>
        {
            converted = FieldValue.Text(value.Kind == FieldKind.Text ? part(Split(value.AsText.Trim())) : "");
            return !converted.IsEmpty;
        })
        {
            ReadExpected = "a line with a street and a house number",
            Loss = "the rest of the line",
        };
    });
}
