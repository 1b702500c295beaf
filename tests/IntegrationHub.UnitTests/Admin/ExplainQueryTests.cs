using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Admin;

public sealed class ExplainQueryTests
{
    private const string City = "addresses[type=mailing].city";

    [Fact]
    public async Task AFieldIsTracedToWhoSaysSoWhatLostAndTheWriteThatBroughtItThere()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b");
        var ada = a.Create(AdminHub.Ada);
        await hub.SettleAsync();
        hub.Clock.Advance(TimeSpan.FromHours(1));
        a.Edit(ada, """{ "city": "Paris" }""");
        await hub.SettleAsync();
        var other = Assert.Single(b.LiveKeys);
        hub.Clock.Advance(TimeSpan.FromHours(1));
        b.Edit(other, """{ "city": "Rome" }""");
        var edited = hub.Clock.GetUtcNow();
        await hub.SettleAsync();

        var explanation = await hub.Administration().Explaining.ExplainAsync("a", "people", ada, "city", "eve", CancellationToken.None);

        var field = Assert.Single(explanation.Fields);
        Assert.Equal((City, "city", "Rome", "Rome", "mostRecent"), (field.Path, field.SystemField, field.There?.AsText, field.Golden?.AsText, field.Rule));
        Assert.Equal(new Agreement(FieldValue.Text("Rome"), FieldValue.Text("Rome")), field.Base);
        Assert.Equal(["b/people Rome True", "a/people Paris False"], field.Claims.Select(static claim => $"{claim.Source} {claim.Value.AsText} {claim.IsWinner}"));
        Assert.Equal($"people.json ({HubHarness.Mapping.Version})", field.Claims[0].Mapping);
        Assert.Equal(edited, field.Claims[0].At);
        var write = Assert.IsType<ExplainedWrite>(field.Write);
        var row = Assert.Single(explanation.Deliveries);
        Assert.Equal(("Update Applied", row.EffectKey, row.AttemptedAt, HubHarness.Mapping.Version), (write.Outcome, write.EffectKey, write.AttemptedAt, write.MappingVersion));
        Assert.Equal($"record/{field.Claims[0].RecordId} says so, and the hub wrote it here. Rule: mostRecent.", field.Why);
        Assert.Contains(explanation.Audit, static one => one.Entry.Action == "golden.changed");
        Assert.Equal([$"record.explained {explanation.Record} shown"], await hub.AuditedAsync("eve"));
    }

    [Fact]
    public async Task AConflictAPinAndAHeldFieldAreShown()
    {
        await using var hub = new HubHarness { Survivorship = SurvivorshipPolicy.Parse("survivorship.json", """{ "rules": [ { "path": "organisation.role", "rule": "manual" } ] }""").OrThrow() };
        var a = hub.Add("a");
        var b = hub.Add("b");
        var ada = a.Create(AdminHub.Ada[..^1] + """, "title": "Countess" }""");
        await hub.SettleAsync();
        a.Edit(ada, """{ "title": "Baroness" }""");
        b.Edit(b.LiveKeys[0], """{ "title": "Lady" }""");
        await hub.SettleAsync();
        await hub.Administration().CustomerActs.PinAsync(1, City, "Bern", "eve", CancellationToken.None);
        await hub.SettleAsync();

        var explanation = await hub.Administration().Explaining.ExplainAsync("b", "people", b.LiveKeys[0], null, "eve", CancellationToken.None);

        var title = explanation.Fields.Single(static field => field.Path == "organisation.role");
        Assert.True(title.IsHeld);
        Assert.Equal(ConflictState.Open, Assert.Single(title.Conflicts).State);
        Assert.Contains("an open conflict holds it", title.Why, StringComparison.Ordinal);
        var city = explanation.Fields.Single(static field => field.Path == City);
        Assert.Equal(("Bern", "override", "Bern"), (city.There?.AsText, city.Rule, city.Pinned?.Value.AsText));
        Assert.Equal("A steward, or an open conflict, set the customer's value. Rule: override.", city.Why);
    }

    [Fact]
    public async Task WhyAValueHasNotArrivedIsSaid()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b");
        var ada = a.Create(AdminHub.Ada);
        await hub.SettleAsync();
        var other = b.LiveKeys[0];
        b.Refuse = static delivery => new(delivery.Id, DeliveryOutcome.Rejected) { Code = "test.no", Message = "No." };
        hub.Clock.Advance(TimeSpan.FromHours(1));
        a.Edit(ada, """{ "city": "Paris" }""");
        await hub.SettleAsync();

        Assert.Contains("failed for good (test.no)", await WhyAsync(hub, "b", other), StringComparison.Ordinal);

        hub.Change("b", static stream => stream with { Rights = Rights.Create });
        await hub.StartAsync();
        Assert.Contains("the hub may not update records", await WhyAsync(hub, "b", other), StringComparison.Ordinal);

        hub.Change("b", static stream => stream with { Rights = Rights.Update, Filters = [new("nobody", Directions.Out, [new("status", null, null, Exists: true)])] });
        await hub.StartAsync();
        Assert.Contains("the filter 'nobody' keeps the customer out", await WhyAsync(hub, "b", other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotThereIsSaidWithWhatThereIs()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var ada = a.Create(AdminHub.Ada);
        await hub.SettleAsync();

        Assert.Contains("There are: a.", await RefusedAsync(hub, "x", "people", ada, null), StringComparison.Ordinal);
        Assert.Contains("It has: people.", await RefusedAsync(hub, "a", "x", ada, null), StringComparison.Ordinal);
        Assert.Contains("hub reconcile a", await RefusedAsync(hub, "a", "people", "nobody", null), StringComparison.Ordinal);
        Assert.Contains("It maps: city, email, family", await RefusedAsync(hub, "a", "people", ada, "shoeSize"), StringComparison.Ordinal);
        Assert.Equal("Ada", (await hub.Administration().Explaining.ExplainAsync("a", "people", "record/1", "name.given", "eve", CancellationToken.None)).Fields[0].There?.AsText);
    }

    private static async Task<string> WhyAsync(HubHarness hub, string connection, string key) =>
        (await hub.Administration().Explaining.ExplainAsync(connection, "people", key, City, "eve", CancellationToken.None)).Fields[0].Why;

    private static async Task<string> RefusedAsync(HubHarness hub, string connection, string stream, string id, string? field) =>
        (await Assert.ThrowsAsync<AdminException>(() => hub.Administration().Explaining.ExplainAsync(connection, stream, id, field, "eve", CancellationToken.None))).Message;
}
