using System.Collections.Frozen;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>
/// International bank account numbers, ISO 13616-1:2020 in electronic form (no spaces, capitals): the length of the country as the
/// SWIFT IBAN registry lists it, and check digits by ISO 7064 MOD 97-10. The bank's own part is not looked into.
/// </summary>
internal sealed class IbanRule : FieldRule
{
    private static readonly FrozenDictionary<string, int> LengthByCountry = (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 " +
        "CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 " +
        "IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 " +
        "OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 " +
        "XK20 YE30").Split(' ').ToFrozenDictionary(entry => entry[..2], entry => int.Parse(entry[2..]), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> LengthByPrefix =
        LengthByCountry.GetAlternateLookup<ReadOnlySpan<char>>();

    public override string Name => "iban";

    public override string Expected =>
        "An IBAN (ISO 13616) without spaces and in capitals, of the length of its country and with the right check digits.";

    public override bool Accepts(string text) =>
        text.Length > 4
        && LengthByPrefix.TryGetValue(text.AsSpan(0, 2), out var length)
        && text.Length == length
        && !text.AsSpan(2, 2).ContainsAnyExceptInRange('0', '9')
        && IsAccount(text.AsSpan(4))
        // 00, 01 and 99 would pass the remainder as well, but the standard never gives them out.
        && text.AsSpan(2, 2) is not ("00" or "01" or "99")
        && RemainderOf(text) == 1;

    public static IReadOnlyDictionary<string, int> Lengths => LengthByCountry;

    /// <summary>The number modulo 97, with its first four characters moved to the end and letters as 10 to 35.</summary>
    public static int RemainderOf(ReadOnlySpan<char> text)
    {
        var remainder = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[(i + 4) % text.Length];
            remainder = char.IsAsciiDigit(character)
                ? ((remainder * 10) + character - '0') % 97
                : ((remainder * 100) + character - 'A' + 10) % 97;
        }

        return remainder;
    }

    private static bool IsAccount(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character) && !char.IsAsciiLetterUpper(character))
                return false;
        }

        return true;
    }
}
