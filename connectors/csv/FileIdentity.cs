using System.Globalization;
using System.Security.Cryptography;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>What a file looks like from outside: enough to see that nobody touched it.</summary>
internal readonly record struct FileStamp(long Length, long ModifiedTicks)
{
    public static FileStamp Of(string file)
    {
        var entry = new FileInfo(file);
        return entry.Exists ? new(entry.Length, entry.LastWriteTimeUtc.Ticks) : throw Missing(file);
    }

    public static ConnectorException Missing(string file) => new(FailureKind.Transient, "csv.missing",
        $"{file}: the file is not there. Export it again, or correct 'folder' and 'file'.");
}

/// <summary>How far a file was read: which file exactly, and the last row that was shown.</summary>
/// <param name="Row">The number of the last row that was read; <see cref="End"/> when it was the last of the file.</param>
internal sealed record CsvCheckpoint(FileStamp Stamp, string ContentHash, long Row)
{
    public const long End = -1;
    private const string Version = "1";

    public static CsvCheckpoint? Read(Checkpoint? checkpoint)
    {
        if (checkpoint is null)
            return null;
        var parts = checkpoint.Value.Split(' ');
        return parts.Length == 5 && parts[0] == Version
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var length)
            && long.TryParse(parts[2], CultureInfo.InvariantCulture, out var ticks)
            && long.TryParse(parts[4], CultureInfo.InvariantCulture, out var row)
            ? new(new(length, ticks), parts[3], row)
            : null; // Another version's: the file is read from its first row, which loses nothing.
    }

    public Checkpoint Write() => new(string.Create(CultureInfo.InvariantCulture, $"{Version} {Stamp.Length} {Stamp.ModifiedTicks} {ContentHash} {Row}"));
}

internal static class FileContent
{
    public static FileStream Open(string file)
    {
        try
        {
            return new(file, new FileStreamOptions
            {
                // Exporters write, replace and delete their files while we read: never be in their way.
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.SequentialScan | FileOptions.Asynchronous,
                BufferSize = 0,
            });
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw FileStamp.Missing(file);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Blocked, "csv.access", $"{file}: the hub may not read the file. Give its account the right to.");
        }
    }

    /// <summary>SHA-256 of the file's bytes, in hexadecimal.</summary>
    public static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = Open(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
