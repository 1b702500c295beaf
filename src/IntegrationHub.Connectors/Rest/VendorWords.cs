using System.Text;

namespace IntegrationHub.Connectors.Rest;

/// <summary>
/// Which pieces of a vendor's text may be shown. A piece passes only when it is known to be harmless: a word of the vocabulary of errors
/// (<c>vendor-words.txt</c>: words of the vendors' own messages and codes, without those that are also names), the name of a field, or a
/// small number. Whatever else a piece is, it may be somebody's name.
/// </summary>
internal static class VendorWords
{
    private const int NumberDigitsMax = 3;
    private const string Resource = "vendor-words.txt";

    private static readonly HashSet<string> Vocabulary = Load();

    /// <summary>The words of a piece of text: parted at what is neither letter nor digit, and at humps (<c>InvalidId</c> is two).</summary>
    public static IEnumerable<string> Of(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start + 1;
            if (char.IsLetterOrDigit(text[start]))
            {
                while (end < text.Length && Continues(text, end))
                    end++;
                yield return text[start..end];
            }

            start = end;
        }
    }

    /// <param name="names">Names of fields, word by word.</param>
    public static bool IsKnown(string word, IReadOnlySet<string> names) =>
        (word.Length <= NumberDigitsMax && word.All(char.IsAsciiDigit)) || Vocabulary.Contains(word) || names.Contains(word);

    // A hump begins with a capital after a small letter, or with the last capital of several before a small one (OAuthToken).
    private static bool Continues(string text, int at)
    {
        if (!char.IsLetterOrDigit(text[at]) || char.IsDigit(text[at]) != char.IsDigit(text[at - 1]))
            return false;
        return !char.IsUpper(text[at]) || (char.IsUpper(text[at - 1]) && !(at + 1 < text.Length && char.IsLower(text[at + 1])));
    }

    private static HashSet<string> Load()
    {
        using var stream = typeof(VendorWords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}. Build it again.");
        using var reader = new System.IO.StreamReader(stream, Encoding.UTF8);
        return new(reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
    }
}
