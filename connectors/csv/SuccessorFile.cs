using System.Runtime.InteropServices;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>A file's next state, beside it until it takes its place: on disk first, then under the name, then the name on disk.</summary>
internal sealed partial class SuccessorFile : IDisposable
{
    private readonly string file;
    private readonly string path;
    private readonly FileStream disk;
    private readonly BufferedStream stream;

    /// <param name="file">The file that will be replaced. The caller holds its lock.</param>
    public SuccessorFile(string file)
    {
        this.file = file;
        path = Beside(file, "next");
        disk = Guard(file, () => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0));
        stream = new(disk, 1 << 16);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(disk.SafeFileHandle, File.GetUnixFileMode(file));
    }

    /// <summary>Keeps the other writers of this hub away from a file. The lock file stays: to delete it would let two in.</summary>
    /// <exception cref="ConnectorException">Another writer holds it (<see cref="FailureKind.Transient"/>).</exception>
    public static IDisposable Lock(string file) =>
        Guard(file, () => new FileStream(Beside(file, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));

    public async Task WriteAsync(Func<Stream, Task> write)
    {
        try
        {
            await write(stream);
        }
        catch (IOException failure)
        {
            throw Failed(file, failure);
        }
    }

    /// <summary>Brings the content to disk.</summary>
    public void Complete() => Guard(file, () =>
    {
        stream.Flush();
        disk.Flush(flushToDisk: true);
        stream.Dispose();
        return true;
    });

    /// <summary>Replaces the file. After a crash there is the old one or the new one, never half of one.</summary>
    public void TakePlace()
    {
        Guard(file, () =>
        {
            File.Move(path, file, overwrite: true);
            return true;
        });
        SyncFolder(Path.GetDirectoryName(file)!);
    }

    public void Dispose()
    {
        stream.Dispose();
        File.Delete(path);
    }

    private static string Beside(string file, string kind) => Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.{kind}");

    private static T Guard<T>(string file, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Blocked, "csv.access", $"{file}: the hub may not write in this folder, so nothing "
                + "was written. Give its account the right to.");
        }
        catch (IOException failure)
        {
            throw Failed(file, failure);
        }
    }

    private static ConnectorException Failed(string file, IOException failure) => new(FailureKind.Transient, "csv.io",
        $"{file}: the file cannot be rewritten now ({failure.GetType().Name}): it is locked by another writer, or the disk is full. "
            + "Nothing was written.", failure);

    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
