using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of loops and of writes that meet somebody else's, named after their numbers.</summary>
public sealed class LoopScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "phone": "+442079460000", "city": "London" }""";
    private const string City = "addresses[type=mailing].city";

    [Fact]
    public async Task S04_OneEditGoesOnceAroundARingAndEndsThere()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var ring = new NativeSync((a, id), (b, "b1"), "city");

        a.Edit(id, """{ "city": "Lyon" }""");
        for (var round = 0; round < 20; round++)
        {
            ring.Run();
            await hub.SyncAsync();
        }

        Assert.Equal(("Lyon", "Lyon"), (Text(a, id, "city"), Text(b, "b1", "city")));
        Assert.True(a.Ledger.Count + b.Ledger.Count <= 3, "One edit was written again and again.");
        Assert.DoesNotContain(await hub.ConflictsAsync(), static conflict => conflict.Rule == "oscillation");
    }

    [Fact]
    public async Task S04_AFieldThatGoesToAndFroIsPausedAndOneAlertNamesBothWriters()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var ring = await StartRingAsync(hub, a, id, b);
        var written = a.Ledger.Count + b.Ledger.Count;

        for (var round = 0; round < 20; round++)
        {
            ring.Run();
            await hub.SyncAsync();
        }

        // Nothing more is written to the field, and nobody is asked twice.
        Assert.Equal(written, a.Ledger.Count + b.Ledger.Count);
        Assert.True(written <= new SyncOptions().OscillationTurns + 3, $"{written} writes before the field was paused.");
        var conflict = Assert.Single(await hub.ConflictsAsync(), static one => one.Rule == "oscillation");
        Assert.Equal((ConflictState.Open, City), (conflict.State, conflict.Path));
        string[] writers = [await ConnectionOfAsync(hub, conflict.Left.SourceRecordId), await ConnectionOfAsync(hub, conflict.Right.SourceRecordId)];
        Assert.Equal(["a", "b"], writers.Order(StringComparer.Ordinal));
        Assert.Single(hub.Committed.SelectMany(static step => step.Audit), static entry => entry.Action == "field.paused");
        var status = await hub.Administration().Status.ShowAsync(default);
        Assert.All(status, one => Assert.Contains(one.Remedies, remedy => remedy.Contains($"hub conflicts show {conflict.Id}", StringComparison.Ordinal)
            && remedy.Contains("a/people", StringComparison.Ordinal) && remedy.Contains("b/people", StringComparison.Ordinal)));

        // Only this field of this record stands still.
        a.Edit(id, """{ "phone": "+442079460001" }""");
        await hub.SettleAsync();
        Assert.Equal("+442079460001", Text(b, "b1", "phone"));
    }

    [Fact]
    public async Task S04_AStewardReleasesAPausedFieldAndItFlowsAgain()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        await StartRingAsync(hub, a, id, b);
        var conflict = Assert.Single(await hub.ConflictsAsync(), static one => one.Rule == "oscillation");

        await hub.Administration().Conflicts.SettleWithAsync(conflict.Id, "Paris", "ada", default);
        await hub.SettleAsync();
        Assert.Equal(("Paris", "Paris"), (Text(a, id, "city"), Text(b, "b1", "city")));

        await hub.Administration().CustomerActs.UnpinAsync(1, City, "ada", default);
        await hub.SettleAsync();
        b.Edit("b1", """{ "city": "Rome" }""");
        await hub.SettleAsync();
        Assert.Equal("Rome", Text(a, id, "city"));
    }

    [Fact]
    public async Task S08_ATargetNeverGoesBackToAnOlderValueAfterANewerOne()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        b.Ledger.Clear();
        string[] cities = ["Lyon", "Nice", "Rome", "Oslo", "Bern"];

        a.Edit(id, """{ "city": "Lyon" }""");
        var next = 1;
        b.Meanwhile = async isApplied =>
        {
            // The user goes on while the hub writes; some of it is read and planned before the answer is there.
            if (isApplied || next >= cities.Length)
                return;
            for (var edits = 0; edits < 2 && next < cities.Length; edits++)
            {
                hub.Clock.Advance(TimeSpan.FromMilliseconds(600));
                a.Edit(id, $$"""{ "city": "{{cities[next++]}}" }""");
            }

            await hub.ReadAndRefineAsync("a");
        };
        // b's change feed is read after each write, and shows what the hub has written itself.
        await hub.SettleAsync();

        var shown = b.Ledger.Select(static effect => Array.IndexOf(["Lyon", "Nice", "Rome", "Oslo", "Bern"], JsonNode.Parse(effect.Fields)!["city"]!.GetValue<string>())).ToArray();
        Assert.Equal(shown.Order().Distinct(), shown);
        Assert.Equal("Bern", Text(b, "b1", "city"));
        Assert.Equal("Bern", Text(a, id, "city"));
        Assert.Empty(a.Ledger);
        Assert.True(shown.Length < cities.Length, "Edits that were over before the write should have been one write.");
    }

    [Fact]
    public async Task S08_APageThatIsOlderThanTheHubsOwnWriteTakesNothingBack()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        a.Edit(id, """{ "city": "Lyon" }""");
        await hub.ReadAndRefineAsync("a");

        // b's record is listed as it was, then the hub writes to it, and only then the page arrives.
        b.Edit("b1", """{ "title": "Countess" }""");
        await hub.ReadAndRefineAsync("b");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Edit("b1", "{}");
        b.HoldPage = async () =>
        {
            b.HoldPage = null;
            await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        };
        await hub.SettleAsync();

        Assert.Equal("Lyon", Text(b, "b1", "city"));
        Assert.Equal("Lyon", Text(a, id, "city"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S09_AConditionalWriteThatIsRefusedIsMergedWithTheEditAndSentAgain(bool pagesShowVersions)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        (b.ComparesVersion, b.ComparesExpected, b.PagesShowVersion) = (true, false, pagesShowVersions);
        b.Traits = b.Traits with { WritesByVersion = true };
        var id = a.Create(Ada);
        await hub.SettleAsync();
        // Nothing but the refused write and the look after it tells of the edit.
        b.Hide("b1");
        var edited = false;
        b.BeforeWrite = () =>
        {
            if (!edited)
                b.Edit("b1", """{ "title": "Countess", "phone": "+442079460099" }""");
            edited = true;
        };

        a.Edit(id, """{ "phone": "+442079460001", "city": "Nice" }""");
        await hub.SettleAsync();

        foreach (var record in new[] { a[id], b["b1"] })
            Assert.Equal(("+442079460099", "Countess", "Nice"), (record["phone"]!.GetValue<string>(), record["title"]!.GetValue<string>(), record["city"]!.GetValue<string>()));
        Assert.Contains(await hub.TalliesAsync(), static tally => tally.Name == "delivery changedmeanwhile");
        Assert.DoesNotContain(hub.Committed.SelectMany(static step => step.Deliveries), static row => row.ErrorCode is not null);
    }

    [Fact]
    public async Task S09_ARecordThatChangesBeforeEveryWriteIsGivenUpAfterSomeAttempts()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        b.ComparesVersion = true;
        b.Traits = b.Traits with { WritesByVersion = true };
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var writes = b.WriteCalls;
        b.BeforeWrite = () => b.Edit("b1", "{}");

        a.Edit(id, """{ "phone": "+442079460001" }""");
        await hub.RoundsAsync(20);

        Assert.Equal(new SyncOptions().DeliveryAttemptsMax, b.WriteCalls - writes);
        var dead = Assert.Single(await hub.DeliveriesAsync(DeliveryState.Dead));
        Assert.Contains("changed the record before each", dead.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S10_WhatATargetsAutomationChangesInAnswerToAWriteIsItsOwnEditAndFlows()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        b.Normalise = static fields => Follow(fields, "city", "title", static city => $"Desk {city}");

        a.Edit(id, """{ "city": "Lyon" }""");
        await hub.SettleAsync();

        Assert.Equal(("Lyon", "Desk Lyon"), (Text(a, id, "city"), Text(a, id, "title")));
        Assert.Equal("""{"title":"Desk Lyon"}""", Assert.Single(a.Ledger).Fields);
    }

    [Fact]
    public async Task S10_AutomationsThatAnswerEachOtherForEverAreStopped()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        b.Normalise = static fields => Follow(fields, "city", "title", static city => $"Desk {city}");
        a.Normalise = static fields => Follow(fields, "title", "city", static title => title == "Desk Lyon" ? "Paris" : "Lyon");

        a.Edit(id, """{ "city": "Lyon" }""");
        await hub.SettleAsync(60);

        var paused = (await hub.ConflictsAsync()).Where(static conflict => conflict.Rule == "oscillation").ToArray();
        Assert.NotEmpty(paused);
        Assert.All(paused, static conflict => Assert.Equal(ConflictState.Open, conflict.State));
        Assert.True(a.Ledger.Count + b.Ledger.Count < 40, $"{a.Ledger.Count + b.Ledger.Count} writes.");
    }

    private static async Task<NativeSync> StartRingAsync(HubHarness hub, MemorySystem a, string id, MemorySystem b)
    {
        var ring = new NativeSync((a, id), (b, "b1"), "city");
        a.Ledger.Clear();
        b.Ledger.Clear();
        var now = hub.Clock.GetUtcNow();
        a.Edit(id, """{ "city": "Lyon" }""", now.AddMilliseconds(1));
        b.Edit("b1", """{ "city": "Nice" }""", now.AddMilliseconds(2));
        for (var round = 0; round < 20; round++)
        {
            ring.Run();
            await hub.SyncAsync();
        }

        return ring;
    }

    private static async Task<string> ConnectionOfAsync(HubHarness hub, long record) =>
        hub.Context.Settings.Find((await hub.Store.LoadRecordsAsync([record], false, default)).Single().Stream)!.Name.Connection;

    private static void Follow(JsonObject fields, string cause, string effect, Func<string, string> answer)
    {
        if (fields[cause] is { } value)
            fields[effect] = answer(value.GetValue<string>());
    }

    private static string? Text(MemorySystem system, string key, string field) => system[key][field]?.GetValue<string>();

    /// <summary>The customer's own synchronisation beside the hub: it copies each change to the other side one round after it has seen it, its own included.</summary>
    private sealed class NativeSync((MemorySystem System, string Key) left, (MemorySystem System, string Key) right, string field)
    {
        private string? leftSeen = left.System[left.Key][field]?.GetValue<string>();
        private string? rightSeen = right.System[right.Key][field]?.GetValue<string>();
        private string? toLeft;
        private string? toRight;

        public void Run()
        {
            Copy(toLeft, left);
            Copy(toRight, right);
            (toRight, leftSeen) = Look(left, leftSeen);
            (toLeft, rightSeen) = Look(right, rightSeen);
        }

        private (string? Copied, string? Seen) Look((MemorySystem System, string Key) side, string? seen)
        {
            var now = side.System[side.Key][field]?.GetValue<string>();
            return (now == seen ? null : now, now);
        }

        private void Copy(string? value, (MemorySystem System, string Key) side)
        {
            if (value is not null && side.System[side.Key][field]?.GetValue<string>() != value)
                side.System.Edit(side.Key, new JsonObject { [field] = value }.ToJsonString());
        }
    }
}
