using IntegrationHub.Abstractions;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V3: a create happens once, and what the hub made it does not make again beside it.</summary>
internal sealed class Duplicates : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state)
    {
        foreach (var system in world.Systems)
        {
            // One that a user removed before the hub knew of it is rightly made again.
            var made = system.Ledger.Where(effect => effect.Operation == DeliveryOperation.Create && !world.Users.EverDeleted.Contains((system.Number, effect.Key)));
            foreach (var twice in made.GroupBy(static effect => effect.Correlation, StringComparer.Ordinal))
            {
                var records = twice.Select(static effect => effect.Key).Distinct(StringComparer.Ordinal).ToArray();
                if (records.Length > 1)
                    yield return $"V3: {system.Name} made {string.Join(", ", records)} of one create, {twice.Key}.";
            }
        }

        foreach (var cluster in state.Clusters.Where(cluster => !state.IsRegrouped(cluster)))
        {
            var own = cluster.Members.Where(member => member.IsLive && state.InSystem(member)?.HubId is not null);
            foreach (var group in own.GroupBy(static member => member.Stream).Where(static group => group.Count() > 1))
                yield return $"V3: {cluster.Golden} has {string.Join(", ", group.Select(state.NameOf))}, all made by the hub.";
        }
    }
}
