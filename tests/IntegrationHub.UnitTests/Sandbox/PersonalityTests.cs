using System.Text.Json.Nodes;
using IntegrationHub.Sandbox;
using Xunit;

namespace IntegrationHub.UnitTests.Sandbox;

public sealed class PersonalityTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task TheCrmPatchesOnlyTheVersionThatWasNamed()
    {
        var crm = new CrmSandbox(clock, 1);
        using var client = await crm.CreateInlineClient().SignInAsync();
        using var created = await client.CallAsync("POST", "api/contacts", new JsonObject { ["lastName"] = "A" });
        var tag = created.Headers.ETag!.ToString();

        using var first = await client.CallAsync("PATCH", "api/contacts/c-000001", new JsonObject { ["city"] = "Bonn" }, ("If-Match", tag));
        using var second = await client.CallAsync("PATCH", "api/contacts/c-000001", new JsonObject { ["city"] = "Ulm" }, ("If-Match", tag));
        using var careless = await client.CallAsync("PATCH", "api/contacts/c-000001", new JsonObject { ["city"] = "Kiel" });

        Assert.Equal([200, 412, 200], new[] { first, second, careless }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task TheCrmUpsertsByTheHubsId()
    {
        var crm = new CrmSandbox(clock, 1);
        using var client = await crm.CreateInlineClient().SignInAsync();

        using var first = await client.CallAsync("PUT", "api/contacts/by-hub-id/h1", new JsonObject { ["lastName"] = "A" });
        using var second = await client.CallAsync("PUT", "api/contacts/by-hub-id/h1", new JsonObject { ["firstName"] = "B" });

        Assert.Equal([201, 200], new[] { first, second }.Select(answer => (int)answer.StatusCode));
        Assert.Equal("B A", (string?)(await second.JsonAsync())["fullName"]);
        Assert.Single(crm.System.All("contacts"));
    }

    [Fact]
    public async Task TheCrmShowsDeletedContactsToThoseWhoReadChangesOnly()
    {
        var crm = new CrmSandbox(clock, 1);
        using var client = await crm.CreateInlineClient().SignInAsync();
        await client.CallAsync("PUT", "api/contacts/by-hub-id/h1", new JsonObject { ["lastName"] = "A" });
        using var deleted = await client.CallAsync("DELETE", "api/contacts/c-000001");

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.True((bool)Assert.Single((JsonArray)(await client.CallAsync("GET", "api/contacts").JsonAsync())["records"]!)!["deleted"]!);
        Assert.Empty((JsonArray)(await client.CallAsync("GET", "api/contacts?hubId=h1").JsonAsync())["records"]!);
        Assert.Equal(410, (int)(await client.CallAsync("PATCH", "api/contacts/c-000001", new JsonObject { ["city"] = "Bonn" })).StatusCode);
    }

    [Fact]
    public async Task TheCrmAnswersBatchesInAnotherOrder()
    {
        var crm = new CrmSandbox(clock, 1);
        using var client = await crm.CreateInlineClient().SignInAsync();
        var items = new JsonArray([.. Enumerable.Range(0, 30).Select(SandboxCalls.CreateItem)]);

        using var answer = await client.CallAsync("POST", "api/contacts/batch", new JsonObject { ["items"] = items });
        var results = ((JsonArray)(await answer.JsonAsync())["results"]!).ToList();

        Assert.Equal(207, (int)answer.StatusCode);
        Assert.NotEqual(results.Select(result => (string)result!["ref"]!), Enumerable.Range(0, 30).Select(number => $"{number}"));
        Assert.All(results, result => Assert.Equal("N" + (string)result!["ref"]!, (string)result["record"]!["lastName"]!));
    }

    [Fact]
    public async Task TheCrmRefusesABatchWithoutAnEffectWhenAnItemIsNoObject()
    {
        var crm = new CrmSandbox(clock, 1);
        using var client = await crm.CreateInlineClient().SignInAsync();

        using var answer = await client.CallAsync("POST", "api/contacts/batch", JsonNode.Parse("""{"items":[{"op":"create","fields":{"lastName":"A"}}, 5]}"""));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Empty(crm.System.LedgerAfter());
    }

    [Fact]
    public async Task ATokenOfTheCrmHoldsHalfAnHour()
    {
        var crm = new CrmSandbox(clock, 1);
        using var client = await crm.CreateInlineClient().SignInAsync();
        clock.Advance(TimeSpan.FromSeconds(1799));
        using var inTime = await client.CallAsync("GET", "api/contacts");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, (int)inTime.StatusCode);
        Assert.Equal(401, (int)(await client.CallAsync("GET", "api/contacts")).StatusCode);
    }

    [Fact]
    public async Task TheShopNormalisesAndTellsWhoHasAnEmail()
    {
        var shop = new ShopSandbox(clock, 1);
        using var client = shop.CreateInlineClient().WithShopKey();

        var created = await client.CallAsync("POST", "api/v1/customers", JsonNode.Parse("""{"email":" Ada@Example.ORG ","phone":"(030) 12 34 56","billing":{"country":"DE"}}""")).JsonAsync();
        using var clash = await client.CallAsync("POST", "api/v1/customers", JsonNode.Parse("""{"email":"ada@example.org"}"""));

        Assert.Equal(("ada@example.org", "+4930123456"), ((string?)created["email"], (string?)created["phone"]));
        Assert.Equal(409, (int)clash.StatusCode);
        Assert.Equal(("email_exists", 1001), ((string?)(await clash.JsonAsync())["code"], (int)(await clash.JsonAsync())["existing_id"]!));
    }

    [Fact]
    public async Task TheShopKeepsTheRestOfANestedObjectThatIsWrittenInPart()
    {
        var shop = new ShopSandbox(clock, 1);
        using var client = shop.CreateInlineClient().WithShopKey();
        await client.CallAsync("POST", "api/v1/customers", JsonNode.Parse("""{"email":"a@example.org","billing":{"city":"Bonn","country":"DE"}}"""));

        var part = await client.CallAsync("PUT", "api/v1/customers/1001", JsonNode.Parse("""{"billing":{"zip":"53111"}}""")).JsonAsync();
        var none = await client.CallAsync("PUT", "api/v1/customers/1001", JsonNode.Parse("""{"billing":null}""")).JsonAsync();

        Assert.Equal("""{"line1":null,"city":"Bonn","zip":"53111","country":"DE"}""", part["billing"]!.ToJsonString());
        Assert.Equal("""{"line1":null,"city":null,"zip":null,"country":null}""", none["billing"]!.ToJsonString());
    }

    [Fact]
    public async Task TheShopForgetsWhatIsDeleted()
    {
        var shop = new ShopSandbox(clock, 1);
        using var client = shop.CreateInlineClient().WithShopKey();
        await client.CallAsync("POST", "api/v1/customers", JsonNode.Parse("""{"email":"a@example.org"}"""));
        await client.CallAsync("DELETE", "api/v1/customers/1001");

        using var list = await client.CallAsync("GET", "api/v1/customers");

        Assert.Equal("[]", await list.Content.ReadAsStringAsync());
        Assert.Equal(404, (int)(await client.CallAsync("GET", "api/v1/customers/1001")).StatusCode);
    }

    [Fact]
    public async Task TheErpCutsNamesAndDemandsAFreshTag()
    {
        var erp = new ErpSandbox(clock, 1);
        using var client = erp.CreateInlineClient().WithErpPassword();
        var created = await client.CallAsync("POST", "odata/Partners", new JsonObject { ["Name1"] = "  " + new string('ä', 50) }).JsonAsync();
        var change = new JsonObject { ["City"] = "Bonn" };

        using var without = await client.CallAsync("PATCH", "odata/Partners('P000001')", change);
        using var fresh = await client.CallAsync("PATCH", "odata/Partners('P000001')", change, ("If-Match", (string)created["@odata.etag"]!));
        using var stale = await client.CallAsync("PATCH", "odata/Partners('P000001')", change, ("If-Match", (string)created["@odata.etag"]!));

        Assert.Equal((new string('ä', 40), ""), ((string?)created["Name1"], (string?)created["City"]));
        Assert.Equal([428, 200, 412], new[] { without, fresh, stale }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task TheErpBlocksInsteadOfDeleting()
    {
        var erp = new ErpSandbox(clock, 1);
        using var client = erp.CreateInlineClient().WithErpPassword();
        await client.CallAsync("POST", "odata/Partners", new JsonObject { ["Name1"] = "A" });

        using var delete = await client.CallAsync("DELETE", "odata/Partners('P000001')");
        var blocked = await client.CallAsync("PATCH", "odata/Partners('P000001')", new JsonObject { ["Blocked"] = "X" }, ("If-Match", "*")).JsonAsync();

        Assert.Equal(405, (int)delete.StatusCode);
        Assert.Equal("X", (string?)blocked["Blocked"]);
    }

    [Fact]
    public async Task TheErpFiltersByTimeAndText()
    {
        var erp = new ErpSandbox(clock, 1);
        using var client = erp.CreateInlineClient().WithErpPassword();
        foreach (var name in new[] { "O'Hara", "Bob", "Eve" })
        {
            erp.System.CreateAsUser("Partners", new JsonObject { ["Name1"] = name });
            clock.Advance(1000);
        }

        var later = await client.CallAsync("GET", "odata/Partners?$filter=ChangedAt gt 2026-03-01T09:00:00Z and Name1 ne 'Eve'").JsonAsync();
        var quoted = await client.CallAsync("GET", "odata/Partners?$filter=Name1 eq 'O''Hara'").JsonAsync();

        Assert.Equal("Bob", (string?)Assert.Single((JsonArray)later["value"]!)!["Name1"]);
        Assert.Equal("P000001", (string?)Assert.Single((JsonArray)quoted["value"]!)!["PartnerNo"]);
    }

    [Fact]
    public async Task TheErpTakesOnlySoManyCallsASecond()
    {
        using var client = new ErpSandbox(clock, 1, callsPerSecond: 2).CreateInlineClient().WithErpPassword();
        var statuses = new List<int>();
        for (var count = 0; count < 4; count++)
        {
            if (count == 3)
                clock.Advance(1000);
            statuses.Add((int)(await client.CallAsync("GET", "odata/Partners")).StatusCode);
        }

        Assert.Equal([200, 200, 429, 200], statuses);
    }

    [Theory]
    [InlineData("api/contacts")]
    [InlineData("api/v1/customers")]
    [InlineData("odata/Partners")]
    public async Task NobodyGetsInWithoutCredentials(string path)
    {
        SandboxSite site = path switch { "api/contacts" => new CrmSandbox(clock, 1), "odata/Partners" => new ErpSandbox(clock, 1), _ => new ShopSandbox(clock, 1) };
        using var client = site.CreateInlineClient();

        Assert.Equal(401, (int)(await client.CallAsync("POST", path, new JsonObject())).StatusCode);
        Assert.Empty(site.System.LedgerAfter());
    }

    [Fact]
    public async Task AWitnessReadsLedgerAndStateAndActsAsAUser()
    {
        var shop = new ShopSandbox(clock, 1);
        using var client = shop.CreateInlineClient();

        using var created = await client.CallAsync("POST", "sandbox/edit", JsonNode.Parse("""{"op":"create","fields":{"email":"a@example.org"}}"""));
        using var edited = await client.CallAsync("POST", "sandbox/edit", JsonNode.Parse("""{"key":"1001","fields":{"billing":{"city":"Bonn"}}}"""));
        var entry = Assert.Single((JsonArray)(await client.CallAsync("GET", "sandbox/ledger?after=1").JsonAsync())["entries"]!)!;
        var records = (JsonArray)(await client.CallAsync("GET", "sandbox/records/customers").JsonAsync())["records"]!;

        Assert.Equal((201, 200), ((int)created.StatusCode, (int)edited.StatusCode));
        Assert.Equal(("user", "update", "Bonn"), ((string?)entry["actor"], (string?)entry["operation"], (string?)entry["changes"]!["billing.city"]!["to"]));
        Assert.Equal("Bonn", (string?)Assert.Single(records)!["billing"]!["city"]);
    }

    [Theory]
    [InlineData("030 123456", "DE", "+4930123456")]
    [InlineData("0049 30 123456", "FR", "+4930123456")]
    [InlineData("+49 (0)30 123456", "", "+4930123456")]
    [InlineData("06 1234567", "IT", "+39061234567")]
    [InlineData("138 1234 5678", "CN", "+8613812345678")]
    [InlineData("030 123456", "", "030123456")]
    [InlineData("123", "DE", "123")]
    [InlineData("tel. unbekannt", "DE", "tel. unbekannt")]
    public void PhonesAreBroughtTowardsE164(string written, string country, string stored) =>
        Assert.Equal(stored, Normalise.Phone("country")(written, new JsonObject { ["country"] = country }));
}
