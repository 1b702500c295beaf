using System.Globalization;
using System.Text;
using Bogus;
using Bogus.DataSets;

namespace IntegrationHub.Sandbox;

/// <summary>Makes up people, households and organisations.</summary>
internal sealed class PartyMaker
{
    // Domains that can never be anybody's (RFC 2606).
    private static readonly string[] MailHosts =
        ["posteo.example", "webmail.example", "mailbox.example", "post.example.org", "courriel.example"];
    private static readonly string[] ChineseMailHosts = ["youxiang.example", "dianyou.example", "xinxiang.example"];
    private static readonly Dictionary<char, string> Folded = Fold(
        "ä:ae ö:oe ü:ue ß:ss Ä:Ae Ö:Oe Ü:Ue á:a à:a â:a ã:a å:a ą:a ç:c ć:c č:c é:e è:e ê:e ë:e ę:e "
        + "í:i ì:i î:i ï:i ł:l ñ:n ń:n ó:o ò:o ô:o õ:o ø:o œ:oe ś:s š:s ú:u ù:u û:u ý:y ź:z ż:z ž:z "
        + "Á:A À:A Å:A Ç:C Ć:C É:E È:E Ł:L Ó:O Ø:O Ś:S Š:S Ź:Z Ż:Z Ž:Z");
    private static readonly string[] Trades = ["Logistik", "Bau", "Elektro", "Design", "Consulting", "Metall", "Textil", "Agrar"];

    private readonly Random random;
    private readonly Dictionary<string, Faker> fakers;
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    public PartyMaker(int seed)
    {
        random = new Random(seed);
        fakers = Places.All.Select(place => place.Locale).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select((locale, index) => new Faker(locale) { Random = new Randomizer(seed + index) })
            .ToDictionary(faker => faker.Locale, StringComparer.Ordinal);
    }

    public TrueParty Person(int number) => PersonOf(number, AnyPlace(), relative: null);

    /// <summary>Somebody who lives with another under one family name, often behind one e-mail address.</summary>
    public TrueParty Relative(int number, TrueParty of)
    {
        var person = PersonOf(number, of.Place, of);
        return person with
        {
            Home = of.Home,
            FormerHome = of.FormerHome,
            Landline = of.Landline,
            Email = random.Percent(50) ? of.Email : person.Email,
        };
    }

    public TrueParty Organisation(int number)
    {
        var place = random.Pick(Places.Business);
        var home = Residence(place);
        var (name, label) = place.IsChinese
            ? ChineseNames.Company(random, place.Towns.First(town => town.Name == home.City))
            : Company(place, fakers[place.Locale!].Name.LastName());
        return new TrueParty
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"o-{number:D4}"),
            IsOrganisation = true,
            Name = new NameForm("", name),
            Place = place,
            Home = home,
            FormerHome = Residence(place),
            Email = Fresh(() => $"info@{label}{Again()}.example"),
            OtherEmail = Fresh(() => $"office@{label}{Again()}.example"),
            Landline = Fresh(() => random.Fill(place.Landline)),
            TaxId = Fresh(() => TaxIds.Make(place.Code, random)),
        };
    }

    /// <summary>A name without accents and umlauts.</summary>
    public static string WithoutAccents(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var character in name)
            plain.Append(Folded.TryGetValue(character, out var folded) ? folded : character.ToString());
        return plain.ToString();
    }

    private TrueParty PersonOf(int number, Place place, TrueParty? relative)
    {
        var (name, others) = place.IsChinese ? Chinese(place, relative) : Latin(place, relative);
        var mailName = place.IsChinese ? others[^1] : new NameForm(WithoutAccents(name.Given), WithoutAccents(name.Family));
        return new TrueParty
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"p-{number:D4}"),
            Name = name,
            OtherForms = others,
            Place = place,
            Home = Residence(place),
            FormerHome = Residence(place),
            Email = Fresh(() => Mail(mailName, place)),
            OtherEmail = Fresh(() => Mail(mailName, place)),
            Landline = Fresh(() => random.Fill(place.Landline)),
            Mobile = Fresh(() => random.Fill(place.Mobile)),
            BirthDate = random.Day(1940, 2006),
            EmailOptOut = random.Percent(25),
        };
    }

    private (NameForm Name, IReadOnlyList<NameForm> Others) Chinese(Place place, TrueParty? relative)
    {
        var family = relative is null ? null : relative.Place.Code == "CN" ? relative.Name : relative.OtherForms[0];
        var (simplified, traditional, pinyin) = ChineseNames.Person(random, family);
        return place.Code == "CN" ? (simplified, [traditional, pinyin]) : (traditional, [simplified, pinyin]);
    }

    private (NameForm Name, IReadOnlyList<NameForm> Others) Latin(Place place, TrueParty? relative)
    {
        var gender = random.Percent(50) ? Name.Gender.Female : Name.Gender.Male;
        var faker = fakers[place.Locale!];
        var name = new NameForm(faker.Name.FirstName(gender), relative?.Name.Family ?? faker.Name.LastName(gender));
        var plain = new NameForm(WithoutAccents(name.Given), WithoutAccents(name.Family));
        return (name, plain == name ? [] : [plain]);
    }

    private Place AnyPlace()
    {
        var draw = random.Next(Places.All.Sum(place => place.Share));
        return Places.All.First(place => (draw -= place.Share) < 0);
    }

    private Residence Residence(Place place)
    {
        var town = random.Pick(place.Towns);
        var postcode = random.Fill(town.Postcode);
        if (place.IsChinese)
            return new Residence(ChineseNames.Street(random, place.Code != "CN"), town.Name, postcode);
        var (street, number) = (fakers[place.Locale!].Address.StreetName(), random.Next(1, 180));
        return new Residence(place.NumberFirst ? $"{number} {street}" : $"{street} {number}", town.Name, postcode);
    }

    private (string Name, string Label) Company(Place place, string founder)
    {
        var trade = random.Pick(Trades);
        var form = place.Code switch
        {
            "DE" => random.Percent(70) ? "GmbH" : "AG",
            "FR" => random.Percent(60) ? "SARL" : "SAS",
            _ => "Ltd",
        };
        return ($"{founder} {trade} {form}", MailPart(WithoutAccents(founder)) + "-" + MailPart(trade));
    }

    private string Mail(NameForm name, Place place)
    {
        var (given, family) = (MailPart(name.Given), MailPart(name.Family));
        var local = random.Next(4) switch
        {
            0 => given + family,
            1 => given[..1] + "." + family,
            2 => family + "." + given + Again(),
            _ => given + "." + family,
        };
        return local + (random.Percent(30) ? random.Fill("##") : "") + "@" + random.Pick(place.IsChinese ? ChineseMailHosts : MailHosts);
    }

    private static string MailPart(string name) => new([.. name.ToLowerInvariant().Where(char.IsAsciiLetter)]);

    private string Again() => random.Percent(30) ? random.Next(1, 99).ToString(CultureInfo.InvariantCulture) : "";

    // What identifies must not be shared by chance, else the ground truth would be doubtful.
    private string Fresh(Func<string> make)
    {
        var made = make();
        while (!taken.Add(made))
            made = make();
        return made;
    }

    private static Dictionary<char, string> Fold(string pairs) =>
        pairs.Split(' ').Select(pair => pair.Split(':')).ToDictionary(pair => pair[0][0], pair => pair[1]);
}
