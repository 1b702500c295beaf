using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using IntegrationHub.SystemTests.Simulation.Hub;
using IntegrationHub.SystemTests.Simulation.Script;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>The people who run the hub: operators and stewards. They act through the hub's own acts, and remember on whom.</summary>
internal sealed class Operators(World world)
{
    private const string Actor = "steward";
    private static readonly ListPage Page = new(0, 1_000);

    /// <summary>Golden records that a steward merged, split, pinned a field of, or settled a conflict of.</summary>
    public HashSet<long> Touched { get; } = [];

    /// <summary>Customers and fields that a steward pinned.</summary>
    public HashSet<(long Golden, string Path)> Pinned { get; } = [];

    /// <summary>How many acts there were.</summary>
    public int Acts { get; private set; }

    public async Task ActAsync(SimNode node, SimEvent step)
    {
        switch (step.Kind)
        {
            case EventKind.Resume: await ResumeAsync(node, step.A, releases: false); break;
            case EventKind.PauseConnection: await new ConnectionActs(node.Context, node.Queries).PauseAsync(NameOf(step.A), Actor, default); break;
            case EventKind.MergeCustomers: await MergeAsync(node, step); break;
            case EventKind.SplitCustomer: await SplitAsync(node, step); break;
            case EventKind.Pin: await PinAsync(node, step); break;
            case EventKind.SettleConflicts: await SettleConflictsAsync(node, step.A); break;
            default: await ReplayAsync(node); break;
        }
    }

    /// <summary>Authorises the account again and lets the connection run.</summary>
    /// <param name="releases">Also lets the deletions happen that are held: somebody has looked, and the system is well.</param>
    public async Task ResumeAsync(SimNode node, int system, bool releases)
    {
        world.WeatherOf(world.Systems[system % world.Systems.Count]).Authorise();
        world.Throttles.Forget();
        var acts = new ConnectionActs(node.Context, node.Queries);
        await acts.ResumeAsync(NameOf(system), Actor, default);
        if (releases && (await node.Queries.ListStreamsAsync(default)).Any(state => state.Name.Connection == NameOf(system) && state.Progress.HeldDeletes > 0))
            await acts.ReleaseDeletesAsync(NameOf(system), null, Actor, default);
    }

    /// <summary>Decides what waits for a steward.</summary>
    /// <returns>How many conflicts were open.</returns>
    public async Task<int> SettleConflictsAsync(SimNode node, int choice)
    {
        var open = await node.Queries.ListConflictsAsync(new FindingFilter { State = ConflictState.Open }, Page, default);
        foreach (var conflict in open)
        {
            Acts++;
            Touched.Add(conflict.GoldenId);
            try
            {
                var side = (choice + conflict.Id) % 2 == 0 ? ConflictChoice.Left : ConflictChoice.Right;
                await new ConflictActs(node.Context, node.Queries).SettleAsync(conflict.Id, side, Actor, default);
            }
            catch (AdminException)
            {
                // Settled with another one of the same field, or that side says nothing any more: then the other one.
                await TrySettleOtherwiseAsync(node, conflict, choice);
            }
        }

        return open.Count;
    }

    /// <summary>Sends again what failed, once its cause is mended.</summary>
    /// <returns>How many findings there were.</returns>
    public async Task<int> ReplayAsync(SimNode node)
    {
        world.Throttles.Forget();
        var replayed = 0;
        await foreach (var _ in new DeadLetterActs(node.Context, node.Queries).ReplayAllAsync(FindingFilter.None, Actor, default))
            replayed++;
        await foreach (var _ in new QuarantineActs(node.Context, node.Queries).ReplayAllAsync(FindingFilter.None, Actor, default))
            replayed++;
        return replayed;
    }

    private async Task TrySettleOtherwiseAsync(SimNode node, Conflict conflict, int choice)
    {
        try
        {
            var side = (choice + conflict.Id) % 2 == 0 ? ConflictChoice.Right : ConflictChoice.Left;
            await new ConflictActs(node.Context, node.Queries).SettleAsync(conflict.Id, side, Actor, default);
        }
        catch (AdminException) when (conflict.Path != Conflict.DeletePath)
        {
            await SettleWithNothingAsync(node, conflict);
        }
        catch (AdminException)
        {
            // A deletion that is settled, or of a customer that is gone.
        }
    }

    private static async Task SettleWithNothingAsync(SimNode node, Conflict conflict)
    {
        try
        {
            await new ConflictActs(node.Context, node.Queries).SettleWithAsync(conflict.Id, "", Actor, default);
        }
        catch (AdminException)
        {
            // It is settled already.
        }
    }

    private async Task MergeAsync(SimNode node, SimEvent step)
    {
        if (Golden(step.B) is not { } left || Golden(step.C) is not { } right || left == right)
            return;
        await new CustomerActs(node.Context).MergeAsync(left, right, Actor, default);
        Touch(left);
        Touch(right);
    }

    private async Task SplitAsync(SimNode node, SimEvent step)
    {
        if (Golden(step.B) is not { } golden || !(await world.Store.LoadClustersAsync([golden], default)).TryGetValue(golden, out var cluster) || cluster.Members.Count < 2)
            return;
        await new CustomerActs(node.Context).SplitAsync(cluster.Golden.Id, [cluster.Members[step.C % cluster.Members.Count].Id], Actor, default);
        Touch(cluster.Golden.Id);
    }

    private async Task PinAsync(SimNode node, SimEvent step)
    {
        if (Golden(step.B) is not { } golden)
            return;
        await new CustomerActs(node.Context).PinAsync(golden, "addresses[type=mailing].city", $"Zq{step.C} pinned", Actor, default);
        Touch(golden);
        Pinned.Add((golden, "addresses[type=mailing].city"));
    }

    private void Touch(long golden)
    {
        Acts++;
        Touched.Add(golden);
    }

    private long? Golden(int which) => world.Mirror.GoldenIds.Count == 0 ? null : world.Mirror.GoldenIds.ElementAt(which % world.Mirror.GoldenIds.Count);

    private string NameOf(int system) => world.Systems[system % world.Systems.Count].Name;
}
