using Microsoft.Data.Sqlite;

namespace IntegrationHub.SystemTests.Fixtures;

/// <summary>Looks at a running hub's deliveries through a connection that can only read.</summary>
internal sealed class AttemptWatch : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand command;

    private AttemptWatch(string databaseFile, DateTimeOffset since)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = databaseFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        command = connection.CreateCommand();
        // Two streams; the partial index of open deliveries answers this without touching the settled ones.
        command.CommandText = "SELECT coalesce(max(attempted_at), 0) FROM delivery WHERE stream IN (1, 2) AND state = 1 AND state <> 2 AND attempted_at >= $since";
        command.Parameters.AddWithValue("$since", since.ToUnixTimeMilliseconds());
    }

    /// <param name="since">What was attempted earlier is an earlier process's and does not count.</param>
    /// <returns>Null while there is no store to look at yet.</returns>
    public static AttemptWatch? TryOpen(string databaseFile, DateTimeOffset since)
    {
        if (!File.Exists(databaseFile))
            return null;
        AttemptWatch? watch = null;
        try
        {
            watch = new AttemptWatch(databaseFile, since);
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

    /// <summary>A number that stands for the latest batch whose writes are attempted now; 0 when none is.</summary>
    public long Batch() => (long)command.ExecuteScalar()!;

    public void Dispose()
    {
        command.Dispose();
        connection.Dispose();
    }
}
