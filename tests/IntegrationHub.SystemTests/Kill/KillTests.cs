using System.Globalization;
using System.Text.Json.Nodes;
using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.SystemTests.Fixtures;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Kill;

/// <summary>
/// The first load, and then edits, under SIGKILL at drawn moments: the process is killed, both systems are looked at from outside, and it is
/// started again. Nobody mends anything in between. INTEGRATIONHUB_KILLS says how often (6; 50 at
/// night), INTEGRATIONHUB_KILL_SEED with which draw.
/// </summary>
public sealed class KillTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int KillsUsual = 6, KillsForShare = 50, PatientsUsual = 250, PatientsNightly = 2_500;
    private static readonly TimeSpan TimePerWrite = TimeSpan.FromMilliseconds(2);

    [Fact]
    public async Task AHubThatIsKilledAtAnyMomentLosesNothingAndDoesNothingTwice()
    {
        var (kills, seed) = (Variable("INTEGRATIONHUB_KILLS", KillsUsual), Variable("INTEGRATIONHUB_KILL_SEED", 20_261_121));
        var (originals, duplicates) = FebrlData.Load(kills > KillsUsual ? PatientsNightly : PatientsUsual);
        output.WriteLine($"{kills} kills, {originals.Count} patients in each system, seed {seed}");
        var random = new Random(seed);
        var wanted = await UnkilledAsync(originals, duplicates);
        await using var hub = await CreateAsync(originals, duplicates);
        var witness = new LoadWitness(hub, originals, duplicates, await hub.Clinic.LastChangeAsync());
        var edits = new EditLoad(hub, [.. Valid(originals, duplicates).Select(static pair => pair.Original.Key)], [.. Valid(originals, duplicates).Select(static pair => pair.Duplicate.Key)]);
        var hits = new List<KillHit>();

        while (hits.Count < (kills + 1) / 2 && await StrikeAsync(hub, KillMoment.Draw(random, KillPhase.Load), KillPhase.Load, hits))
            await witness.CheckAsync();
        await hub.SyncAsync();
        while (hits.Count < kills)
        {
            await edits.AddAsync();
            await StrikeAsync(hub, KillMoment.Draw(random, KillPhase.Edits), KillPhase.Edits, hits);
            await witness.CheckAsync();
        }

        await hub.SyncAsync();
        await hub.SyncAsync();

        Write(hits);
        await witness.CheckAsync();
        Assert.Equal(wanted, await witness.CheckSettledAsync(EditLoad.Column));
        await edits.AssertAllArrivedAsync();
        AssertNothingOpen(hub);
        await hub.AssertQuietAsync();
        // Which moment a kill hits is the machine's to decide: a few kills may all miss, many may not.
        if (hits.Count >= KillsForShare)
            Assert.True(hits.Count(static hit => hit.HitAttempt) * 2 >= hits.Count, "Fewer than half of the kills hit a write that was attempted and not settled.");
    }

    private void Write(List<KillHit> hits)
    {
        output.WriteLine(KillHit.Header);
        foreach (var (index, hit) in hits.Index())
            output.WriteLine(hit.ToRow(index + 1));
        output.WriteLine($"{hits.Count(static hit => hit.HitAttempt)} of {hits.Count} hit a write that the process had attempted and not settled, {hits.Count(static hit => hit.RewriteOpen)} an open rewrite of the file.");
    }

    /// <summary>Starts the hub and kills it at a moment.</summary>
    /// <returns>False when it had nothing left to do and ended before.</returns>
    private static async Task<bool> StrikeAsync(PatientHub hub, KillMoment moment, KillPhase phase, List<KillHit> hits)
    {
        using var process = moment.Command == "run" ? hub.Folder.Start("run") : hub.Folder.Start("sync", "--json");
        if (moment.Strike(process, hub))
        {
            hits.Add(KillHit.Of(moment, phase, hub, process.StartedAt));
            return true;
        }

        var ended = await process.EndAsync();
        Assert.True(ended.ExitCode is 0 or 1, ended.ToString());
        return false;
    }

    private async Task<IReadOnlyList<string>> UnkilledAsync(IReadOnlyList<Patient> originals, IReadOnlyList<Patient> duplicates)
    {
        await using var hub = await CreateAsync(originals, duplicates);
        var witness = new LoadWitness(hub, originals, duplicates, await hub.Clinic.LastChangeAsync());
        await hub.SyncAsync();
        return await witness.CheckSettledAsync(EditLoad.Column);
    }

    private async Task<PatientHub> CreateAsync(IReadOnlyList<Patient> originals, IReadOnlyList<Patient> duplicates)
    {
        var hub = await PatientHub.CreateAsync(postgres, originals, duplicates);
        // Small batches and a slow table: many more moments at which a write is under way.
        hub.Folder.Change("hub.json", static root =>
        {
            root["sync"] = new JsonObject { ["batchSize"] = 20 };
            root["http"] = new JsonObject { ["urls"] = new JsonArray() };
        });
        foreach (var connection in new[] { "registry", "clinic" })
            hub.Folder.Change($"connections/{connection}.json", static root => root["streams"]![0]!["schedule"] = new JsonObject { ["every"] = "00:00:01" });
        await hub.Clinic.SlowDownAsync(TimePerWrite);
        return hub;
    }

    private static void AssertNothingOpen(PatientHub hub)
    {
        using var store = new StoreCopy(hub.Folder.DatabaseFile);
        Assert.Equal("ok", store.Integrity);
        foreach (var connection in new[] { "registry", "clinic" })
        {
            Assert.Equal(0, store.AttemptingCount(connection));
            Assert.Equal(0, store.PlannedCount(connection));
            Assert.Equal(0, store.DeadCount(connection));
        }

        Assert.Equal(0, store.LandedCount);
    }

    private static IEnumerable<(Patient Original, Patient Duplicate)> Valid(IReadOnlyList<Patient> originals, IReadOnlyList<Patient> duplicates) => originals
        .Join(duplicates, static one => one.Key.Split('-')[1], static other => other.Key.Split('-')[1], static (one, other) => (one, other), StringComparer.Ordinal)
        .Where(static pair => LoadWitness.IsValid(pair.one) && LoadWitness.IsValid(pair.other));

    private static int Variable(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : usual;
}
