using System.Globalization;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Admin;

/// <summary>How people name what the hub numbers: <c>C-17</c> a customer, <c>record/4711</c> a source record.</summary>
public static class Names
{
    public static string Of(GoldenRecord golden) => golden.Entity == "customer" ? OfCustomer(golden.Id) : golden.ToString();

    /// <summary>Who a customer was when something was decided about it.</summary>
    internal static IReadOnlyList<long> RecordsOf(Cluster cluster) => [.. cluster.Members.Select(static member => member.Id)];

    /// <returns>Such as <c>C-17</c>.</returns>
    public static string OfCustomer(long goldenId) => string.Create(CultureInfo.InvariantCulture, $"C-{goldenId}");

    /// <summary>Reads <c>C-17</c>, <c>customer/17</c> or <c>17</c>.</summary>
    public static bool TryCustomer(string text, out long goldenId) => TryNumber(text, ["C-", "customer/"], out goldenId);

    /// <summary>Reads <c>record/4711</c> or <c>4711</c>.</summary>
    public static bool TryRecord(string text, out long sourceRecordId) => TryNumber(text, ["record/"], out sourceRecordId);

    private static bool TryNumber(string text, ReadOnlySpan<string> prefixes, out long number)
    {
        var digits = text.Trim();
        foreach (var prefix in prefixes)
        {
            if (digits.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                digits = digits[prefix.Length..];
                break;
            }
        }

        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
    }
}
