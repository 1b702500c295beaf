using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace IntegrationHub.SystemTests.Fixtures;

/// <summary>How a <c>hub</c> process ended and what it said.</summary>
internal sealed record HubResult(int ExitCode, string Output, string Error)
{
    /// <summary>What a command with <c>--json</c> wrote.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
}

/// <summary>The executable <c>hub</c>, built beside the tests, as a process of its own.</summary>
internal sealed class HubProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new(), error = new();

    private HubProcess(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "hub.exe" : "hub");

    /// <summary>Nothing that the process did is older.</summary>
    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    public bool HasExited => process.HasExited;

    /// <param name="variables">Environment variables of the process beside those of the tests.</param>
    public static HubProcess Start(IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        StartProgram(variables, Executable, arguments);

    /// <summary>Starts a program that runs the hub in its turn, such as <c>prlimit</c>.</summary>
    public static HubProcess StartProgram(IReadOnlyDictionary<string, string> variables, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new(start);
    }

    /// <summary>SIGKILL: nothing of the process runs after this. Returns once it is gone.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public async Task<HubResult> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The hub did not end within {Patience}. It said:\n{string.Join('\n', output)}\n{string.Join('\n', error)}", late);
        }

        return new(process.ExitCode, string.Join('\n', output), string.Join('\n', error));
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
