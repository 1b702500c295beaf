using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V8: what one record's user typed reaches another system in the order in which it was typed, never back to an older value.</summary>
internal sealed class Monotony : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state)
    {
        var typed = world.Users.Edits.Where(static edit => edit.Value.Length > 0 && edit.Field != "status")
            .ToLookup(static edit => (edit.Field, Values.Token(edit.Value)));
        foreach (var cluster in state.Clusters.Where(cluster => !state.IsRegrouped(cluster)))
        {
            foreach (var member in cluster.Members)
            {
                foreach (var finding in Find(world.SystemOf(member.Stream), member.Key, typed))
                    yield return finding;
            }
        }
    }

    private static IEnumerable<string> Find(SimSystem system, string key, ILookup<(string Field, string Token), UserEdit> typed)
    {
        var newest = new Dictionary<(string Field, int System, string Key), UserEdit>();
        foreach (var effect in system.Ledger.Where(effect => effect.Key == key))
        {
            foreach (var (field, value) in effect.Fields)
            {
                // A value that was typed more than once could be the younger one.
                if (typed[(field, Values.Token(value))].ToArray() is not [var edit])
                    continue;
                var source = (field, edit.System, edit.Key);
                if (newest.TryGetValue(source, out var before) && edit.Order < before.Order)
                    yield return $"V8: {system.Name}/{key} was given {field}={value}, typed before {before.Value}, which it had been given already.";
                newest[source] = edit;
            }
        }
    }
}
