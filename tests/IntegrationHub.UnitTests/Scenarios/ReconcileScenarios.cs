using System.Text.Json.Nodes;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Reconcile;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Drift that no change feed shows, planted in the sandbox's own model.</summary>
public sealed class ReconcileScenarios
{
    private static readonly DateTimeOffset LongAgo = new(2024, 5, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S64_ReconciliationFindsSilentDriftExactlyAndMendsIt(int seed)
    {
        await using var sandbox = new SandboxHub(seed, parties: 60);
        await sandbox.SettleAsync();
        var hub = sandbox.Hub;
        Assert.Equal(0, (await hub.ReconcileAsync("crm")).Count("unexplained"));
        Assert.Equal(0, (await hub.ReconcileAsync("shop")).Count("unexplained"));
        // The change feed reads the latest time once more: let it pass what the hub itself wrote.
        hub.Clock.Advance(TimeSpan.FromHours(1));
        sandbox.Crm.System.CreateAsUser("contacts", new JsonObject { ["lastName"] = "Latest", ["email"] = "latest@example.org" });
        await sandbox.SettleAsync();
        var expected = await PlantAsync(sandbox);
        await sandbox.SettleAsync();

        var found = await hub.ReconcileAsync("crm");

        Assert.Equal(12, expected.Count);
        Assert.Equal(expected.Order(StringComparer.Ordinal), await UnexplainedAsync(sandbox, found));
        Assert.Equal((12L, 12L), (found.Count("unexplained"), found.Open));
        Assert.All((await hub.DifferencesAsync(found)).SelectMany(static one => one.Fields), static field => Assert.NotEqual(field.Before, field.After));
        // A report mends nothing: the next one says the same.
        Assert.Equal(expected.Order(StringComparer.Ordinal), await UnexplainedAsync(sandbox, await hub.ReconcileAsync("crm")));

        var mended = await hub.ReconcileAsync("crm", repairs: true);
        Assert.Equal((12L, 12L, 0L), (mended.Count("unexplained"), mended.Count("repaired"), mended.Open));
        await sandbox.SettleAsync();
        foreach (var connection in (string[])["crm", "shop"])
        {
            var after = await hub.ReconcileAsync(connection);
            Assert.Equal(0, after.Count("unexplained"));
            Assert.True(after.Count("linked") > 0 && after.Count("in target") > 0);
        }
    }

    // The population has some people twice in one system; that is named too, and explained.
    private static async Task<IEnumerable<string>> UnexplainedAsync(SandboxHub sandbox, Reconciliation run) => (await sandbox.Hub.DifferencesAsync(run))
        .Where(static one => one.Kind.IsUnexplained()).Select(ReconcileHub.Line).Order(StringComparer.Ordinal);

    /// <returns>What has to be found.</returns>
    private static async Task<List<string>> PlantAsync(SandboxHub sandbox)
    {
        var crm = sandbox.Crm.System;
        var linked = (await sandbox.Hub.RecordsOfAsync("crm")).Where(static record => record is { Stage: RecordStage.Linked, IsLive: true })
            .Where(record => crm.Get("contacts", record.Key)!.Text("kind") == "person").Select(static record => record.Key).ToArray();
        var expected = new List<string>();
        var edits = Edits(crm.Get("contacts", linked[5])!.Text("language"), crm.Get("contacts", linked[6])!.Flag("emailOptOut"));
        for (var i = 0; i < edits.Length; i++)
        {
            crm.PlantEdit("contacts", linked[i], edits[i].Fields);
            expected.Add(ReconcileHub.Line(DifferenceKind.ChangedUnseen, linked[i], edits[i].Paths));
        }

        foreach (var key in linked[7..10])
        {
            crm.PlantRemoval("contacts", key);
            expected.Add(ReconcileHub.Line(DifferenceKind.MissingInSystem, key));
        }

        foreach (var name in (string[])["Nemo", "Outis"])
        {
            var key = crm.PlantRecord("contacts", new JsonObject { ["firstName"] = name, ["lastName"] = "Silent", ["email"] = $"{name}@example.org" }, LongAgo);
            expected.Add(ReconcileHub.Line(DifferenceKind.UnknownToHub, key));
        }

        return expected;
    }

    private static (JsonObject Fields, string[] Paths)[] Edits(string? language, bool optsOut) =>
    [
        (new() { ["firstName"] = "Drifted" }, ["name.given", "name.full"]),
        (new() { ["lastName"] = "Driftedson" }, ["name.family", "name.full"]),
        (new() { ["email"] = "drifted@example.org" }, ["emails[type=work].value"]),
        (new() { ["street"] = "9 Drift Street" }, ["addresses[type=mailing].line1"]),
        (new() { ["city"] = "Driftham", ["street"] = "10 Drift Street" }, ["addresses[type=mailing].city", "addresses[type=mailing].line1"]),
        (new() { ["language"] = language == "fr" ? "de" : "fr" }, ["language"]),
        (new() { ["emailOptOut"] = !optsOut }, ["consents[channel=email,purpose=marketing].status"]),
    ];
}
