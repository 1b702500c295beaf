using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V9 and V14: what was read is accounted for, and what is stored does not grow beyond what there is.</summary>
internal sealed class Counts : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state)
    {
        foreach (var system in world.Systems)
        {
            long Sum(string name) => world.Mirror.Tallies.GetValueOrDefault((world.StreamOf(system), name));
            if (Sum("read") != Sum("unchanged") + Sum("landed"))
                yield return $"V9: {system.Name} read {Sum("read")}: {Sum("unchanged")} unchanged and {Sum("landed")} landed.";
        }

        var most = (world.Mirror.GoldenIds.Count * world.Systems.Count) + (world.Mirror.RecordIds.Count * 2);
        if (state.Deliveries.Count > most)
            yield return $"V14: {state.Deliveries.Count} deliveries of {world.Mirror.GoldenIds.Count} golden records and {world.Mirror.RecordIds.Count} records.";
    }
}
