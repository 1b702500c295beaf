using Microsoft.Data.Sqlite;

namespace IntegrationHub.SystemTests.Fixtures;

/// <summary>Looks at a running hub's deliveries through a connection that can only read.</summary>
internal sealed class AttemptWatch : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand command;

    private AttemptWatch(string databaseFile)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = databaseFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        command = connection.CreateCommand();
        // Two streams; the partial index of open deliveries answers this without touching the settled ones.
        command.CommandText = "SELECT coalesce(sum(id), 0) FROM delivery WHERE stream IN (1, 2) AND state = 1 AND state <> 2";
    }

    /// <returns>Null while there is no store to look at yet.</returns>
    public static AttemptWatch? TryOpen(string databaseFile)
    {
        if (!File.Exists(databaseFile))
            return null;
        AttemptWatch? watch = null;
        try
        {
            watch = new AttemptWatch(databaseFile);
            _ = watch.Batch();
            return watch;
        }
        catch (SqliteException)
        {
            // Just being made: looked for again.
            watch?.Dispose();
            return null;
        }
    }

    /// <summary>A number that stands for the batch whose writes are attempted now; 0 when none is.</summary>
    public long Batch() => (long)command.ExecuteScalar()!;

    public void Dispose()
    {
        command.Dispose();
        connection.Dispose();
    }
}
