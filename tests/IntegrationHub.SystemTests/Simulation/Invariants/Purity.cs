using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V7: every golden record is what the policy makes of its source records, in whatever order they are handed to it.</summary>
internal sealed class Purity : IInvariant
{
    private const int Orders = 5;

    public IEnumerable<string> Find(World world, HubState state)
    {
        var random = new Random(world.Seed);
        foreach (var cluster in state.Clusters)
        {
            var claimants = cluster.Members.Select(member => ClaimantOf(world, member)).Where(static one => one.Claims.Count > 0).ToArray();
            var pinned = cluster.Golden.Overrides.Where(static one => one.Path != Conflict.DeletePath).ToArray();
            for (var i = 0; i < Orders; i++)
            {
                random.Shuffle(claimants);
                var fields = world.Configuration.Survivorship.Merge("customer", claimants, pinned, cluster.Golden.Held);
                if (fields.SequenceEqual(cluster.Golden.Fields))
                    continue;
                yield return $"V7: {cluster.Golden} is not what its records make: {string.Join(", ", cluster.Golden.Fields.Except(fields).Select(static field => field.Path))}.";
                break;
            }
        }
    }

    private static Claimant ClaimantOf(World world, SourceRecord member)
    {
        var claims = new List<Claim>();
        foreach (var state in member.Fields.AsSpan())
        {
            if (state.Own is { } own)
                claims.Add(new(state.Path, own.Value, own.At));
        }

        return new(member.Id, world.SystemOf(member.Stream).Name, "people", claims);
    }
}
