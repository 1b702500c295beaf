using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Sandbox;
using Xunit;

namespace IntegrationHub.UnitTests.Sandbox;

public sealed class PagingTests
{
    // How many records are written at each moment: mostly several, so that pages end inside ties.
    private static readonly Arbitrary<int[]> Bursts = Gen.Choose(0, 7).ArrayOf().Resize(8).ToArbitrary();

    private static readonly Arbitrary<int> PageSizes = Gen.Choose(1, 6).ToArbitrary();

    [Fact]
    public void KeysetPagesOfTheCrmShowEveryRecordOnceInOrderUnderTies() => Prop.ForAll(Bursts, PageSizes, (bursts, size) =>
    {
        var clock = new ManualClock();
        var crm = new CrmSandbox(clock, 1);
        Write(crm, clock, bursts, number => new JsonObject { ["lastName"] = $"N{number}" });
        using var client = crm.CreateInlineClient().SignInAsync().GetAwaiter().GetResult();

        var ids = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = client.CallAsync("GET", $"api/contacts?limit={size}&cursor={Uri.EscapeDataString(cursor)}").JsonAsync().GetAwaiter().GetResult();
            ids.AddRange(((JsonArray)page["records"]!).Select(record => (string)record!["id"]!));
            cursor = (string?)page["next"];
        }
        return ids.SequenceEqual(Enumerable.Range(1, bursts.Sum()).Select(number => $"c-{number:D6}"));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void SkipTokensOfTheErpShowEveryRecordOnceInOrderUnderTies() => Prop.ForAll(Bursts, PageSizes, (bursts, size) =>
    {
        var clock = new ManualClock();
        var erp = new ErpSandbox(clock, 1);
        Write(erp, clock, bursts, number => new JsonObject { ["Name1"] = $"N{number}" });
        using var client = erp.CreateInlineClient().WithErpPassword();

        var keys = new List<string>();
        for (var next = $"odata/Partners?$top={size}&$filter=ChangedAt%20ge%202026-01-01T00:00:00Z"; next is not null;)
        {
            var page = client.CallAsync("GET", next).JsonAsync().GetAwaiter().GetResult();
            keys.AddRange(((JsonArray)page["value"]!).Select(record => (string)record!["PartnerNo"]!));
            next = (string?)page["@odata.nextLink"];
        }
        return keys.SequenceEqual(Enumerable.Range(1, bursts.Sum()).Select(number => $"P{number:D6}"));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task AReadFromATimeAndAnIdGoesOnInsideATie()
    {
        var crm = new CrmSandbox(new ManualClock(), 1);
        Write(crm, new ManualClock(), [3], number => new JsonObject { ["lastName"] = $"N{number}" });
        using var client = await crm.CreateInlineClient().SignInAsync();

        var page = await client.CallAsync("GET", "api/contacts?modifiedSince=2026-03-01T09:00:00.000Z&afterId=c-000002").JsonAsync();

        Assert.Equal("c-000003", (string?)Assert.Single((JsonArray)page["records"]!)!["id"]);
        Assert.Null(page["next"]);
    }

    [Fact]
    public async Task PageNumbersOfTheShopCountTheTotalAndLinkToTheNext()
    {
        var clock = new ManualClock();
        var shop = new ShopSandbox(clock, 1);
        Write(shop, clock, [5], number => new JsonObject { ["email"] = $"c{number}@example.org" });
        using var client = shop.CreateInlineClient().WithShopKey();

        using var second = await client.CallAsync("GET", "api/v1/customers?per_page=2&page=2");
        using var last = await client.CallAsync("GET", "api/v1/customers?per_page=2&page=3");

        Assert.Equal("5", Assert.Single(second.Headers.GetValues("X-Total")));
        Assert.Equal("<http://shop.sandbox/api/v1/customers?per_page=2&page=3>; rel=\"next\"", Assert.Single(second.Headers.GetValues("Link")));
        Assert.False(last.Headers.Contains("Link"));
    }

    private static void Write(SandboxSite site, ManualClock clock, int[] bursts, Func<int, JsonObject> fields)
    {
        var number = 0;
        foreach (var burst in bursts)
        {
            for (var count = 0; count < burst; count++)
                Assert.True(site.System.CreateAsUser(site.System.RecordSets.First(), fields(++number)).Accepted);
            clock.Advance(1);
        }
    }
}
