using System.Text;
using IntegrationHub.Identity.Compare;

namespace IntegrationHub.Identity;

/// <summary>Proposes what kind of values a column holds, from its heading and, where that says nothing, from the values.</summary>
public static class KindInference
{
    private const double MostMin = 0.8, FewMax = 0.05;
    private const int CategoryMax = 60, CodeLengthMin = 4;

    // Words of headings, as whole words or, from four letters on and in Chinese, inside of them. The first that fits decides.
    private static readonly (ColumnKind Kind, string[] Words)[] Headings =
    [
        (ColumnKind.Ignore,
            ["cluster", "truth", "entity", "label", "source", "system", "created", "updated", "modified", "timestamp", "row", "来源"]),
        (ColumnKind.Email, ["email", "mail", "邮箱", "邮件"]),
        (ColumnKind.Phone, ["phone", "tel", "telephone", "mobile", "cell", "fax", "handy", "telefon", "电话", "手机"]),
        (ColumnKind.Date, ["birth", "dob", "birthday", "born", "geburtsdatum", "naissance", "nacimiento", "生日", "出生"]),
        (ColumnKind.GivenName, ["given", "givenname", "forename", "firstname", "first", "fname", "vorname", "prenom", "nombre"]),
        (ColumnKind.FamilyName, ["surname", "lastname", "last", "lname", "family", "familyname", "nachname", "apellido", "apellidos"]),
        (ColumnKind.Organisation, ["company", "organisation", "organization", "employer", "firm", "firma", "business", "公司", "单位", "企业"]),
        (ColumnKind.HouseNumber, ["street number", "streetnumber", "house number", "housenumber", "house no", "street no", "hausnummer"]),
        (ColumnKind.Postcode, ["postcode", "postal", "zip", "zipcode", "plz", "post code", "邮编"]),
        (ColumnKind.City, ["city", "town", "suburb", "locality", "ort", "stadt", "ville", "ciudad", "城市"]),
        (ColumnKind.Country, ["country", "nation", "land", "pays", "pais", "国家"]),
        (ColumnKind.Region, ["state", "province", "region", "county", "bundesland", "省份"]),
        (ColumnKind.Category, ["gender", "sex", "title", "salutation", "anrede", "status", "type", "性别"]),
        (ColumnKind.Identifier,
            ["ssn", "soc", "sec", "tax", "vat", "passport", "licence", "license", "nhs", "id", "identifier", "account", "证件", "身份证"]),
        (ColumnKind.FullName, ["name", "fullname", "contact", "customer", "person", "姓名", "名称"]),
        (ColumnKind.Address, ["address", "addr", "street", "road", "line", "adresse", "strasse", "rue", "地址"]),
        (ColumnKind.Date, ["date", "日期"]),
    ];

    /// <param name="heading">The column's name.</param>
    /// <param name="values">Some of its values, empty ones left out.</param>
    public static ColumnKind Propose(string heading, IReadOnlyCollection<string> values)
    {
        var distinct = values.Distinct(StringComparer.Ordinal).Count();
        if (distinct <= 1)
            return ColumnKind.Ignore;
        if (IsMostly(values, static value => value.IndexOf('@') > 0))
            return ColumnKind.Email;
        return ByHeading(heading) ?? ByValues(values, distinct);
    }

    private static ColumnKind? ByHeading(string heading)
    {
        var text = $" {WordsOf(heading)} ";
        foreach (var (kind, words) in Headings)
        {
            if (Array.Exists(words, word =>
                text.Contains($" {word} ", StringComparison.Ordinal) || (word[0] > 0x7F && text.Contains(word, StringComparison.Ordinal))))
                return kind;
        }

        return null;
    }

    private static ColumnKind ByValues(IReadOnlyCollection<string> values, int distinct)
    {
        if (IsMostly(values, IsDay))
            return ColumnKind.Date;
        if (IsMostly(values, static value =>
            value.Count(char.IsAsciiDigit) >= 7 && (value[0] == '+' || value.IndexOfAny([' ', '-', '(', '/']) > 0)))
            return ColumnKind.Phone;
        if (distinct <= CategoryMax && distinct <= Math.Max(2, values.Count * FewMax))
            return ColumnKind.Category;
        // A number that no two records share tells nothing of them: the row's own.
        if (IsMostly(values, static value => value.Length >= CodeLengthMin && value.Any(char.IsAsciiDigit) && !value.Contains(' ')))
            return distinct == values.Count ? ColumnKind.Ignore : ColumnKind.Identifier;
        return ColumnKind.Text;
    }

    private static bool IsDay(string value) =>
        value.Length >= 8 && new DateComparison().Read(value)?.Text is { } day
        && string.CompareOrdinal(day, "19000101") >= 0 && string.CompareOrdinal(day, "21000000") < 0
        && string.CompareOrdinal(day[4..], "1232") < 0 && string.CompareOrdinal(day[6..], "32") < 0;

    private static bool IsMostly(IReadOnlyCollection<string> values, Func<string, bool> fits) =>
        values.Count(fits) >= values.Count * MostMin;

    // "dateOfBirth", "date_of_birth" and "Date of birth" are "date of birth".
    private static string WordsOf(string heading)
    {
        var words = new StringBuilder();
        for (var i = 0; i < heading.Length; i++)
        {
            if (i > 0 && char.IsUpper(heading[i]) && char.IsLower(heading[i - 1]))
                words.Append(' ');
            words.Append(char.IsLetter(heading[i]) ? char.ToLowerInvariant(heading[i]) : ' ');
        }

        return string.Join(' ', words.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
