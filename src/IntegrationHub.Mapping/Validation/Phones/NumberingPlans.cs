using System.Collections.Frozen;

namespace IntegrationHub.Mapping.Validation.Phones;

/// <summary>The numbering plans of the world, read once from the table inside the assembly.</summary>
internal static class NumberingPlans
{
    private const int CallingCodeLengthMax = 3;

    private static readonly NumberingPlan[] All = Read();

    private static readonly FrozenDictionary<string, NumberingPlan> ByCountry = All
        .Where(plan => plan.Country != "001")
        .ToFrozenDictionary(plan => plan.Country, StringComparer.Ordinal);

    // By the calling code as a number: 1 to 999. Several countries may share one; the table names its main country first.
    private static readonly NumberingPlan[]?[] ByCallingCode = Index();

    public static NumberingPlan? Of(string country) => ByCountry.GetValueOrDefault(country);

    /// <summary>The plans that an international number may belong to.</summary>
    /// <param name="digits">Calling code and national number.</param>
    /// <param name="callingCodeLength">How many digits the calling code has. No calling code is the beginning of another.</param>
    public static NumberingPlan[]? OfInternational(ReadOnlySpan<char> digits, out int callingCodeLength)
    {
        var code = 0;
        // No calling code begins with 0, and as a number 044 would look like 44.
        var lengthMax = digits is ['0', ..] ? 0 : Math.Min(CallingCodeLengthMax, digits.Length - 1);
        for (callingCodeLength = 1; callingCodeLength <= lengthMax; callingCodeLength++)
        {
            code = (code * 10) + (digits[callingCodeLength - 1] - '0');
            if (ByCallingCode[code] is { } plans)
                return plans;
        }

        callingCodeLength = 0;
        return null;
    }

    private static NumberingPlan[]?[] Index()
    {
        var index = new NumberingPlan[]?[1000];
        foreach (var group in All.GroupBy(plan => plan.CallingCode, StringComparer.Ordinal))
            index[int.Parse(group.Key)] = [.. group];
        return index;
    }

    private static NumberingPlan[] Read()
    {
        const string table = "IntegrationHub.Mapping.Validation.Phones.phone-plans.tsv";
        using var stream = typeof(NumberingPlans).Assembly.GetManifestResourceStream(table)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {table}. Build it with that file embedded.");
        using var reader = new StreamReader(stream);
        var plans = new List<NumberingPlan>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                plans.Add(NumberingPlan.Parse(line));
        }

        return [.. plans];
    }
}
