using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V1: each system shows what the golden record says, in its own form; deleted customers are gone, and customers are wherever they belong.</summary>
internal sealed class Agreement : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state) => state.Clusters.SelectMany(cluster => Find(world, state, cluster));

    private static IEnumerable<string> Find(World world, HubState state, Cluster cluster)
    {
        var live = cluster.Members.Where(static member => member.IsLive && member.Stage == RecordStage.Linked).ToArray();
        if (cluster.Golden.Status == GoldenStatus.Deleted)
            return live.Select(member => $"V1: {cluster.Golden} is deleted and {state.NameOf(member)} is live.");
        return live.SelectMany(member => FindDifferences(world, state, cluster, member)).Concat(FindMissing(world, state, cluster)).Concat(FindResurrected(world, cluster));
    }

    private static IEnumerable<string> FindDifferences(World world, HubState state, Cluster cluster, SourceRecord member)
    {
        var system = world.SystemOf(member.Stream);
        if (state.InSystem(member) is not { } shown || state.Dead.Any(row => row.SourceRecordId == member.Id && state.IsRightlyRefused(system, cluster.Golden, member)))
            yield break;
        foreach (var (field, path) in Configuration.Paths)
        {
            if (!world.Configuration.Maps(system.Number, field) || cluster.Golden.Held.Any(held => held.Path == path))
                continue;
            // What the hub wrote to a record is not that record's word: split off, or when the record that said it does not speak for the field any more, it keeps
            // the value and has nothing to say.
            if (state.FieldOf(cluster, path) is null && (state.IsRegrouped(cluster) || world.Configuration.IsToggled(field)))
                continue;
            var golden = state.FieldOf(cluster, path)?.Value.AsText ?? "";
            if (!IsForm(system, field, golden, shown.Text(field)))
                yield return $"V1: {cluster.Golden} says {field}={golden} and {state.NameOf(member)} shows {shown.Text(field)}.";
        }
    }

    // The system may have cut less when the two agreed.
    private static bool IsForm(SimSystem system, string field, string golden, string shown) => system.Form(field, golden) == shown
        || (field == "title" && system.TitleMax is not null && shown.Length >= system.TitleMax && golden.StartsWith(shown, StringComparison.Ordinal));

    private static IEnumerable<string> FindMissing(World world, HubState state, Cluster cluster)
    {
        foreach (var system in world.Systems)
        {
            // A record of which all came from the hub, split off, says nothing, or nothing that the system takes: there is nothing to make of it there.
            if (!Configuration.Paths.Any(mapped => world.Configuration.Maps(system.Number, mapped.Key) && state.FieldOf(cluster, mapped.Value) is { Value.IsEmpty: false }))
                continue;
            var there = cluster.Members.Where(member => member.Stream == world.StreamOf(system)).ToArray();
            var staysAway = world.Configuration.OnDelete is DeletePolicy.Unlink or DeletePolicy.Steward && there.Any(static member => member.Removal == Removal.BySystem);
            var isRefused = state.Dead.Any(row => row.GoldenId == cluster.Golden.Id && row.Stream == world.StreamOf(system))
                && state.IsRightlyRefused(system, cluster.Golden, null);
            if (!staysAway && !isRefused && !there.Any(static member => member.IsLive))
                yield return $"V1: {cluster.Golden} has no record in {system.Name}: {string.Join("; ", there.Select(HubState.Show))}.";
        }
    }

    // What somebody deleted on purpose is not made again, where the policy ends the link alone.
    private static IEnumerable<string> FindResurrected(World world, Cluster cluster)
    {
        if (world.Configuration.OnDelete != DeletePolicy.Unlink)
            yield break;
        foreach (var removed in cluster.Members.Where(static member => member.Removal == Removal.BySystem))
        {
            if (!world.Mirror.RemovedBySystem.TryGetValue((cluster.Golden.Id, removed.Stream), out var at))
                continue;
            var system = world.SystemOf(removed.Stream);
            var again = cluster.Members.Where(member => member.Stream == removed.Stream && member.IsLive).Select(static member => member.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var effect in system.Ledger.Where(effect => effect.Operation == Abstractions.DeliveryOperation.Create && effect.At > at && again.Contains(effect.Key)))
                yield return $"V1: {system.Name}/{removed.Key} was deleted by a user, and the hub made {effect.Key} for the same customer.";
        }
    }
}
