using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Fixtures;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>Where a store under test keeps its data, so that it can be opened again as after a crash.</summary>
internal sealed class StorePlace : IAsyncDisposable
{
    private static int databases;
    private readonly List<IAsyncDisposable> open = [];
    private readonly Func<IStore> factory;

    private StorePlace(Func<TimeProvider, IStore> factory) => this.factory = () => factory(Clock);

    public ManualClock Clock { get; } = new();

    public TemporaryFolder? Folder { get; private init; }

    /// <param name="kind">As <see cref="StoreCompliance.Stores"/> names them.</param>
    public static StorePlace Of(string kind)
    {
        if (kind == "sqlite file")
        {
            var folder = new TemporaryFolder();
            return new(clock => SqliteStore.Open(Path.Combine(folder.Path, "hub.db"), clock)) { Folder = folder };
        }

        var name = $":memory:compliance-{Interlocked.Increment(ref databases)}";
        var place = new StorePlace(clock => SqliteStore.Open(name, clock));
        // A database in memory lives as long as somebody has it open.
        place.open.Add(place.factory());
        return place;
    }

    public IStore Open()
    {
        var store = factory();
        open.Add(store);
        return store;
    }

    /// <summary>Closes a store and opens another on the same data.</summary>
    public async Task<IStore> ReopenAsync(IStore store)
    {
        open.Remove(store);
        await store.DisposeAsync();
        return Open();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in open)
            await store.DisposeAsync();
        Folder?.Dispose();
    }
}
