using System.Globalization;
using IntegrationHub.Abstractions;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Fixtures;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What the write-ahead log had grown to when some workers' steps had been acknowledged.</summary>
/// <param name="WalBytes">Length of the log, read after the acknowledgement.</param>
/// <param name="Steps">How many steps of each worker were acknowledged by then.</param>
internal sealed record Acknowledged(long WalBytes, IReadOnlyList<int> Steps);

/// <summary>
/// Workers that commit numbered steps side by side, so that commits are grouped, and what each step must leave: its rows, its checkpoint, its
/// tally and its audit entries. What a store holds afterwards follows from the checkpoints alone; anything else is half a step.
/// </summary>
internal sealed class StepLoad
{
    private const int Workers = 3, RecordsEach = 3, EntriesEach = 2;

    private readonly SqliteStore store;
    private readonly string walFile;
    private readonly Random random;
    private readonly List<Acknowledged> acknowledged = [];

    private StepLoad(SqliteStore store, string walFile, Random random) => (this.store, this.walFile, this.random) = (store, walFile, random);

    /// <summary>Fills a store with steps and leaves it as a crash would: nothing is closed or checkpointed.</summary>
    /// <param name="before">Gets the database file before the first step, the log empty.</param>
    /// <param name="after">Gets the database file and its log after the last.</param>
    public static async Task<IReadOnlyList<Acknowledged>> RunAsync(int steps, int seed, string before, string after)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("hub.db");
        await using (var first = SqliteStore.Open(file, TimeProvider.System))
        {
            for (var worker = 1; worker <= Workers; worker++)
                await first.RegisterStreamsAsync([new("crm", Name(worker))], CancellationToken.None);
        }

        File.Copy(file, before);
        await using var filled = SqliteStore.Open(file, TimeProvider.System);
        var load = new StepLoad(filled, file + "-wal", new Random(seed));
        await load.RunAsync(steps);
        File.Copy(file, after);
        File.Copy(file + "-wal", after + "-wal");
        return load.acknowledged;
    }

    /// <summary>Says what is wrong with a store after a crash; null when every acknowledged step is whole and none is there by half.</summary>
    public static string? Fault(SqliteConnection connection, IReadOnlyList<int> acknowledgedSteps)
    {
        for (var worker = 1; worker <= Workers; worker++)
        {
            var steps = Number(connection, $"SELECT ifnull(max(count), 0) FROM tally WHERE stream = {worker}");
            if (steps < acknowledgedSteps[worker - 1])
                return Text($"worker {worker}: {acknowledgedSteps[worker - 1]} steps were acknowledged, {steps} are there");
            if (Number(connection, $"SELECT revision FROM stream WHERE number = {worker}") is var revision && revision != steps + 1)
                return Text($"worker {worker}: {steps} steps, but the progress is at revision {revision}");
            if (Number(connection, $"SELECT count(*) FROM source_record WHERE stream = {worker}") is var records && records != steps * RecordsEach)
                return Text($"worker {worker}: {steps} steps, but {records} records");
        }

        var all = Number(connection, "SELECT ifnull(sum(count), 0) FROM tally");
        if (Number(connection, "SELECT count(*) FROM audit_entry") is var entries && entries != all * EntriesEach)
            return Text($"{all} steps, but {entries} audit entries");
        return Number(connection, "SELECT count(*) FROM golden_record") is var golden && golden != all ? Text($"{all} steps, but {golden} golden records") : null;
    }

    /// <summary>Each worker goes on by itself, on a thread of its own: whoever comes while another commits is committed in its group.</summary>
    private async Task RunAsync(int steps) => await Task.WhenAll(Enumerable.Range(1, Workers).Select(worker => Task.Run(async () =>
    {
        var lease = await store.LeaseAsync($"read:{Name(worker)}");
        for (var step = 1; step <= steps; step++)
        {
            await StepAsync(lease, worker, step);
            Acknowledge(worker, step);
        }
    })));

    private void Acknowledge(int worker, int step)
    {
        lock (acknowledged)
        {
            var steps = acknowledged.Count == 0 ? new int[Workers] : [.. acknowledged[^1].Steps];
            steps[worker - 1] = step;
            acknowledged.Add(new(new FileInfo(walFile).Length, steps));
        }
    }

    private async Task StepAsync(Lease lease, int worker, int number)
    {
        var progress = await store.LoadProgressAsync(worker, CancellationToken.None);
        var raw = new byte[Draw()];
        await store.CommitAsync(lease, Some.Step(step =>
        {
            step.Progress = progress with { Checkpoint = number.ToString(CultureInfo.InvariantCulture) };
            for (var i = 0; i < RecordsEach; i++)
                step.Landed.Add(new(Some.Record((((number * 10) + worker) * 10) + i, worker) with { Raw = raw }));
            step.GoldenRecords.Add(Some.Golden((number * 10) + worker));
            step.Tallies.Add(new(0, worker, "landed", 1));
            for (var i = 0; i < EntriesEach; i++)
                step.Audit.Add(Some.Entry("record.landed"));
        }), CancellationToken.None);
    }

    // Some payloads fill several pages, most share one.
    private int Draw()
    {
        lock (random)
            return random.Next(4) == 0 ? random.Next(4_000, 12_000) : random.Next(20, 400);
    }

    private static string Name(int worker) => Text($"people-{worker}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static int Number(SqliteConnection connection, FormattableString sql) => Number(connection, Text(sql));

    private static int Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
