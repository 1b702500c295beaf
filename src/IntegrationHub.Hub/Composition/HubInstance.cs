using IntegrationHub.Abstractions;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Composition;

/// <summary>What a hub is opened for.</summary>
internal enum HubPurpose
{
    /// <summary>To look and to decide: beside a running hub, without its lock, under a name of its own in leases.</summary>
    Administer,

    /// <summary>To read and deliver: one process at a time on one data folder.</summary>
    Work,

    /// <summary>To read and deliver when no hub runs on the data folder, else to look and to decide beside it.</summary>
    WorkIfFree,
}

/// <summary>A hub put together from its configuration. Who opens it disposes it.</summary>
internal sealed class HubInstance : IAsyncDisposable
{
    private readonly DataFolderLock? folderLock;
    private readonly ConnectorSet connectors;

    private HubInstance(
        HubConfiguration configuration, SqliteStore database, ObservedStore observed, HubSettings settings, SyncContext context, ConnectorSet connectors, DataFolderLock? folderLock)
    {
        Configuration = configuration;
        Database = database;
        Observed = observed;
        Settings = settings;
        Context = context;
        Way = new RecordWay(context);
        this.connectors = connectors;
        this.folderLock = folderLock;
    }

    public HubConfiguration Configuration { get; }

    /// <summary>The store as it is, for queries and acts.</summary>
    public SqliteStore Database { get; }

    /// <summary>The store as the workers see it: it counts, and wakes who has work.</summary>
    public ObservedStore Observed { get; }

    public IStore Store => Observed;

    public HubSettings Settings { get; }

    public SyncContext Context { get; }

    public RecordWay Way { get; }

    /// <summary>Whether this process holds the data folder, so that it may read and deliver.</summary>
    public bool MayWork => folderLock is not null;

    /// <summary>Opens store and key, and makes the connectors. Calls no system.</summary>
    /// <param name="configuration">Checked.</param>
    /// <param name="clock">The only clock from here on.</param>
    /// <param name="purpose">Decides about the lock.</param>
    /// <param name="wakeUps">Who is told about new work; null tells nobody.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="HubOpenException">The data folder is in use, its key is missing, or it cannot be opened; the message says what to do.</exception>
    /// <exception cref="ConnectorException">A connector refuses its options; the message names the option.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be opened.</exception>
    public static async Task<HubInstance> OpenAsync(
        HubConfiguration configuration, TimeProvider clock, HubPurpose purpose, IWakeUps? wakeUps, CancellationToken cancellationToken)
    {
        var hub = configuration.Hub;
        var digests = DataFolder.Open(hub);
        var taken = purpose switch
        {
            HubPurpose.Work => DataFolderLock.Take(hub.LockFile),
            HubPurpose.WorkIfFree => DataFolderLock.TryTake(hub.LockFile),
            _ => null,
        };
        SqliteStore? database = null;
        ConnectorSet? made = null;
        try
        {
            database = SqliteStore.Open(hub.DatabaseFile, clock);
            made = ConnectorSet.Make(configuration, clock);
            var numbers = await database.RegisterStreamsAsync(made.StreamNames, cancellationToken);
            var settings = new HubSettings(made.ToRuntimes(numbers), configuration.Matching, configuration.Survivorship, configuration.Validator);
            var observed = new ObservedStore(database, settings, wakeUps);
            var context = new SyncContext(observed, settings, digests, clock, new Random(), Owner(hub, mayWork: taken is not null)) { Options = hub.Sync };
            return new(configuration, database, observed, settings, context, made, taken);
        }
        catch
        {
            if (made is not null)
                await made.DisposeAsync();
            if (database is not null)
                await database.DisposeAsync();
            taken?.Dispose();
            throw;
        }
    }

    /// <summary>Asks each connector whether the system is there and what the configuration claims is true.</summary>
    /// <returns>The findings of each connection, none when all is well; a connector that fails is a finding.</returns>
    public Task<IReadOnlyList<ProbeResult>> ProbeAsync(CancellationToken cancellationToken) => connectors.ProbeAsync(Context.Options.CallTimeout, Context.Clock, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await connectors.DisposeAsync();
        await Database.DisposeAsync();
        folderLock?.Dispose();
    }

    // A second process must never be taken for the first: leases are renewed by name.
    private static string Owner(HubFile hub, bool mayWork) =>
        mayWork ? hub.Node : $"{hub.Node}/admin/{Environment.ProcessId}";
}
