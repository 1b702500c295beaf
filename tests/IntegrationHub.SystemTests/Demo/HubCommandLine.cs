using System.Diagnostics;

namespace IntegrationHub.SystemTests.Demo;

/// <summary>What a finished process said.</summary>
internal sealed record FinishedProcess(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Error}";
}

/// <summary>The real executable, beside the tests.</summary>
internal static class HubCommandLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Starts it; whoever asked waits for its end.</summary>
    public static Process Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hub.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        return Process.Start(start) ?? throw new InvalidOperationException("The hub could not be started.");
    }

    public static async Task<FinishedProcess> RunAsync(IReadOnlyList<string> arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'hub {string.Join(' ', arguments)}' did not end within {Patience}.", late);
        }

        return new(process.ExitCode, await output, await error);
    }
}

/// <summary>A folder for one test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-system-");

    public string Path => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);
}
