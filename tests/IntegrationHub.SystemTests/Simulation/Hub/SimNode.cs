using IntegrationHub.Sync;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Systems;
using IntegrationHub.SystemTests.Simulation.Time;

namespace IntegrationHub.SystemTests.Simulation.Hub;

/// <summary>One process of the hub: the real pipeline and the real store. It can be killed, started again, and stand still.</summary>
internal sealed class SimNode(World world, string name)
{
    private readonly Dictionary<string, Task> workers = new(StringComparer.Ordinal);
    private Life? life;
    private CrashPlan? crash;
    private (string Code, int CallsBefore, int Times)? storeFault;
    private DateTimeOffset standsStillUntil = DateTimeOffset.MinValue;
    private int starts;

    public string Name => name;

    public bool IsAlive => life is not null;

    public bool IsStandingStill => world.Time.Now < standsStillUntil;

    /// <summary>Called when a planned death has come.</summary>
    public Action WhenDead { get; set; } = static () => { };

    public RecordWay Way => life!.Way;

    public SyncContext Context => life!.Context;

    public IStoreQueries Queries => life!.Store;

    public bool IsBusy => workers.Values.Any(static task => !task.IsCompleted);

    /// <summary>Opens the store and begins; nothing is known but what the store holds.</summary>
    public async Task StartAsync()
    {
        starts++;
        workers.Clear();
        var own = new Life();
        var clock = new StepClock(world.Time, act => Wake(own, act)) { Offset = world.HubClock.Offset };
        own.Clock = clock;
        own.Store = SqliteStore.Open(world.Database, clock);
        life = own;
        var store = world.Planted.Wrap(new ProcessStore(new MirrorStore(own.Store, world), this), world, starts);
        var settings = await world.Configuration.BuildAsync(store, system => world.Planted.Wrap(world.ConnectorOf(system, this, act => Wake(own, act)), world));
        world.Register(settings.Streams);
        own.Context = new SyncContext(store, settings, world.Digests, clock, new Random(world.Seed + starts), name) { Options = world.Configuration.Options };
        own.Way = new RecordWay(own.Context);
    }

    public void SetClock(TimeSpan offset)
    {
        if (life is not null)
            life.Clock.Offset = offset;
    }

    /// <summary>Runs work of the process on its own, unless the worker of that name is still at it.</summary>
    public void Begin(string worker, Func<Task> work)
    {
        if (!IsAlive || IsStandingStill || (workers.TryGetValue(worker, out var running) && !running.IsCompleted))
            return;
        var own = life;
        var task = work();
        if (own == life && IsAlive)
            workers[worker] = WatchAsync(task);
    }

    /// <summary>The process dies at a point when it comes by for the so-manieth time.</summary>
    public void DieAt(string point, int pass) => crash = new(point, pass);

    public void FailStore(string code, int callsBefore, int times) => storeFault = (code, callsBefore, times);

    public void StandStill(TimeSpan duration) => standsStillUntil = world.Time.Now + duration;

    /// <summary>Nothing goes wrong any more.</summary>
    public void Recover()
    {
        crash = null;
        storeFault = null;
        standsStillUntil = DateTimeOffset.MinValue;
    }

    /// <summary>Passes a point.</summary>
    /// <returns>True when the process has just died there, or was dead.</returns>
    public bool Reach(string point)
    {
        world.Time.AssertOwnThread();
        if (!IsAlive)
            return true;
        if (crash is not { } plan || plan.Point != point)
            return false;
        if (plan.PassesLeft > 1)
        {
            crash = plan with { PassesLeft = plan.PassesLeft - 1 };
            return false;
        }

        crash = null;
        world.Trace.Crashes[point] = world.Trace.Crashes.GetValueOrDefault(point) + 1;
        Kill(point);
        WhenDead();
        return true;
    }

    public void Kill(string where)
    {
        if (life is not { } own)
            return;
        world.Trace.Note(world.Time.Now, $"{name} dies at {where}");
        world.Throttles.Forget();
        life = null;
        standsStillUntil = DateTimeOffset.MinValue;
        storeFault = null;
        workers.Clear();
        // Its open transactions are none: a store call that was under way has ended or has not begun.
        world.Time.After(TimeSpan.Zero, () => own.Store.DisposeAsync().AsTask().GetAwaiter().GetResult());
    }

    public StoreUnavailableException? StoreFailure(string point)
    {
        if (storeFault is not { } fault || (fault.Code == "store.full" && point == "load"))
            return null;
        if (fault.CallsBefore > 0)
        {
            storeFault = fault with { CallsBefore = fault.CallsBefore - 1 };
            return null;
        }

        storeFault = fault.Times > 1 ? fault with { Times = fault.Times - 1 } : null;
        world.Trace.Hit(fault.Code);
        world.Throttles.Forget();
        return new(fault.Code, "The store cannot be reached.", new IOException());
    }

    /// <summary>Has the process go on with something, if it is still the one that began it: an answer came, or a timer ran out.</summary>
    private void Wake(Life own, Action act)
    {
        if (own != life)
            return;
        if (IsStandingStill)
            world.Time.After(standsStillUntil - world.Time.Now, () => Wake(own, act));
        else
            act();
    }

    private async Task WatchAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception failure) when (failure is StoreUnavailableException or LeaseLostException or StaleStepException or AdminException)
        {
            // What a worker's loop meets with a later turn, and an operator with a message.
            world.Trace.Note(world.Time.Now, $"{name}: {failure.GetType().Name}");
        }
#pragma warning disable CA1031 // Anything else is a finding, not the end of the simulation.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            world.Findings.Add($"X1: a worker of {name} failed: {failure}");
        }
    }

    /// <summary>What a process has from its start to its end.</summary>
    private sealed class Life
    {
        public SqliteStore Store { get; set; } = null!;

        public StepClock Clock { get; set; } = null!;

        public SyncContext Context { get; set; } = null!;

        public RecordWay Way { get; set; } = null!;
    }
}
