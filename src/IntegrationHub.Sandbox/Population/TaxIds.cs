using System.Globalization;

namespace IntegrationHub.Sandbox;

/// <summary>Tax ids of organisations whose check digits are right.</summary>
internal static class TaxIds
{
    private const string CreditCodeLetters = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    public static string Make(string country, Random random) => country switch
    {
        "DE" => German(random.Fill("2#######")),
        "FR" => French(random.Fill("5#######")),
        "GB" => British(random.Fill("7######")),
        "CN" => Chinese(random.Fill("91310000########")),
        _ => throw new ArgumentException($"No tax ids of '{country}' are known, only of DE, FR, GB and CN.", nameof(country)),
    };

    // ISO 7064, MOD 11,10.
    private static string German(string digits)
    {
        var product = 10;
        foreach (var digit in digits)
        {
            var sum = (digit - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return string.Create(CultureInfo.InvariantCulture, $"DE{digits}{(11 - product) % 10}");
    }

    // The SIREN ends with a Luhn digit; the two digits before it are (12 + 3 * (SIREN mod 97)) mod 97.
    private static string French(string digits)
    {
        // The check digit is the ninth, so the second, fourth, sixth and eighth are doubled.
        var sum = digits.Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 1 : 2))
            .Sum(product => product > 9 ? product - 9 : product);
        var siren = digits + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
        var check = (12 + (3 * (long.Parse(siren, CultureInfo.InvariantCulture) % 97))) % 97;
        return string.Create(CultureInfo.InvariantCulture, $"FR{check:D2}{siren}");
    }

    // Weights 8 to 2, then 97 is taken away until nothing is left.
    private static string British(string digits)
    {
        var sum = digits.Select((digit, index) => (digit - '0') * (8 - index)).Sum();
        return string.Create(CultureInfo.InvariantCulture, $"GB{digits}{97 - (sum % 97):D2}");
    }

    // GB 32100-2015: 17 characters and MOD 31 with weights 3^i; the ninth to the seventeenth are an organisation code of GB 11714.
    private static string Chinese(string digits)
    {
        int[] weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var organisation = digits[8..];
        var check = (11 - (organisation.Select((digit, index) => (digit - '0') * weights[index]).Sum() % 11)) % 11;
        var code = digits + (check == 10 ? "X" : check.ToString(CultureInfo.InvariantCulture));
        var (sum, weight) = (0, 1);
        foreach (var letter in code)
        {
            sum += CreditCodeLetters.IndexOf(letter, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }
        return code + CreditCodeLetters[(31 - (sum % 31)) % 31];
    }
}
