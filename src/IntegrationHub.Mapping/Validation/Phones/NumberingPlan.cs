using System.Text.RegularExpressions;

namespace IntegrationHub.Mapping.Validation.Phones;

/// <summary>How the numbers of one country are built: one line of <c>phone-plans.tsv</c>.</summary>
internal sealed class NumberingPlan
{
    // Backtracking on purpose: the patterns come with the assembly and the texts have at most 31 digits, so no input makes them slow.
    // The non-backtracking engine matches twice as fast (0.17 against 0.34 microseconds, 171,500 numbers of all countries, one core of
    // a 2-core virtual machine), but its automata for all countries take 1.7 s and 290 MB, these 0.04 s and 22 MB.
    private const RegexOptions Plain = RegexOptions.CultureInvariant;

    private readonly uint lengths;
    private readonly Lazy<Regex> valid;
    private readonly Lazy<Regex>? prefix;
    private readonly Lazy<Regex>? internationalPrefix;
    private readonly string prefixBecomes;

    private NumberingPlan(string[] columns)
    {
        Country = columns[0];
        CallingCode = columns[1];
        internationalPrefix = Anchored(columns[2]);
        prefix = Anchored(columns[3]);
        prefixBecomes = columns[4];
        foreach (var length in columns[5].Split(','))
            lengths |= 1u << int.Parse(length);
        valid = new(() => new Regex($"^(?:{columns[6]})\\z", Plain | RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout));
    }

    /// <summary>ISO 3166-1 alpha-2; <c>001</c> for numbers of the whole world, such as satellite telephones.</summary>
    public string Country { get; }

    public string CallingCode { get; }

    public static NumberingPlan Parse(string line) => new(line.Split('\t'));

    /// <summary>Whether a national number, without any prefix, is one that the plan has.</summary>
    public bool IsValid(ReadOnlySpan<char> national) =>
        national.Length < 32 && (lengths & (1u << national.Length)) != 0 && valid.Value.IsMatch(national);

    /// <summary>How many digits at the start dial out of the country; 0 when there are none.</summary>
    public int InternationalPrefixLength(string digits) =>
        internationalPrefix?.Value.Match(digits) is { Success: true } match ? match.Length : 0;

    /// <summary>The number without the prefix that is dialled inside the country (0 in Germany, 1 in America).</summary>
    /// <returns>Null when the number does not begin with one.</returns>
    public string? WithoutPrefix(string digits)
    {
        if (prefix?.Value.Match(digits) is not { Success: true, Length: > 0 } match)
            return null;
        // As in libphonenumber: with a rule and the last group taken, the rule rewrites the match (local numbers get their area code);
        // otherwise the whole match is prefix.
        var rewrites = prefixBecomes.Length > 0 && match.Groups.Count > 1 && match.Groups[match.Groups.Count - 1].Success;
        return (rewrites ? match.Result(prefixBecomes) : "") + digits[match.Length..];
    }

    private static Lazy<Regex>? Anchored(string pattern) =>
        pattern.Length == 0 ? null : new(() => new Regex($"^(?:{pattern})", Plain, Regex.InfiniteMatchTimeout));
}
