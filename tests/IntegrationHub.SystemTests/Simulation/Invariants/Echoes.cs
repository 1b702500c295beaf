using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V4: whatever the hub writes somebody typed, and it writes no more than there are edits to carry: nothing that it wrote comes back to it as news.</summary>
internal sealed class Echoes : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state) => FindInvented(world).Concat(FindBorrowed(world, state));

    // A golden value is the word of the record that it is said to be from: somebody typed it there.
    private static IEnumerable<string> FindBorrowed(World world, HubState state)
    {
        var typed = world.Users.Edits.Select(static edit => (edit.System, edit.Key, edit.Field, Values.Token(edit.Value))).ToHashSet();
        foreach (var cluster in state.Clusters.Where(cluster => !state.IsRegrouped(cluster)))
        {
            foreach (var (field, path) in Configuration.Paths.Where(one => !world.Configuration.IsToggled(one.Key)))
            {
                if (state.FieldOf(cluster, path) is not { RecordId: not 0 } golden || cluster.Members.FirstOrDefault(one => one.Id == golden.RecordId) is not { } member)
                    continue;
                if (!typed.Contains((world.SystemOf(member.Stream).Number, member.Key, field, Values.Token(golden.Value.AsText))))
                    yield return $"V4: {cluster.Golden} says {field}={golden.Value.AsText} by {state.NameOf(member)}, where nobody ever typed it.";
            }
        }
    }

    private static IEnumerable<string> FindInvented(World world)
    {
        var typed = world.Users.Edits.Select(static edit => (edit.Field, Values.Token(edit.Value))).ToHashSet();
        foreach (var system in world.Systems)
        {
            foreach (var effect in system.Ledger)
            {
                foreach (var (field, value) in effect.Fields.Where(one => one.Value.Length > 0 && !typed.Contains((one.Key, Values.Token(one.Value))) && !IsPinned(world, one.Value)))
                    yield return $"V4: the hub wrote {field}={value} to {system.Name}/{effect.Key}, which nobody ever typed.";
            }
        }

        var written = world.Systems.Sum(static system => system.Ledger.Count);
        var most = (world.Users.Acts + world.Operators.Acts + world.Trace.Faults.GetValueOrDefault("mapping changed") * world.Users.Acts) * world.Systems.Count;
        if (written > most)
            yield return $"V4: {written} writes for {world.Users.Acts} edits in {world.Systems.Count} systems.";
    }

    private static bool IsPinned(World world, string value) => world.Operators.Pinned.Count > 0 && value.EndsWith("pinned", StringComparison.Ordinal);
}
