using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IntegrationHub.UnitTests.Fixtures;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace IntegrationHub.UnitTests.Fixtures;

/// <summary>
/// A private PostgreSQL for one test run, started by the first test that asks for a database, stopped and deleted at the end. The
/// variable INTEGRATIONHUB_TEST_POSTGRES, a connection string of an account that may create databases, wins when it is set.
/// Without either, tests are skipped with the reason; where CI is "true" they fail.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "hub";
    private static int databases;
    private readonly System.Collections.Concurrent.ConcurrentBag<string> made = [];
    private readonly Lazy<Task<Started>> started;
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"integrationhub-postgres-{Environment.ProcessId}");

    public PostgresServer() => started = new(StartAsync);

    /// <summary>Makes an empty database of its own for a test.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        var server = await started.Value;
        if (server.ConnectionString is null)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail(server.Missing);
            Assert.Skip(server.Missing);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"hub_test_{Environment.ProcessId}_{Interlocked.Increment(ref databases)}");
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        made.Add(name);
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (!started.IsValueCreated)
            return;
        var server = await started.Value;
        NpgsqlConnection.ClearAllPools();
        if (server.Binaries is not { } binaries)
        {
            await DropAsync(server.ConnectionString);
            return;
        }

        await RunAsync(binaries, "pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    // Somebody else's server is left as it was.
    private async Task DropAsync(string? connectionString)
    {
        if (connectionString is null)
            return;
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        foreach (var name in made)
        {
            await using var command = new NpgsqlCommand($"DROP DATABASE {name} WITH (FORCE)", connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private string Data => Path.Combine(folder, "data");

    private async Task<Started> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("INTEGRATIONHUB_TEST_POSTGRES") is { Length: > 0 } given)
            return new(given, null, "");
        if (OperatingSystem.IsWindows())
            return new(null, null, "There is no PostgreSQL: set INTEGRATIONHUB_TEST_POSTGRES to a connection string.");
        if (FindBinaries() is not { } binaries)
        {
            var said = await InstallAsync();
            if (FindBinaries() is not { } installed)
                return new(null, null, $"There is no PostgreSQL ({said}): install it, or set INTEGRATIONHUB_TEST_POSTGRES to a connection string.");
            binaries = installed;
        }

        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess)
            await ProcessAsync("chown", ["postgres:", folder]);
        var initialised = await RunAsync(binaries, "initdb", "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        if (initialised.ExitCode != 0)
            return new(null, null, $"initdb failed: {initialised.Output}");
        return await StartServerAsync(binaries);
    }

    private async Task<Started> StartServerAsync(string binaries)
    {
        // Between finding a free port and taking it somebody else may take it: then another one.
        var said = "";
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var port = FreePort();
            var settings = string.Create(CultureInfo.InvariantCulture,
                $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off -c max_connections=200 -c timezone=UTC -c jit=off");
            var begun = await RunAsync(binaries, "pg_ctl", "-D", Data, "-l", Path.Combine(folder, "log"), "-w", "-t", "60", "-o", settings, "start");
            if (begun.ExitCode == 0)
                return new(string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username={User};Database=postgres"), binaries, "");
            said = begun.Output;
        }

        return new(null, null, $"PostgreSQL did not start: {said}");
    }

    // The server refuses to run as root: the package's own account does it then.
    private static Task<(int ExitCode, string Output)> RunAsync(string binaries, string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? ProcessAsync("runuser", ["-u", "postgres", "--", Path.Combine(binaries, program), .. arguments])
            : ProcessAsync(Path.Combine(binaries, program), arguments);

    private static async Task<string> InstallAsync()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return "and this account cannot install it";
        // The package's own cluster is not wanted.
        Directory.CreateDirectory("/etc/postgresql-common/createcluster.d");
        await File.WriteAllTextAsync("/etc/postgresql-common/createcluster.d/no-main.conf", "create_main_cluster = false\n");
        await ProcessAsync("apt-get", ["update", "-qq", "-o", "DPkg::Lock::Timeout=300"]);
        var (exitCode, _) = await ProcessAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "postgresql"]);
        return string.Create(CultureInfo.InvariantCulture, $"apt-get install ended with {exitCode}");
    }

    private static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault()
        : null;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<(int ExitCode, string Output)> ProcessAsync(string program, string[] arguments)
    {
        // The server outlives pg_ctl and would keep a pipe open: its output goes to its log, and only what pg_ctl says before is read.
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(TimeSpan.FromMinutes(10)))
            process.Kill();
        await Task.CompletedTask;
        return (process.ExitCode, string.Join(' ', said).Trim());
    }

    /// <param name="Binaries">Null for a server that is somebody else's to stop.</param>
    private sealed record Started(string? ConnectionString, string? Binaries, string Missing);
}
