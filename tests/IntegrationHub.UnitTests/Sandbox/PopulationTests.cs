using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Sandbox;
using Xunit;

namespace IntegrationHub.UnitTests.Sandbox;

public sealed class PopulationTests
{
    [Fact]
    public void TheSameSeedGivesTheSameBytes()
    {
        var first = new PopulationGenerator(42).Generate(120).ToJsonLines();

        Assert.Equal(first, new PopulationGenerator(42).Generate(120).ToJsonLines());
        Assert.NotEqual(first, new PopulationGenerator(43).Generate(120).ToJsonLines());
        // In every process and on every machine; a change of lists or odds changes it, and is then to be pinned anew.
        Assert.Equal("7a5acb24b0ec87b0", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first)))[..16]);
    }

    [Fact]
    public void EveryRecordIsSeededAndTheTruthLeadsToIt()
    {
        var sites = Sites();
        var population = new PopulationGenerator(1).Generate();

        var truth = population.LoadInto(sites);

        Assert.Equal(population.Records.Count, truth.Count);
        Assert.Equal(truth.Count, sites.Sum(site => site.System.All(site.Party.RecordSet).Count));
        Assert.All(truth, record => Assert.NotNull(sites.Single(site => site.Name == record.System).System.Get(record.RecordSet, record.Key)));
        Assert.All(sites.SelectMany(site => site.System.LedgerAfter()), entry => Assert.Equal("seed", entry.Origin.Actor));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ThePopulationHasWhatMatchingFindsHard(int seed)
    {
        var records = new PopulationGenerator(seed).Generate(400).Records;
        var systemsOf = records.GroupBy(record => record.PartyId).Select(party => party.Select(record => record.System).Distinct().Count()).ToList();

        Assert.Equal(400, systemsOf.Count);
        Assert.Equal([1, 2, 3], systemsOf.Distinct().Order());
        foreach (var quirk in new[] { "duplicate", "typo", "phoneFormat", "olderAddress", "letterCase", "otherScript", "noEmail", "noBirthDate" })
            Assert.Contains(records, record => record.Quirks.Contains(quirk));
        Assert.InRange(Percent(records, "duplicate"), 2, 9);
        Assert.InRange(Percent(records, "invalidEmail") + Percent(records, "impossibleBirthDate") + Percent(records, "badPhone"), 1, 6);
        Assert.Contains(records, record => record.PartyId.StartsWith('o') && ((string?)record.Fields["TaxId"])?.Length > 10);
        Assert.Contains(records.GroupBy(record => (string?)record.Fields["email"]), shared => shared.Key is not null && shared.Select(record => record.PartyId).Distinct().Count() > 1);
    }

    [Fact]
    public void TaxIdsHaveTheRightCheckDigits()
    {
        var random = new Random(1);
        for (var count = 0; count < 200; count++)
        {
            Assert.True(IsGermanVat(TaxIds.Make("DE", random)));
            Assert.True(IsLuhn(TaxIds.Make("FR", random)[4..]));
            Assert.Equal(18, TaxIds.Make("CN", random).Length);
            Assert.Matches("^GB[0-9]{9}$", TaxIds.Make("GB", random));
        }
    }

    [Fact]
    public void TheSameSeedMakesUsersDoTheSame()
    {
        var first = Activity(9);

        Assert.Equal(first, Activity(9));
        Assert.NotEqual(first, Activity(10));
        Assert.Superset(new HashSet<string> { "create", "edit", "delete" }, first.Select(action => action.Operation).ToHashSet());
        Assert.True(first.Count(action => action.Status is WriteStatus.Created or WriteStatus.Updated or WriteStatus.Deleted) > 190);
    }

    private static List<UserAction> Activity(int seed)
    {
        var sites = Sites();
        new PopulationGenerator(1).Generate(50).LoadInto(sites);
        var before = sites.Sum(site => site.System.LedgerAfter().Count);
        var activity = new UserActivity(seed, sites);
        var actions = Enumerable.Range(0, 200).Select(_ => activity.Tick()).ToList();
        var taken = sites.SelectMany(site => site.System.LedgerAfter()).Count(entry => entry.Origin == Origin.User);
        Assert.Equal(taken, sites.Sum(site => site.System.LedgerAfter().Count) - before);
        return actions;
    }

    private static SandboxSite[] Sites()
    {
        var clock = new ManualClock();
        return [new CrmSandbox(clock, 1), new ShopSandbox(clock, 1), new ErpSandbox(clock, 1)];
    }

    private static double Percent(IReadOnlyList<PopulationRecord> records, string quirk) =>
        100.0 * records.Count(record => record.Quirks.Contains(quirk)) / records.Count;

    // From the other side: with its check digit the whole number leaves 1.
    private static bool IsGermanVat(string taxId)
    {
        var product = 10;
        foreach (var digit in taxId[2..^1])
        {
            var sum = (digit - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return (product + (taxId[^1] - '0')) % 10 == 1;
    }

    private static bool IsLuhn(string digits) =>
        digits.Reverse().Select((digit, index) => index % 2 == 0 ? digit - '0' : (((digit - '0') * 2) / 10) + (((digit - '0') * 2) % 10)).Sum() % 10 == 0;
}
