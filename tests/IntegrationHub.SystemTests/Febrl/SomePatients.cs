using System.Globalization;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>Patients made up here, for tests that need many and not real ones: each is one person, and no two look alike.</summary>
internal static class SomePatients
{
    public static IReadOnlyList<Patient> Make(int count, string keyPrefix) => [.. Enumerable.Range(1, count).Select(number => One(number, keyPrefix))];

    private static Patient One(int number, string keyPrefix)
    {
        var born = new DateOnly(1930, 1, 1).AddDays(number * 7 % 25_000).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return new(Text($"{keyPrefix}-{number:D5}"),
        [
            Text($"given{number % 97}"), Text($"family{number}"), Text($"{number % 200 + 1}"), Text($"street {number / 3}"), "", Text($"town {number % 50}"),
            Text($"{1000 + (number % 9000)}"), "nsw", born, Text($"{1_000_000 + number}"),
        ]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
