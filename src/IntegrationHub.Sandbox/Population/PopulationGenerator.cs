namespace IntegrationHub.Sandbox;

/// <summary>Makes up people and organisations of several countries and scripts, and how three systems have them: CRM, shop and
/// ERP.</summary>
/// <param name="seed">Same seed, same arguments, same bytes.</param>
public sealed class PopulationGenerator(int seed)
{
    private const int OrganisationPercent = 15, HouseholdPercent = 15, DuplicatePercent = 5, ImportPercent = 10;
    private static readonly (string Name, PartyFields Party)[] Systems =
        [("crm", CrmRecordSets.Party), ("shop", ShopRecordSets.Party), ("erp", ErpRecordSets.Party)];

    /// <param name="parties">How many people and organisations, from 1. Default 300, which makes about 600 records.</param>
    /// <param name="asOf">The changes lie in the three years before. Default the start of 2026.</param>
    public Population Generate(int parties = 300, DateTimeOffset? asOf = null)
    {
        var random = new Random(seed);
        var until = asOf ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var views = new PartyViews(random);
        var shopEmails = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var records = new List<PopulationRecord>();
        foreach (var party in Parties(parties, random))
        {
            foreach (var (name, fields) in HeldBy(party, random))
            {
                var copies = random.Percent(DuplicatePercent) ? 2 : 1;
                for (var copy = 0; copy < copies; copy++)
                {
                    var (view, quirks) = views.See(party);
                    if (copy > 0)
                        quirks = [.. quirks, "duplicate"];
                    if (name == "shop")
                    {
                        view = view with { Email = ShopEmail(party, view, shopEmails) };
                        quirks = [.. quirks.Where(quirk => quirk is not "noEmail")];
                    }
                    records.Add(new PopulationRecord(party.Id, name, fields.RecordSet, Moment(until, random), quirks, fields.Write(view)));
                }
            }
        }
        return new Population([.. records.OrderBy(record => record.Modified)]);
    }

    private List<TrueParty> Parties(int count, Random random)
    {
        var maker = new PartyMaker(seed);
        var parties = new List<TrueParty>(count);
        for (var number = 1; number <= count; number++)
        {
            var isRelative = parties is [.., { IsOrganisation: false }] && random.Percent(HouseholdPercent);
            parties.Add(isRelative
                ? maker.Relative(number, parties[^1])
                : random.Percent(OrganisationPercent) ? maker.Organisation(number) : maker.Person(number));
        }
        return parties;
    }

    private static IEnumerable<(string Name, PartyFields Party)> HeldBy(TrueParty party, Random random)
    {
        var count = random.Next(100) switch { < 30 => 1, < 72 => 2, _ => 3 };
        // Companies seldom buy in the shop; people seldom are partners of the ERP.
        var last = party.IsOrganisation ? "shop" : "erp";
        var others = Systems.Where(system => system.Name != last).ToArray();
        random.Shuffle(others);
        return [.. others.Append(Systems.First(system => system.Name == last)).Take(count)];
    }

    // The shop knows everybody by an e-mail of their own: where the one seen is missing or taken, they gave another.
    private static string ShopEmail(TrueParty party, PartyView view, HashSet<string> taken)
    {
        string?[] given = [view.Email, party.Email, party.OtherEmail];
        for (var attempt = 0; ; attempt++)
        {
            var email = attempt < given.Length ? given[attempt] : party.OtherEmail.Replace("@", $"+{attempt}@", StringComparison.Ordinal);
            if (email is not null && taken.Add(email))
                return email;
        }
    }

    // Some records came with one import, which gave them all the same time.
    private static DateTimeOffset Moment(DateTimeOffset until, Random random) => random.Percent(ImportPercent)
        ? until.AddDays(-700)
        : until.AddSeconds(-random.Next(1, 3 * 365 * 86_400));
}
