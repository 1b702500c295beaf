using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IntegrationHub.Benchmarks.Sync;

/// <summary>
/// <c>sync [--records N] [--seed N] [--postgresql CONNECTION] [--skip-floor]</c>: customers from CSV to golden records to a table, beside the floor in the same run.
/// With <c>--golden N</c>: see <see cref="GrowthCommand"/>.
/// </summary>
internal static class SyncCommand
{
    public const string Columns =
        "id text PRIMARY KEY, given text, family text, email text, phone text, birth text, street text, city text, postcode text, country text, status text, role text";

    public static async Task<int> RunAsync(string[] args)
    {
        if (Option(args, "--golden") is not null)
            return await GrowthCommand.RunAsync(args);
        var records = int.Parse(Option(args, "--records") ?? "100000", CultureInfo.InvariantCulture);
        var seed = int.Parse(Option(args, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("hub-bench-").FullName;
        try
        {
            var csv = Path.Combine(folder, "customers.csv");
            var people = CustomerFile.Write(csv, records, seed);
            Console.WriteLine($"{records:N0} rows, {people:N0} people, {new FileInfo(csv).Length / 1048576.0:F1} MB, {Environment.ProcessorCount} cores");
            await MeasureAsync("SQLite", folder, csv, records, OpenSqlite, $$"""{ "provider": "sqlite", "file": {{JsonSerializer.Serialize(Path.Combine(folder, "target.db"))}} }""", args);
            if (Option(args, "--postgresql") is { } text)
                await MeasureAsync("PostgreSQL", folder, csv, records, _ => OpenPostgres(text), $$"""{ "provider": "postgresql", "connectionString": {{JsonSerializer.Serialize(text)}} }""", args);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(
        string target, string folder, string csv, int records, Func<string, DbConnection> open, string options, string[] args)
    {
        var floor = TimeSpan.Zero;
        if (!args.Contains("--skip-floor"))
        {
            using var connection = open(Path.Combine(folder, "floor.db"));
            var watch = Stopwatch.StartNew();
            Floor.Run(csv, connection);
            floor = watch.Elapsed;
        }

        using (var connection = open(Path.Combine(folder, "target.db")))
        using (var create = connection.CreateCommand())
        {
            create.CommandText = $"CREATE TABLE customers ({Columns})";
            create.ExecuteNonQuery();
        }

        var hubFolder = Directory.CreateDirectory(Path.Combine(folder, target)).FullName;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        HubRun.Phases phases;
        await using (var hub = await HubRun.OpenAsync(hubFolder, [csv], options, Schemas()))
            phases = await hub.TakeAsync("customers");
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine($"""
            {target}: whole {records / phases.Whole.TotalSeconds:N0} records/s ({phases.Whole.TotalSeconds:F1} s: read to plan {phases.ReadAndRefine.TotalSeconds:F1} s, deliver {phases.Deliver.TotalSeconds:F1} s of {phases.Delivered:N0})
              floor {(floor == TimeSpan.Zero ? "not run" : $"{records / floor.TotalSeconds:N0} records/s; ratio to the floor 1 : {phases.Whole / floor:F1}")}
              processor time {cpu.TotalSeconds:F1} s, peak memory {PeakMegabytes():N0} MB, store {new FileInfo(Path.Combine(hubFolder, "hub.db")).Length / 1048576.0:F0} MB
            """);
    }

    public static SqliteConnection OpenSqlite(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
        settings.ExecuteNonQuery();
        return connection;
    }

    private static NpgsqlConnection OpenPostgres(string text)
    {
        var connection = new NpgsqlConnection(text);
        connection.Open();
        using var drop = connection.CreateCommand();
        drop.CommandText = "DROP TABLE IF EXISTS floor; DROP TABLE IF EXISTS customers";
        drop.ExecuteNonQuery();
        return connection;
    }

    public static string Schemas()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IntegrationHub.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("Run it below the folder of IntegrationHub.sln."), "mappings", "schemas");
    }

    public static long PeakMegabytes() => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
        : Process.GetCurrentProcess().PeakWorkingSet64 / 1048576;

    public static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
