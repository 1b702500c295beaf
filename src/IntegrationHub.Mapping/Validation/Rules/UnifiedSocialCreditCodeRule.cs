namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>
/// The unified social credit code of a Chinese organisation, GB 32100-2015: registering authority, category, six digits for the place,
/// nine characters of organisation code and a check character by MOD 31, over digits and capitals without I, O, S, V and Z.
/// </summary>
internal sealed class UnifiedSocialCreditCodeRule : FieldRule
{
    /// <summary>The characters in the order of their values, 0 to 30.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private const int Length = 18;

    public override string Name => "unifiedSocialCreditCode";

    public override string Expected =>
        "A unified social credit code (GB 32100-2015): 18 digits and capitals without I, O, S, V and Z, the check character right.";

    public override bool Accepts(string text) =>
        text.Length == Length
        && !text.AsSpan(2, 6).ContainsAnyExceptInRange('0', '9')
        && TryCheckCharacterOf(text, out var check)
        && text[^1] == check;

    /// <param name="text">At least the first 17 characters.</param>
    /// <param name="check">The character that belongs at place 18.</param>
    /// <returns>False when a character is not of the alphabet.</returns>
    public static bool TryCheckCharacterOf(ReadOnlySpan<char> text, out char check)
    {
        check = '\0';
        var sum = 0;
        var weight = 1;
        foreach (var character in text[..(Length - 1)])
        {
            var value = Alphabet.IndexOf(character);
            if (value < 0)
                return false;
            sum += value * weight;
            weight = weight * 3 % Alphabet.Length;
        }

        check = Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
        return true;
    }
}
