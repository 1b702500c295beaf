namespace IntegrationHub.Sandbox;

/// <summary>The ways in which people write one phone number.</summary>
internal static class PhoneStyles
{
    /// <summary>One of the ways, by chance.</summary>
    /// <param name="number">E.164.</param>
    /// <param name="country">Where it is written.</param>
    public static string Vary(string number, string country, Random random)
    {
        if (Normalise.DialCode(country) is not { } code || !number.StartsWith("+" + code, StringComparison.Ordinal))
            return number;
        var national = number[(1 + code.Length)..];
        var trunk = Trunk(country, national);
        return random.Next(6) switch
        {
            0 => $"+{code} {Grouped(national, ' ')}",
            // Elsewhere another prefix leads abroad.
            1 when country is not ("US" or "TW" or "HK") => $"00{code} {national}",
            2 => trunk + Grouped(national, ' '),
            3 => trunk + Grouped(national, '-'),
            4 when trunk.Length > 0 => $"+{code} (0){Grouped(national, ' ')}",
            _ => trunk + national,
        };
    }

    private static string Trunk(string country, string national) => country switch
    {
        "DE" or "AT" or "CH" or "FR" or "GB" or "TW" => "0",
        "CN" => national.StartsWith('1') && national.Length == 11 ? "" : "0",
        _ => "",
    };

    private static string Grouped(string digits, char between) =>
        digits.Length <= 6 ? digits : $"{digits[..3]}{between}{digits[3..6]}{between}{digits[6..]}";
}
