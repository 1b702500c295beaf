using IntegrationHub.Mapping.Validation.Phones;

namespace IntegrationHub.Mapping.Validation;

/// <summary>Telephone numbers in the one form that the hub keeps: E.164, such as <c>+442079460018</c>.</summary>
/// <remarks>
/// Follows the numbering plans of Google's libphonenumber (its full metadata, every type of number), so a number passes when its
/// country has such a number: right length, a prefix that is in use. Whether anybody answers it is not known. Short numbers
/// (emergency, SMS) and extensions are no E.164 numbers.
/// </remarks>
public static class PhoneNumbers
{
    private const int E164DigitsMax = 15;

    /// <summary>Whether the text is a valid number in E.164 form: a plus, then nothing but digits.</summary>
    public static bool IsE164(ReadOnlySpan<char> text) =>
        text.Length is > 1 and <= E164DigitsMax + 1
        && text[0] == '+'
        && !text[1..].ContainsAnyExceptInRange('0', '9')
        && NumberingPlans.OfInternational(text[1..], out var codeLength) is { } plans
        && IsValid(plans, text[(codeLength + 1)..]);

    /// <summary>Reads a number as people write it, national or international. What it gives it also accepts, and gives unchanged.</summary>
    /// <param name="text">Digits of any script (full-width too) with any separators; <c>+</c> or <c>00</c> begins an international number.
    /// A national number may have its trunk prefix (0 in Germany) or not; behind the calling code, as in <c>+44 (0)20</c>, it is
    /// dropped.</param>
    /// <param name="country">The country (ISO 3166-1 alpha-2, either case) whose national numbers are meant; null reads international
    /// numbers alone.</param>
    /// <param name="e164">The number in E.164; empty when there is none.</param>
    /// <returns>False when the text is not a number of that country, or has more in it than a number, such as an extension.</returns>
    public static bool TryToE164(string text, string? country, out string e164)
    {
        Span<char> buffer = stackalloc char[32];
        e164 = "";
        if (!DialledText.TryRead(text, buffer, out var length, out var hasPlus))
            return false;
        var digits = buffer[..length].ToString();
        e164 = (hasPlus ? FromInternational(digits) : FromDialled(digits, country?.ToUpperInvariant())) ?? "";
        return e164.Length > 0;
    }

    private static string? FromDialled(string digits, string? country)
    {
        if (digits.StartsWith("00", StringComparison.Ordinal) && FromInternational(digits[2..]) is { } dialledOut)
            return dialledOut;
        if (country is null || NumberingPlans.Of(country) is not { } plan)
            return null;
        if (plan.InternationalPrefixLength(digits) is > 0 and var length && FromInternational(digits[length..]) is { } fromThere)
            return fromThere;
        return FromNational(digits, plan)
            ?? (digits.StartsWith(plan.CallingCode, StringComparison.Ordinal) ? FromInternational(digits) : null);
    }

    private static string? FromNational(string digits, NumberingPlan plan)
    {
        var plans = NumberingPlans.OfInternational(plan.CallingCode + digits, out _) ?? [plan];
        // Without the prefix first, as in libphonenumber: it is there more often than a number that happens to begin like it.
        if (plan.WithoutPrefix(digits) is { } bare && (plan.IsValid(bare) || IsValid(plans, bare)))
            return E164(plan, bare);
        return plan.IsValid(digits) || IsValid(plans, digits) ? E164(plan, digits) : null;
    }

    private static string? FromInternational(string digits)
    {
        if (NumberingPlans.OfInternational(digits, out var codeLength) is not { } plans)
            return null;
        var national = digits[codeLength..];
        // As written first: whoever writes the calling code usually leaves the prefix away. Also what makes E.164 stay what it is.
        if (IsValid(plans, national))
            return E164(plans[0], national);
        return plans[0].WithoutPrefix(national) is { } bare && IsValid(plans, bare) ? E164(plans[0], bare) : null;
    }

    private static string? E164(NumberingPlan plan, string national) =>
        plan.CallingCode.Length + national.Length <= E164DigitsMax ? $"+{plan.CallingCode}{national}" : null;

    private static bool IsValid(NumberingPlan[] plans, ReadOnlySpan<char> national)
    {
        foreach (var plan in plans)
        {
            if (plan.IsValid(national))
                return true;
        }

        return false;
    }
}
