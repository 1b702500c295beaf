using IntegrationHub.Sync.Model;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V9 and V15: every record of every system is linked, in quarantine for a reason or known as gone; no work is left open without one, and what one
/// record cannot get stays with it.</summary>
internal sealed class Completeness : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state) =>
        FindUnknown(world, state).Concat(FindGhosts(world, state)).Concat(FindOpenWork(world, state)).Concat(FindTroubled(state));

    private static IEnumerable<string> FindUnknown(World world, HubState state)
    {
        foreach (var system in world.Systems)
        {
            foreach (var record in system.Live)
            {
                var held = state.Find(system, record.Key);
                var isLinked = held is { Stage: RecordStage.Linked, GoldenId: not 0, IsLive: true };
                var isSetAside = held is { Stage: RecordStage.Quarantined } && world.Users.IsSpoilt(system.Number, record.Key);
                if (!isLinked && !isSetAside)
                    yield return $"V9: {system.Name}/{record.Key} is live and the hub holds it as {HubState.Show(held)}.";
            }
        }
    }

    private static IEnumerable<string> FindGhosts(World world, HubState state)
    {
        foreach (var record in state.Records)
        {
            if (state.InSystem(record) is null && record.Removal == Removal.None && record.Stage != RecordStage.Gone)
                yield return $"V9: {state.NameOf(record)} is gone and the hub holds it as {HubState.Show(record)}.";
            if (record.GoldenId != 0 && !state.Clusters.Any(cluster => cluster.Golden.Id == record.GoldenId))
                yield return $"V9: {state.NameOf(record)} belongs to golden record {record.GoldenId}, which is part of another one.";
        }
    }

    private static IEnumerable<string> FindTroubled(HubState state) => state.Streams
        .Where(static stream => stream.Progress.ErrorCode is not null || stream.Progress.IsBlocked || stream.Progress.HeldDeletes > 0)
        .Select(static stream => $"V9: {stream.Name} is well and the hub says {stream.Progress.ErrorCode}, {stream.Progress.HeldDeletes} deletions held.");

    private static IEnumerable<string> FindOpenWork(World world, HubState state)
    {
        foreach (var entry in state.Quarantine)
        {
            var record = state.Records.Single(record => record.Id == entry.SourceRecordId);
            if (!world.Users.IsSpoilt(world.SystemOf(record.Stream).Number, record.Key))
                yield return $"V15: {state.NameOf(record)} is in quarantine ({entry.Step}: {string.Join(", ", entry.Problems)}), and is {HubState.Show(record)}.";
        }

        foreach (var row in state.Deliveries)
        {
            var cluster = state.Clusters.FirstOrDefault(cluster => cluster.Golden.Id == row.GoldenId);
            var record = cluster?.Members.FirstOrDefault(member => member.Id == row.SourceRecordId);
            var system = world.SystemOf(row.Stream);
            var isRefused = state.Dead.Contains(row) && cluster is not null && state.IsRightlyRefused(system, cluster.Golden, record);
            if (row.State != DeliveryState.Settled && !isRefused)
                yield return $"V9: {row} to {system.Name} of golden record {row.GoldenId} is still {row.State} ({row.Operation}, {row.ErrorCode}, {row.Attempts}).";
        }
    }
}
