using System.Security.Cryptography;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Hub.Composition;

/// <summary>The folder with database and key.</summary>
internal static class DataFolder
{
    private const int KeyBytes = 32;

    /// <summary>Makes folder and key where there are none yet.</summary>
    /// <returns>Digests with the installation's key.</returns>
    /// <exception cref="HubOpenException">The key is missing or broken beside a database that was made with it, or the folder cannot be used.</exception>
    public static KeyedDigests Open(HubFile hub)
    {
        try
        {
            CreatePrivate(hub.DataFolder);
            return new KeyedDigests(File.Exists(hub.KeyFile) ? ReadKey(hub) : MakeKey(hub));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HubOpenException(
                $"The data folder {hub.DataFolder} cannot be used ({failure.GetType().Name}). Give the hub's account the right to read and write it, or set store.folder in hub.json.", failure);
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static byte[] ReadKey(HubFile hub)
    {
        var key = File.ReadAllBytes(hub.KeyFile);
        return key.Length == KeyBytes
            ? key
            : throw new HubOpenException($"The key file {hub.KeyFile} has {key.Length} bytes; {KeyBytes} were expected. Restore it from the backup of the database beside it.");
    }

    private static byte[] MakeKey(HubFile hub)
    {
        if (File.Exists(hub.DatabaseFile))
        {
            throw new HubOpenException(
                $"The database {hub.DatabaseFile} is there and its key {hub.KeyFile} is not. With another key nothing would be found again. "
                + "Restore the key from the backup, or move the database away to begin anew.");
        }

        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(hub.KeyFile, options);
        file.Write(key);
        file.Flush(flushToDisk: true);
        return key;
    }
}
