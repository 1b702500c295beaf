using System.Globalization;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>
/// The number of a Chinese resident identity card, GB 11643-1999: six digits for the place, the date of birth, three digits of sequence
/// and a check character by ISO 7064 MOD 11-2. Of the place the province is looked up (GB/T 2260; 83 and 91 are residents from Taiwan
/// and from abroad): districts come and go, and a number keeps the one of its day.
/// </summary>
internal sealed class ChineseResidentIdRule(TimeProvider clock) : FieldRule
{
    private const int Length = 18;
    private const string CheckCharacters = "10X98765432";

    public override string Name => "chineseResidentId";

    public override string Expected =>
        "A resident identity number of 18 characters (GB 11643-1999): place, date of birth and check character right, X in capitals.";

    public override bool Accepts(string text) =>
        text.Length == Length
        && !text.AsSpan(0, Length - 1).ContainsAnyExceptInRange('0', '9')
        && IsProvince(((text[0] - '0') * 10) + text[1] - '0')
        && IsPastDate(text.AsSpan(6, 8))
        && text[^1] == CheckCharacterOf(text);

    /// <param name="text">At least the first 17 digits.</param>
    public static char CheckCharacterOf(ReadOnlySpan<char> text)
    {
        // The weight of a place is 2 to the power of its distance from the end, modulo 11: Horner's scheme.
        var sum = 0;
        foreach (var digit in text[..(Length - 1)])
            sum = ((sum + digit - '0') * 2) % 11;
        return CheckCharacters[sum];
    }

    private static bool IsProvince(int code) => code is
        (>= 11 and <= 15) or (>= 21 and <= 23) or (>= 31 and <= 37) or (>= 41 and <= 46) or (>= 50 and <= 54) or (>= 61 and <= 65)
        or 71 or 81 or 82 or 83 or 91;

    private bool IsPastDate(ReadOnlySpan<char> text) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && date.Year >= 1850
        && date <= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(14));
}
