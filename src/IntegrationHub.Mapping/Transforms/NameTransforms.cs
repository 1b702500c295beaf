using System.Text.RegularExpressions;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Parts of a full name. Which part comes first is the culture's: the family name in Chinese, Japanese, Korean and
/// Hungarian.</summary>
internal static class NameTransforms
{
    private static readonly string[] FamilyFirst = ["zh", "ja", "ko", "hu"];

    private static readonly string[] Titles = ["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau", "m", "mme", "mlle", "sr",
        "sra"];

    // Words that begin a family name, though they are not written large.
    private static readonly string[] Particles =
        ["van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "bin", "ibn", "al", "el", "ter",
            "ten", "zu", "zum", "af", "av"];

    // Family names of two characters, the rest have one (the usual ones of China and Korea).
    private static readonly string[] Compound =
    [
        "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "夏侯", "东方", "東方", "皇甫", "尉迟", "尉遲", "公孙", "公孫", "慕容", "令狐", "长孙", "長孫", "司徒", "端木",
        "남궁", "황보", "제갈", "사공", "선우", "서문", "독고",
    ];

    public static TransformKind GivenName => Kind("givenName",
        "The given names of a full name; with a culture (zh, ja, ko, hu) the family name comes first.", name => name.Given);

    public static TransformKind FamilyName => Kind("familyName",
        "The family name of a full name, with van, de and the like; with a culture as givenName.", name => name.Family);

    internal static (string Given, string Family)? Split(string text, string? culture)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma > 0 && comma < text.Length - 1)
            return (text[(comma + 1)..].Trim(), text[..comma].Trim());
        var words = text.Split([' ', '\u00a0', '\u3000'], StringSplitOptions.RemoveEmptyEntries).SkipWhile((word,
            i) => IsTitle(word)).ToArray();
        if (words.Length == 0)
            return null;
        if (words.Length == 1)
            return Unspaced(words[0], culture);
        if (culture is not null && FamilyFirst.Contains(culture))
            return (string.Join(' ', words[1..]), words[0]);
        var particle = Array.FindIndex(words, 1, word => Particles.Contains(word));
        var family = particle > 0 ? particle : words.Length - 1;
        return (string.Join(' ', words[..family]), string.Join(' ', words[family..]));
    }

    // Chinese and Korean names are written without a space; in Japanese only a list of all names could tell where the first part ends.
    private static (string Given, string Family)? Unspaced(string word, string? culture)
    {
        if (culture is not ("zh" or "ko") || word.Length < 2 || word[0] < '\u3400')
            return null;
        var length = word.Length > 2 && Compound.Contains(word[..2]) ? 2 : char.IsHighSurrogate(word[0]) ? 2 : 1;
        return word.Length > length ? (word[length..], word[..length]) : null;
    }

    private static bool IsTitle(string word) => Titles.Contains(word.TrimEnd('.').ToLowerInvariant());

    private static TransformKind Kind(string name, string help, Func<(string Given, string Family), string> part) =>
        new(name, "[<culture>]", false, help, (string text, string? culture, out string error) =>
    {
        error = "";
        if (culture is not null && !Regex.IsMatch(culture, "^[a-z]{2}$", RegexOptions.None, TimeSpan.FromSeconds(1)))
        {
            error = $"'{culture}' is no culture; write two letters, such as {name}:hu.";
            return null;
        }

        return new Transform(text, (FieldValue value, string? _, out FieldValue converted) =>
        {
            converted = value;
            if (value.Kind != FieldKind.Text || Split(value.AsText.Trim(), culture) is not { } split)
                return false;
            converted = FieldValue.Text(part(split));
            return true;
        })
        {
            ReadExpected = "a full name of at least two parts",
            Loss = "the other part of the name, and titles",
        };
    });
}
