using System.Globalization;
using System.Text;

namespace IntegrationHub.Sandbox;

/// <summary>Draws from a seeded source.</summary>
internal static class Chance
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public static bool Percent(this Random random, double percent) => random.NextDouble() * 100 < percent;

    /// <summary>A digit for each <c>#</c>, one from 2 for each <c>N</c>.</summary>
    public static string Fill(this Random random, string pattern)
    {
        var filled = new StringBuilder(pattern.Length);
        foreach (var character in pattern)
        {
            filled.Append(character switch
            {
                '#' => (char)('0' + random.Next(10)),
                'N' => (char)('2' + random.Next(8)),
                _ => character,
            });
        }
        return filled.ToString();
    }

    public static string Day(this Random random, int yearFrom, int yearTo) =>
        new DateOnly(random.Next(yearFrom, yearTo), 1, 1).AddDays(random.Next(365)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
