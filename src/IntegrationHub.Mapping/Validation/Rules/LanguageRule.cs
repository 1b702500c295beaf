namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>
/// Language tags: well-formed by RFC 5646, 2.1 (without the grandfathered ones, which are all deprecated), and with a primary language of
/// ISO 639-1 or 639-2. Regions and variants are not looked up.
/// </summary>
internal sealed class LanguageRule : FieldRule
{
    private const int ExtendedLanguagesMax = 3;

    public override string Name => "language";

    public override string Expected => "A language tag of BCP 47, such as de, en-GB or zh-Hans, with hyphens and a known language first.";

    public override bool Accepts(string text)
    {
        if (text.Length is < 2 or > 64)
            return false;
        var parts = text.Split('-');
        if (!CodeLists.Languages.Contains(parts[0].ToLowerInvariant()))
            return false;
        var next = 1;
        while (next <= ExtendedLanguagesMax && IsAlpha(parts, next, 3))
            next++;
        if (IsAlpha(parts, next, 4))
            next++;
        if (IsAlpha(parts, next, 2) || IsDigits(parts, next, 3))
            next++;
        while (IsVariant(parts, next))
            next++;
        return AreExtensions(parts, next);
    }

    // Each singleton once, with parts of 2 to 8 behind it; x begins private use, whose parts may be of 1.
    private static bool AreExtensions(string[] parts, int next)
    {
        var seen = new HashSet<char>();
        while (next < parts.Length)
        {
            if (parts[next].Length != 1 || !IsAlphanumeric(parts[next]) || !seen.Add(char.ToLowerInvariant(parts[next][0])))
                return false;
            var isPrivate = parts[next] is "x" or "X";
            var first = ++next;
            var lengthMin = isPrivate ? 1 : 2;
            while (next < parts.Length && parts[next].Length <= 8 && parts[next].Length >= lengthMin && IsAlphanumeric(parts[next]))
                next++;
            if (next == first || (isPrivate && next < parts.Length))
                return false;
        }

        return true;
    }

    private static bool IsVariant(string[] parts, int at) =>
        at < parts.Length
        && IsAlphanumeric(parts[at])
        && (parts[at].Length is >= 5 and <= 8 || (parts[at].Length == 4 && char.IsAsciiDigit(parts[at][0])));

    private static bool IsAlpha(string[] parts, int at, int length) =>
        at < parts.Length && parts[at].Length == length && parts[at].All(char.IsAsciiLetter);

    private static bool IsDigits(string[] parts, int at, int length) =>
        at < parts.Length && parts[at].Length == length && parts[at].All(char.IsAsciiDigit);

    private static bool IsAlphanumeric(string part) => part.Length > 0 && part.All(char.IsAsciiLetterOrDigit);
}
