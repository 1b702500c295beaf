using System.Text.Json.Nodes;
using IntegrationHub.Sandbox;
using Xunit;

namespace IntegrationHub.UnitTests.Sandbox;

public sealed class SandboxSystemTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void AListShowsAWriteOnlyAfterTheIndexLagAndAReadByKeyAtOnce()
    {
        var system = new CrmSandbox(clock, 1, new SandboxSystemOptions { IndexLag = TimeSpan.FromSeconds(5) }).System;
        system.CreateAsUser("contacts", new JsonObject { ["lastName"] = "Old" });
        var whenCreated = Names(system);
        clock.Advance(5000);
        system.EditAsUser("contacts", "c-000001", new JsonObject { ["lastName"] = "New" });
        clock.Advance(4999);
        var beforeTheLag = Names(system);
        clock.Advance(1);

        Assert.Equal([], whenCreated);
        Assert.Equal(["Old"], beforeTheLag);
        Assert.Equal("New", system.Get("contacts", "c-000001")!.Text("lastName"));
        Assert.Equal(["New"], Names(system));
    }

    [Fact]
    public void AnIndexThatLagsStillShowsWhatIsGone()
    {
        var system = new ShopSandbox(clock, 1).System;
        system.CreateAsUser("customers", new JsonObject { ["email"] = "a@example.org" });
        clock.Advance(5000);
        system.IndexLag = TimeSpan.FromSeconds(5);
        system.DeleteAsUser("customers", "1001");

        Assert.Null(system.Get("customers", "1001"));
        Assert.Single(system.List("customers", new RecordQuery()).Records);
        clock.Advance(5000);
        Assert.Empty(system.List("customers", new RecordQuery()).Records);
    }

    [Fact]
    public void TheTimeOfChangeNeverGoesBackWhenTheClockDoes()
    {
        var system = new CrmSandbox(clock, 1).System;
        var first = system.CreateAsUser("contacts", new JsonObject { ["lastName"] = "A" }).Record!;
        clock.Advance(-60_000);
        var second = system.CreateAsUser("contacts", new JsonObject { ["lastName"] = "B" }).Record!;

        Assert.Equal(first.Modified, second.Modified);
    }

    [Fact]
    public void AGrainOfASecondMakesTies()
    {
        var system = new ShopSandbox(clock, 1).System;
        var first = system.CreateAsUser("customers", new JsonObject { ["email"] = "a@example.org" }).Record!;
        clock.Advance(999);

        Assert.Equal(first.Modified, system.CreateAsUser("customers", new JsonObject { ["email"] = "b@example.org" }).Record!.Modified);
    }

    [Fact]
    public void AnEditOfAChildDoesNotMoveItsParent()
    {
        var system = new CrmSandbox(clock, 1).System;
        var contact = system.CreateAsUser("contacts", new JsonObject { ["lastName"] = "A" }).Record!;
        clock.Advance(1000);
        var address = system.CreateAsUser("addresses", new JsonObject { ["contactId"] = contact.Key, ["city"] = "Bonn" }).Record!;

        Assert.True(address.Modified > contact.Modified);
        Assert.Equal(contact.Modified, system.Get("contacts", contact.Key)!.Modified);
        Assert.Equal("no_such_parent", Assert.Single(system.CreateAsUser("addresses", new JsonObject { ["contactId"] = "c-000009" }).Errors).Code);
    }

    [Fact]
    public void AUniqueValueIsFreeAgainAfterItsRecordIsDeleted()
    {
        var system = new CrmSandbox(clock, 1).System;
        var fields = new JsonObject { ["lastName"] = "A", ["hubId"] = "h1" };
        system.CreateAsUser("contacts", fields);

        var clash = system.CreateAsUser("contacts", fields);
        system.DeleteAsUser("contacts", "c-000001");

        Assert.Equal((WriteStatus.Duplicate, "hubId", "c-000001"), (clash.Status, clash.DuplicateField, clash.ExistingKey));
        Assert.Equal("c-000002", system.CreateAsUser("contacts", fields).Record?.Key);
    }

    [Fact]
    public void EveryBrokenRuleIsNamedAndNothingIsStored()
    {
        var system = new CrmSandbox(clock, 1).System;

        var result = system.CreateAsUser("contacts", new JsonObject
        {
            ["kind"] = "robot",
            ["email"] = "nobody",
            ["birthDate"] = "1987-02-30",
            ["countryCode"] = "DEU",
            ["emailOptOut"] = "yes",
            ["fullName"] = "x",
            ["colour"] = "red",
        });

        Assert.Equal(
            ["birthDate:invalid_format", "colour:unknown_field", "countryCode:too_long", "email:invalid_format", "emailOptOut:wrong_type", "fullName:read_only", "kind:not_in_picklist", "lastName:required"],
            result.Errors.Select(error => $"{error.Field}:{error.Code}").Order());
        Assert.Empty(system.LedgerAfter());
        Assert.Empty(system.All("contacts"));
    }

    [Fact]
    public void TheLedgerReplaysToTheStateOfEverySystem()
    {
        SandboxSite[] sites = [new CrmSandbox(clock, 1), new ShopSandbox(clock, 2), new ErpSandbox(clock, 3)];
        new PopulationGenerator(5).Generate(60).LoadInto(sites);
        var activity = new UserActivity(6, sites);
        for (var tick = 0; tick < 300; tick++)
        {
            clock.Advance(700);
            activity.Tick();
        }

        foreach (var site in sites)
        {
            var set = site.Party.RecordSet;
            var replayed = Replay(site.System.LedgerAfter());
            var stands = site.System.All(set).ToDictionary(record => record.Key, record => WithoutNulls(record.ToJson()));
            Assert.Equal(stands.Keys.Order(), replayed.Keys.Order());
            Assert.All(stands, pair => Assert.Equal(pair.Value, WithoutNulls(replayed[pair.Key])));
            Assert.Equal(Enumerable.Range(1, site.System.LedgerAfter().Count).Select(number => (long)number), site.System.LedgerAfter().Select(entry => entry.Sequence));
        }
    }

    private static List<string?> Names(SandboxSystem system) =>
        [.. system.List("contacts", new RecordQuery()).Records.Select(record => record.Text("lastName"))];

    private static Dictionary<string, JsonObject> Replay(IReadOnlyList<LedgerEntry> ledger)
    {
        var state = new Dictionary<string, JsonObject>();
        foreach (var entry in ledger)
        {
            var record = entry.Operation == "create" ? [] : state[entry.Key];
            foreach (var (field, change) in entry.Changes)
                record[field] = change.To?.DeepClone();
            state[entry.Key] = record;
            // A hard delete clears every field; a soft one changes none.
            if (entry.Operation == "delete" && entry.Changes.Count > 0)
                state.Remove(entry.Key);
        }
        return state;
    }

    private static string WithoutNulls(JsonObject record) =>
        string.Join("\n", record.Where(pair => pair.Value is not null).OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value!.ToJsonString()}"));
}
