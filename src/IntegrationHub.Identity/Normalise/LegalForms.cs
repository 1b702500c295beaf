using System.Collections.Frozen;

namespace IntegrationHub.Identity.Normalise;

/// <summary>What stands beside a company's name to say of which kind the company is.</summary>
internal static class LegalForms
{
    private static readonly FrozenSet<string> Forms = new[]
    {
        "ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "cv", "eg", "ev", "gbr", "gmbh", "inc", "incorporated", "kft", "kg",
        "kgaa", "kk", "lda", "limited", "llc", "llp", "lp", "ltd", "ltda", "nv", "ohg", "oy", "oyj", "plc", "pte", "pty", "pvt", "sa", "sas",
        "sarl", "sarlu", "se", "sl", "slu", "spa", "sp", "srl", "sro", "the", "ug", "zoo",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="phrase">Words in lower case, one blank between.</param>
    /// <returns>The phrase without them; as it was when nothing else would be left.</returns>
    public static string Without(string phrase)
    {
        var words = phrase.Split(' ');
        var rest = Array.FindAll(words, static word => !Forms.Contains(word));
        return rest.Length == 0 || rest.Length == words.Length ? phrase : string.Join(' ', rest);
    }
}
