using System.Globalization;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.UnitTests.Fixtures;
using Microsoft.Data.Sqlite;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>
/// What a power cut may leave on disk, which killing a process cannot show: the write-ahead log cut anywhere, and a checkpoint of which some
/// pages were written, some not, some by half. INTEGRATIONHUB_POWER_CUTS says how many times the usual number (1; 20 at night).
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int LogHeader = 32, FrameHeader = 24, Page = 4096, Sector = 512;
    private const int Loads = 10, StepsEach = 8, CutsEach = 300, MixesEach = 20, OpenedByTheHub = 25;

    private static int Times => int.TryParse(Environment.GetEnvironmentVariable("INTEGRATIONHUB_POWER_CUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;

    [Fact]
    public async Task ALogThatIsCutAnywhereHoldsEveryAcknowledgedStepWholeAndNoneByHalf()
    {
        var cuts = 0;
        for (var seed = 0; seed < Loads * Times; seed++)
        {
            using var folder = new TemporaryFolder();
            var acknowledged = await StepLoad.RunAsync(StepsEach, seed, folder.File("before.db"), folder.File("hub.db"));
            var random = new Random(seed);
            var places = CutPlaces(new FileInfo(folder.File("hub.db-wal")).Length, random);
            // From the longest to the shortest: cutting is all that has to be done between two looks.
            foreach (var place in places.OrderDescending())
            {
                Cut(folder.File("hub.db"), place);
                var steps = acknowledged.LastOrDefault(one => one.WalBytes <= place)?.Steps ?? [0, 0, 0];
                var fault = Look(folder.File("hub.db"), steps) ?? (++cuts % OpenedByTheHub == 0 ? await OpenAsync(folder.File("hub.db"), steps) : null);
                Assert.True(fault is null, $"Seed {seed}, cut at byte {place}: {fault}");
            }
        }

        output.WriteLine($"{cuts} cuts, 0 wrong");
    }

    [Fact]
    public async Task ACheckpointThatStoppedAnywhereRecoversFromItsLog()
    {
        var mixes = 0;
        for (var seed = 0; seed < Loads * Times; seed++)
        {
            using var folder = new TemporaryFolder();
            var (older, file, newer) = (folder.File("before.db"), folder.File("hub.db"), folder.File("checkpointed.db"));
            var steps = (await StepLoad.RunAsync(StepsEach, seed, older, file))[^1].Steps;
            Checkpoint(file, newer);
            var (old, @new, random) = (await File.ReadAllBytesAsync(older), await File.ReadAllBytesAsync(newer), new Random(seed));
            for (var i = 0; i < MixesEach; i++, mixes++)
            {
                await File.WriteAllBytesAsync(file, Mix(old, @new, random));
                File.Delete(file + "-shm");
                var fault = Look(file, steps) ?? (i == 0 ? await OpenAsync(file, steps) : null);
                Assert.True(fault is null, $"Seed {seed}, mix {i}: {fault}");
            }
        }

        output.WriteLine($"{mixes} mixes, 0 wrong");
    }

    /// <summary>Every edge of a frame, the byte before it and a place inside the frame; when they are more than wanted, some of them.</summary>
    private static IEnumerable<long> CutPlaces(long length, Random random)
    {
        var places = new List<long> { 0, LogHeader - 1, LogHeader };
        for (long edge = LogHeader; edge < length; edge += FrameHeader + Page)
            places.AddRange([edge + FrameHeader + Page - 1, edge + FrameHeader + Page, edge + random.Next(1, FrameHeader + Page - 1)]);
        var drawn = places.ToArray();
        random.Shuffle(drawn);
        return drawn.Take(CutsEach);
    }

    private static void Cut(string file, long place)
    {
        File.Delete(file + "-shm");
        using var log = new FileStream(file + "-wal", FileMode.Open);
        log.SetLength(place);
    }

    /// <summary>Looks without changing anything: who only reads recovers the log in memory.</summary>
    private static string? Look(string file, IReadOnlyList<int> acknowledgedSteps)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return StepLoad.Fault(connection, acknowledgedSteps);
    }

    /// <summary>Opens a copy as the hub does, and checks every page of it.</summary>
    private static async Task<string?> OpenAsync(string file, IReadOnlyList<int> acknowledgedSteps)
    {
        using var folder = new TemporaryFolder();
        File.Copy(file, folder.File("hub.db"));
        File.Copy(file + "-wal", folder.File("hub.db-wal"));
        await using var store = SqliteStore.Open(folder.File("hub.db"), TimeProvider.System);
        using var check = store.Writer.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        return check.ExecuteScalar() is not "ok" ? "integrity_check finds damage" : StepLoad.Fault(store.Writer, acknowledgedSteps);
    }

    private static void Checkpoint(string file, string target)
    {
        File.Copy(file, target);
        File.Copy(file + "-wal", target + "-wal");
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
    }

    /// <summary>Each page as it was, as it becomes, or torn between two sectors; the file as long as the last page written demands.</summary>
    private static byte[] Mix(byte[] older, byte[] newer, Random random)
    {
        var mixed = new byte[newer.Length];
        older.CopyTo(mixed, 0);
        var length = older.Length;
        for (var at = 0; at < newer.Length; at += Page)
        {
            var written = random.Next(3) switch { 0 => 0, 1 => Page, _ => random.Next(1, Page / Sector) * Sector };
            newer.AsSpan(at, written).CopyTo(mixed.AsSpan(at));
            if (written > 0)
                length = Math.Max(length, at + Page);
        }

        return mixed[..length];
    }
}
