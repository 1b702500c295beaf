using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace IntegrationHub.Benchmarks.Sync;

/// <summary>
/// <c>sync --golden N [--records N] [--folder DIR]</c>: what a record costs when the hub holds N people already. The hub is filled by itself, from CSV to golden
/// records to the table; then, after 5,000 rows that only warm the process up, so many further rows are taken the whole way and timed: half are of new
/// people, half change somebody who is there. With <c>--folder</c> the filled hub is kept and used again; <c>--records 0</c> only fills it.
/// </summary>
internal static class GrowthCommand
{
    private const int WarmUp = 5_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var people = int.Parse(SyncCommand.Option(args, "--golden")!, CultureInfo.InvariantCulture);
        var records = int.Parse(SyncCommand.Option(args, "--records") ?? "20000", CultureInfo.InvariantCulture);
        var kept = SyncCommand.Option(args, "--folder");
        var folder = Directory.CreateDirectory(Path.GetFullPath(Path.Combine(kept ?? Directory.CreateTempSubdirectory("hub-bench-").FullName, $"golden-{people}"))).FullName;
        try
        {
            await FillAsync(folder, people);
            if (records > 0)
                await MeasureAsync(folder, people, records);
            return 0;
        }
        finally
        {
            if (kept is null)
                Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        }
    }

    private static async Task FillAsync(string folder, int people)
    {
        var csv = Path.Combine(folder, "customers.csv");
        if (File.Exists(csv))
            return;
        using (var connection = SyncCommand.OpenSqlite(Path.Combine(folder, "target.db")))
        using (var create = connection.CreateCommand())
        {
            create.CommandText = $"CREATE TABLE customers ({SyncCommand.Columns})";
            create.ExecuteNonQuery();
        }

        CustomerFile.WritePeople(csv, people);
        CustomerFile.WritePeople(Path.Combine(folder, "more.csv"), 0);
        await TakeAsync(folder, "more", 0, null);
        await TakeAsync(folder, "customers", people, "filled");
    }

    private static async Task MeasureAsync(string folder, int people, int records)
    {
        // Rows are added: what is there stays there, or the next read would take it for deleted.
        CustomerFile.AddMore(Path.Combine(folder, "more.csv"), WarmUp, people);
        await TakeAsync(folder, "more", WarmUp, null);
        CustomerFile.AddMore(Path.Combine(folder, "more.csv"), records, people);
        await TakeAsync(folder, "more", records, "measured");
    }

    private static async Task TakeAsync(string folder, string name, int rows, string? title)
    {
        var options = $$"""{ "provider": "sqlite", "file": {{JsonSerializer.Serialize(Path.Combine(folder, "target.db"))}} }""";
        await using var hub = await HubRun.OpenAsync(folder, [Path.Combine(folder, "customers.csv"), Path.Combine(folder, "more.csv")], options, SyncCommand.Schemas());
        var golden = await hub.CountGoldenAsync();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var phases = await hub.TakeAsync(name);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        if (title is null)
            return;
        Console.WriteLine($"""
            {title}: {rows:N0} rows on {golden:N0} golden records: {rows / phases.Whole.TotalSeconds:N0} records/s ({phases.Whole.TotalSeconds:F1} s: read to plan {phases.ReadAndRefine.TotalSeconds:F1} s, deliver {phases.Deliver.TotalSeconds:F1} s of {phases.Delivered:N0})
              processor time {cpu.TotalSeconds * 1000 / rows:F3} ms a record, peak memory {SyncCommand.PeakMegabytes():N0} MB, store {new FileInfo(Path.Combine(folder, "hub.db")).Length / 1048576.0:F0} MB
            """);
    }
}
