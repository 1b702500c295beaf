using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>S57: a system's fields change under the hub.</summary>
public sealed class SchemaScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "city": "London" }""";
    private const string Phone = "phones[type=work].value";

    private static readonly SourceField[] Fields =
        [.. new[] { "id", "given", "family", "email", "phone", "title", "city", "status" }.Select(static name => new SourceField(name, "text"))];

    [Theory]
    [InlineData("removed")]
    [InlineData("unreadable")]
    public async Task S57_AFieldThatIsGoneIsHeldAndNeverReadAsCleared(string how)
    {
        await using var hub = new HubHarness();
        var (a, b, key) = await LinkedAsync(hub);
        a.Schema = how == "removed" ? Without("phone") : With("phone", static field => field with { IsReadable = false });
        // The worst that a system does: it shows the field it has no longer as empty.
        a.Shape = static record => record["phone"] = null;
        a.Edit(key, """{ "city": "Paris" }""");
        await LaterAsync(hub);

        Assert.Equal("+442079460000", b["b1"]["phone"]!.GetValue<string>());
        Assert.Equal("Paris", b["b1"]["city"]!.GetValue<string>());
        Assert.Equal($"schema.{how}", Assert.Single(await hub.Store.ListSuspendedFieldsAsync(hub.Stream("a").Number, default)).Code);
        Assert.Contains(Phone, string.Join(' ', (await hub.Administration().Status.ShowAsync(default)).SelectMany(static one => one.Remedies)), StringComparison.Ordinal);

        // Nothing is written there either, and nothing is lost: when the field is back, both ways go on by themselves.
        var before = a.Ledger.Count;
        b.Edit("b1", """{ "phone": "+442079461111" }""");
        await hub.SettleAsync();
        Assert.DoesNotContain(a.Ledger.Skip(before), static effect => effect.Fields.Contains("phone", StringComparison.Ordinal));
        a.Schema = Fields;
        a.Shape = static _ => { };
        await LaterAsync(hub);
        Assert.Equal("+442079461111", a[key]["phone"]!.GetValue<string>());
        Assert.Empty(await hub.Store.ListSuspendedFieldsAsync(hub.Stream("a").Number, default));
    }

    [Fact]
    public async Task S57_AFieldOfAnotherTypeIsHeldAndTheRecordIsNotQuarantined()
    {
        await using var hub = new HubHarness();
        var (a, b, key) = await LinkedAsync(hub);
        a.Schema = With("phone", static field => field with { Type = "object" });
        a.Shape = static record => record["phone"] = new System.Text.Json.Nodes.JsonObject { ["country"] = 44 };
        a.Edit(key, """{ "city": "Paris" }""");
        await LaterAsync(hub);

        Assert.Empty(await hub.QuarantineAsync());
        Assert.Equal(("Paris", "+442079460000"), (b["b1"]["city"]!.GetValue<string>(), b["b1"]["phone"]!.GetValue<string>()));
    }

    [Fact]
    public async Task S57_ARenamedFieldIsHeldAndTheNewOneIsOfferedAndWhatIsAddedOrRequiredIsNoted()
    {
        await using var hub = new HubHarness();
        var (a, b, key) = await LinkedAsync(hub);
        a.Schema = [.. Without("phone"), new("telephone", "text"), new("vat", "text", IsRequired: true)];
        a[key]["telephone"] = a[key]["phone"]!.DeepClone();
        a[key].Remove("phone");
        a.Schema = [.. a.Schema.Select(static field => field.Name == "family" ? field with { IsRequired = true } : field)];
        a.Edit(key, """{ "city": "Paris" }""");
        await LaterAsync(hub);

        Assert.Equal("+442079460000", b["b1"]["phone"]!.GetValue<string>());
        var noted = (await hub.Store.ListAuditAsync(new() { Action = "schema." }, null, 100, default)).Select(static one => $"{one.Entry.Action} {one.Entry.Object.Split('/')[^1]}");
        Assert.Equal(["schema.added telephone", "schema.added vat", "schema.removed phone", "schema.required family"], noted.Order(StringComparer.Ordinal));
        // Said once, not with every read.
        await LaterAsync(hub);
        Assert.Equal(4, (await hub.Store.ListAuditAsync(new() { Action = "schema." }, null, 100, default)).Count);

        // Once the mapping takes the new field, what has landed goes through it again without asking the system.
        hub.Change("a", static settings => settings with { Mapping = HubHarness.Compile(HubHarness.MappingText.Replace("\"phone\"", "\"telephone\"", StringComparison.Ordinal)) });
        await hub.StartAsync();
        await hub.Administration().Connections.ResumeAsync("a", "ada", default);
        b.Edit("b1", """{ "phone": "+442079461111" }""");
        await hub.SettleAsync();
        Assert.Contains("telephone", a.Ledger[^1].Fields, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S57_AFieldThatMayOnlyBeReadIsLeftOutOfWritesAndStillRead()
    {
        await using var hub = new HubHarness();
        var (a, b, key) = await LinkedAsync(hub);
        a.Schema = With("phone", static field => field with { IsWritable = false });
        await LaterAsync(hub);
        var before = a.Ledger.Count;
        b.Edit("b1", """{ "phone": "+442079461111", "city": "Paris" }""");
        await hub.SettleAsync();

        Assert.Equal("""{"city":"Paris"}""", Assert.Single(a.Ledger.Skip(before)).Fields);
        Assert.Equal("field.suspended", Assert.Single(await hub.DeliveriesAsync(DeliveryState.Planned)).ErrorCode);
        a.Edit(key, """{ "phone": "+442079462222" }""");
        await hub.SettleAsync();
        Assert.Equal("+442079462222", b["b1"]["phone"]!.GetValue<string>());
    }

    [Fact]
    public async Task S57_AStreamOfWhichNothingMayBeSeenIsStoppedAndNothingIsDeleted()
    {
        await using var hub = new HubHarness();
        var (a, b, key) = await LinkedAsync(hub);
        a.Schema = Without("id");
        a.Shape = static record => record.Clear();
        a.Edit(key, """{ "city": "Paris" }""");
        await LaterAsync(hub);

        var progress = await hub.Store.LoadProgressAsync(hub.Stream("a").Number, default);
        Assert.Equal((true, "schema.stream"), (progress.IsBlocked, progress.ErrorCode));
        Assert.Equal("London", Assert.Single(b.Live)["city"]!.GetValue<string>());
        a.Schema = Fields;
        a.Shape = static _ => { };
        await hub.Administration().Connections.ResumeAsync("a", "ada", default);
        await LaterAsync(hub);
        Assert.Equal("Paris", Assert.Single(b.Live)["city"]!.GetValue<string>());
    }

    private static async Task<(MemorySystem A, MemorySystem B, string Key)> LinkedAsync(HubHarness hub)
    {
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.Schema = Fields;
        var key = a.Create(Ada);
        await hub.SettleAsync();
        return (a, b, key);
    }

    private static async Task LaterAsync(HubHarness hub)
    {
        hub.Clock.Advance(TimeSpan.FromMinutes(16));
        await hub.SettleAsync();
    }

    private static SourceField[] Without(string name) => [.. Fields.Where(field => field.Name != name)];

    private static SourceField[] With(string name, Func<SourceField, SourceField> change) => [.. Fields.Select(field => field.Name == name ? change(field) : field)];
}
