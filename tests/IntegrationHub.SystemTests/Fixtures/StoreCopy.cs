using Dapper;
using IntegrationHub.UnitTests.Fixtures;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.SystemTests.Fixtures;

/// <summary>The hub's store as it lies on disk, seen on a copy: whoever looks changes nothing.</summary>
internal sealed class StoreCopy : IDisposable
{
    private const int Attempting = 1, Dead = 3, Planned = 0;

    private readonly TemporaryFolder folder = new();
    private readonly SqliteConnection connection;

    public StoreCopy(string databaseFile)
    {
        foreach (var ending in new[] { "", "-wal" })
        {
            if (File.Exists(databaseFile + ending))
                File.Copy(databaseFile + ending, folder.File("hub.db" + ending));
        }

        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = folder.File("hub.db"), Pooling = false }.ToString());
        connection.Open();
    }

    /// <summary>"ok" when the file is whole.</summary>
    public string Integrity => connection.ExecuteScalar<string>("PRAGMA integrity_check")!;

    /// <summary>Whether the schema is not there yet.</summary>
    public bool IsEmpty => connection.ExecuteScalar<int>("PRAGMA user_version") == 0;

    /// <summary>Writes that were attempted and are not settled.</summary>
    public int AttemptingCount(string connectionName) => Deliveries(connectionName, Attempting);

    /// <summary>Of those the ones that were attempted since a time.</summary>
    public int AttemptingCount(string connectionName, DateTimeOffset since) => connection.ExecuteScalar<int>(
        "SELECT count(*) FROM delivery JOIN stream ON stream.number = delivery.stream WHERE delivery.state = 1 AND stream.connection = @connectionName AND attempted_at >= @Since",
        new { connectionName, Since = since.ToUnixTimeMilliseconds() });

    /// <summary>Writes that are still to be made.</summary>
    public int PlannedCount(string connectionName) => Deliveries(connectionName, Planned);

    public int DeadCount(string connectionName) => Deliveries(connectionName, Dead);

    /// <summary>Records that are landed and wait to be refined.</summary>
    public int LandedCount => connection.ExecuteScalar<int>("SELECT count(*) FROM source_record WHERE stage = 0");

    /// <summary>Streams whose first read has not ended.</summary>
    public int UnreadCount => connection.ExecuteScalar<int>("SELECT count(*) FROM stream WHERE initial_read_done = 0");

    public void Dispose()
    {
        connection.Dispose();
        folder.Dispose();
    }

    private int Deliveries(string connectionName, int state) => connection.ExecuteScalar<int>(
        "SELECT count(*) FROM delivery JOIN stream ON stream.number = delivery.stream WHERE delivery.state = @state AND stream.connection = @connectionName",
        new { state, connectionName });
}
