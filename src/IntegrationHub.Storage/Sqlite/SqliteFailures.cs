using IntegrationHub.Sync.Store;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>What SQLite's result codes mean to the hub (https://www.sqlite.org/rescode.html).</summary>
internal static class SqliteFailures
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, Constraint = 19, NotADatabase = 26;

    public static bool IsConstraint(SqliteException exception) => exception.SqliteErrorCode == Constraint;

    public static StoreUnavailableException Translate(SqliteException exception) => exception.SqliteErrorCode switch
    {
        Busy or Locked => new("store.locked", "The database is locked by another program. Nothing was committed; a running hub tries again by itself. Close the program that holds it.", exception),
        Full => new("store.full", "The disk of the database is full. Nothing was committed; the hub goes on when there is room. Free space, or move the data folder.", exception),
        ReadOnly or CannotOpen => new("store.access", "The database cannot be opened for writing. Nothing was committed. Check the data folder's owner and rights.", exception),
        InputOutput => new("store.io", "The disk of the database failed to read or write. Nothing was committed. Check the disk and its free space.", exception),
        Corrupt or NotADatabase => new("store.corrupt", "The database file is damaged. Nothing was committed. Stop the hub and restore a backup.", exception),
        _ => new("store.failed", $"The database refused a statement (SQLite code {exception.SqliteErrorCode}, {exception.SqliteExtendedErrorCode}). Nothing was committed.", exception),
    };
}
