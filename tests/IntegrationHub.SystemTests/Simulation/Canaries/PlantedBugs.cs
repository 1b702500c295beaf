namespace IntegrationHub.SystemTests.Simulation.Canaries;

/// <summary>The bugs that can be planted, by name, and what waits for parts that the hub does not have yet.</summary>
internal static class PlantedBugs
{
    private static readonly SortedDictionary<string, Func<Canary>> All = new(StringComparer.Ordinal)
    {
        ["ack-before-commit"] = static () => new StoreBug(static (store, _, _) => new AcknowledgesFirst(store)),
        ["inbox-skipped"] = static () => new StoreBug(static (store, _, _) => new SkipsInbox(store)),
        ["key-without-version"] = static () => new StoreBug(static (store, _, _) => new KeysWithoutVersion(store)),
        ["audit-after-commit"] = static () => new StoreBug(static (store, _, _) => new AuditsLater(store)),
        ["blind-create-retry"] = static () => new RetriesBlindly(),
        ["echo-guard-off"] = static () => new StoreBug(static (store, _, _) => new ForgetsEchoes(store)),
        ["arrival-order-merge"] = static () => new StoreBug(static (store, world, _) => new OrdersByArrival(store, world)),
        ["local-clock-wins"] = static () => new UsesOwnClock(),
        ["lease-without-fence"] = static () => new StoreBug(static (store, _, _) => new SharesLeases(store)),
        ["retry-after-ignored"] = static () => new IgnoresRetryAfter(),
        ["dead-letters-in-memory"] = static () => new StoreBug(static (store, _, _) => new KeepsDeadLettersInMemory(store)),
        ["partial-batch-is-success"] = static () => new TakesPartForWhole(),
        ["half-hour-memory"] = static () => new RemembersHalfAnHour(),
        ["cursor-before-page"] = static () => new StoreBug(static (store, _, _) => new StoresCheckpointFirst(store)),
        ["delete-resurrects"] = static () => new StoreBug(static (store, _, _) => new Resurrects(store)),
        ["etag-ignored"] = static () => new IgnoresVersions(),
        ["hash-tie-break"] = static () => new StoreBug(static (store, _, start) => new BreaksTiesByHash(store, start)),
    };

    // Those that have been hunted down; the others are looked for with "simulate --canary".
    private static readonly Dictionary<string, (int Seed, int Steps)> Finders = new(StringComparer.Ordinal)
    {
        ["ack-before-commit"] = (1, 150),
        ["arrival-order-merge"] = (3, 150),
        ["audit-after-commit"] = (21, 150),
        ["blind-create-retry"] = (3, 150),
        ["dead-letters-in-memory"] = (2, 150),
        ["etag-ignored"] = (1, 150),
        ["half-hour-memory"] = (2, 150),
        ["hash-tie-break"] = (1, 150),
        ["inbox-skipped"] = (1, 150),
        ["key-without-version"] = (1, 150),
        ["retry-after-ignored"] = (1, 150),
    };

    /// <summary>The seed, and the steps of its script, that finds a bug.</summary>
    public static (int Seed, int Steps) FoundBy(string name) => Finders[name];

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static Canary? Find(string name) => All.TryGetValue(name, out var make) ? make() : null;
}
