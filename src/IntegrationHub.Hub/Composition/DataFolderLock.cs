using System.Text;

namespace IntegrationHub.Hub.Composition;

/// <summary>Holds a data folder for one working process; the operating system lets go of it when the process ends, however it ends.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream file;

    private DataFolderLock(FileStream file) => this.file = file;

    /// <exception cref="HubOpenException">Another process holds the folder.</exception>
    public static DataFolderLock Take(string lockFile)
    {
        try
        {
            return Open(lockFile);
        }
        catch (IOException taken)
        {
            throw new HubOpenException(
                $"Another hub works on {Path.GetDirectoryName(lockFile)} (it holds {Path.GetFileName(lockFile)}). "
                + "Two of them on one folder would get in each other's way: stop the other one first, or give this one a store.folder of its own.", taken);
        }
    }

    /// <returns>Null when another process holds the folder.</returns>
    public static DataFolderLock? TryTake(string lockFile)
    {
        try
        {
            return Open(lockFile);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static DataFolderLock Open(string lockFile)
    {
        var held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        held.SetLength(0);
        held.Write(Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
        held.Flush();
        return new(held);
    }

    public void Dispose() => file.Dispose();
}
