using System.Diagnostics;
using System.Globalization;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Fixtures;

/// <summary>A file system in memory of a size that can be changed while it is used. Needs Linux and root; elsewhere the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private SmallDisk()
    {
    }

    public string Path => folder.Path;

    public static SmallDisk Mount(int kibibytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            Assert.Skip("A small file system can be mounted by root on Linux alone.");
        var disk = new SmallDisk();
        if (Run("mount", "-t", "tmpfs", "-o", Size(kibibytes), "none", disk.Path) == 0)
            return disk;
        disk.folder.Dispose();
        Assert.Skip("This machine does not let root mount a file system, as some containers do not.");
        return disk;
    }

    public void Resize(int kibibytes) => Assert.Equal(0, Run("mount", "-o", $"remount,{Size(kibibytes)}", Path));

    public void Dispose()
    {
        _ = Run("umount", "--lazy", Path);
        folder.Dispose();
    }

    private static string Size(int kibibytes) => string.Create(CultureInfo.InvariantCulture, $"size={kibibytes}k");

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
