using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Value tables that every mapping file can name.</summary>
internal static class BuiltInTables
{
    private static readonly Dictionary<string, ValueTable> Tables = new(StringComparer.Ordinal)
    {
        ["country-iso2"] = CountryTable("country-iso2", country => country.Iso2),
        ["country-iso3"] = CountryTable("country-iso3", country => country.Iso3),
        ["language"] = Spoken("language", SpokenNames.Languages),
        ["currency"] = Spoken("currency", SpokenNames.Currencies),
        ["country-name"] = CountryTable("country-name", country => country.Name),
    };

    public static IReadOnlyCollection<string> Names => Tables.Keys;

    public static ValueTable? Find(string name) => Tables.GetValueOrDefault(name);

    // Any form is read, in any letter case; the code is written.
    private static ValueTable Spoken(string name, IEnumerable<(string Code, string[] Forms)> entries)
    {
        var table = new ValueTable(name, StringComparer.OrdinalIgnoreCase);
        foreach (var (code, forms) in entries)
        {
            foreach (var form in forms.Prepend(code))
                table.Add(form, FieldValue.Text(code));
        }

        return table;
    }

    // All three read every spelling, in any letter case; they differ in what they write, which therefore is added first.
    private static ValueTable CountryTable(string name, Func<Country, string> written)
    {
        var table = new ValueTable(name, StringComparer.OrdinalIgnoreCase);
        foreach (var country in Countries.All)
        {
            var canonical = FieldValue.Text(country.Iso2);
            foreach (var spelling in (string[])[written(country), country.Iso2, country.Iso3, country.Name])
                table.Add(spelling, canonical);
        }

        foreach (var (spelling, iso2) in Countries.OtherNames)
            table.Add(spelling, FieldValue.Text(iso2));
        return table;
    }
}
