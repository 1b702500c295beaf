using System.Globalization;
using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.SystemTests.Fixtures;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Kill;

/// <summary>
/// The first load, and then edits, under SIGKILL at drawn moments: the process is killed, both systems are looked at from outside, and it is
/// started again. Nobody mends anything in between. INTEGRATIONHUB_KILLS says how often (6), INTEGRATIONHUB_KILL_SEED with which draw.
/// </summary>
public sealed class KillTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int KillsUsual = 6, KillsNightly = 50;
    private static readonly TimeSpan TimePerWrite = TimeSpan.FromMilliseconds(2);

    [Fact]
    public Task AHubThatIsKilledAtAnyMomentLosesNothingAndDoesNothingTwice() =>
        Variable("INTEGRATIONHUB_KILLS", KillsUsual) is var kills && kills > KillsUsual ? RunAsync(kills, patients: 2_500) : RunAsync(kills, patients: 250);

    [Fact(Explicit = true)]
    [Trait("Category", "Nightly")]
    public Task FiftyKillsLoseNothingAndDoNothingTwice() => RunAsync(KillsNightly, patients: 2_500);

    private async Task RunAsync(int kills, int patients)
    {
        var seed = Variable("INTEGRATIONHUB_KILL_SEED", 20_261_121);
        output.WriteLine($"{kills} kills, {patients} patients in each system, seed {seed}");
        var random = new Random(seed);
        var (originals, duplicates) = FebrlData.Load(patients);
        var wanted = await UnkilledAsync(originals, duplicates);
        await using var hub = await CreateAsync(originals, duplicates);
        var witness = new LoadWitness(hub, originals, duplicates, await hub.Clinic.LastChangeAsync());
        var hits = new List<KillHit>();

        await KillAsync(hub, witness, hits, kills / 2, "load", () => KillMoment.Draw(random, kills > KillsUsual ? 4 : 2), static () => Task.CompletedTask);
        await hub.SyncAsync();
        var edits = new EditLoad(hub, [.. Valid(originals, duplicates).Select(static pair => pair.Original.Key)], [.. Valid(originals, duplicates).Select(static pair => pair.Duplicate.Key)]);
        await KillAsync(hub, witness, hits, kills, "edits", () => KillMoment.Draw(random, 2), edits.AddAsync);
        await hub.SyncAsync();
        await hub.SyncAsync();

        output.WriteLine(KillHit.Header);
        foreach (var (index, hit) in hits.Index())
            output.WriteLine(hit.ToRow(index + 1));
        output.WriteLine($"{hits.Count(static hit => hit.HitAttempt)} of {hits.Count} hit a write that was attempted and not settled, {hits.Count(static hit => hit.RewriteOpen)} an open rewrite of the file.");
        await witness.CheckAsync();
        Assert.Equal(wanted, await witness.CheckSettledAsync(EditLoad.Column));
        await edits.AssertAllArrivedAsync();
        AssertNothingOpen(hub);
        await hub.AssertQuietAsync();
        Assert.True(hits.Count(static hit => hit.HitAttempt) * 2 >= hits.Count, "Fewer than half of the kills hit a write that was attempted and not settled.");
    }

    /// <summary>Starts and kills until so many kills are reached in all.</summary>
    private static async Task KillAsync(
        PatientHub hub, LoadWitness witness, List<KillHit> hits, int until, string phase, Func<KillMoment> draw, Func<Task> beforeStart)
    {
        for (var starts = 0; hits.Count < until && starts < until * 4; starts++)
        {
            await beforeStart();
            var moment = draw();
            using var process = hub.Folder.Start("sync", "--json");
            if (!moment.Strike(process, hub))
            {
                var ended = await process.EndAsync();
                Assert.True(ended.ExitCode is 0 or 1, ended.ToString());
                continue;
            }

            hits.Add(KillHit.Of(moment, phase, hub));
            await witness.CheckAsync();
        }
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
        hub.Folder.Change("hub.json", static root => root["sync"] = System.Text.Json.Nodes.JsonNode.Parse("""{ "batchSize": 20 }"""));
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
