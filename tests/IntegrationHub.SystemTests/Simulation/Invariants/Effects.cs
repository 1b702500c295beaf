using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V5 and V6: a system did at most once what an effect key stands for, and every effect that the witness saw is settled in the audit log, once.</summary>
internal sealed class Effects : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state) => world.Systems.SelectMany(system => FindRepeated(world, system))
        .Concat(FindUnannounced(world)).Concat(FindUnaudited(world, state)).Concat(FindSettledTwice(world));

    // What a user changed in between may be brought up to date again: the same wish, but no repetition.
    private static IEnumerable<string> FindRepeated(World world, SimSystem system)
    {
        foreach (var group in system.Ledger.GroupBy(effect => KeyOf(world, effect), StringComparer.Ordinal).Where(static group => group.Count() > 1))
        {
            var effects = group.ToArray();
            for (var i = 1; i < effects.Length; i++)
            {
                var (first, second) = (effects[i - 1], effects[i]);
                if (!IsTouchedBetween(world, system, first, second))
                    yield return $"V5: {system.Name} did twice what one effect stands for: {first} and {second}.";
            }
        }
    }

    // An effect that nothing announced before: "attempting" was not durable when the call was made.
    private static IEnumerable<string> FindUnannounced(World world)
    {
        foreach (var system in world.Systems)
        {
            foreach (var effect in system.Ledger.Where(effect => KeyOf(world, effect).Length == 0))
                yield return $"V6: {system.Name} took {effect.Operation} {effect.Key}, and no attempt was on file.";
        }
    }

    private static string KeyOf(World world, Effect effect) => world.Mirror.Attempts.TryGetValue(effect.DeliveryId, out var attempts)
        ? attempts.LastOrDefault(attempt => attempt.At <= effect.At).EffectKey ?? ""
        : "";

    private static bool IsTouchedBetween(World world, SimSystem system, Effect first, Effect second)
    {
        if (first.Key != second.Key)
            return world.Users.EverDeleted.Contains((system.Number, first.Key));
        var record = system.All.First(one => one.Key == first.Key);
        return record.History.Exists(change => !change.ByHub && change.Order > first.Order && change.Order < second.Order)
            || world.Users.EverDeleted.Contains((system.Number, first.Key));
    }

    private static IEnumerable<string> FindUnaudited(World world, HubState state)
    {
        var audit = world.Mirror.Audit.Where(static entry => entry.Action == "delivery.settled").ToLookup(static entry => entry.Object, StringComparer.Ordinal);
        var rows = state.Deliveries.ToLookup(static row => row.SourceRecordId);
        var creates = state.Deliveries.ToLookup(static row => row.Stream);
        foreach (var record in state.Records)
        {
            var ledger = world.SystemOf(record.Stream).Ledger.Where(effect => effect.Key == record.Key).ToArray();
            foreach (var operation in Enum.GetValues<DeliveryOperation>())
            {
                var effects = ledger.Count(effect => effect.Operation == operation);
                // A create that was settled without a record names its delivery alone; it may have been any of the stream's.
                var ofRow = operation == DeliveryOperation.Create ? creates[record.Stream] : rows[record.Id];
                var entries = audit[record.ToString()].Concat(ofRow.SelectMany(row => audit[row.ToString()]))
                    .Where(entry => entry.Outcome.StartsWith($"{operation} ", StringComparison.Ordinal)).ToArray();
                var applied = entries.Count(static entry => entry.Outcome.EndsWith(" Applied", StringComparison.Ordinal) && entry.Reason is null);
                // When an answer is lost, the hub looks: somebody may have changed the record before, or put in the same value.
                var unclear = entries.Length - applied;
                if (effects < applied || effects > applied + unclear)
                    yield return $"V6: {state.NameOf(record)} saw {effects} times {operation}, and the audit log says {applied} (and {unclear} others).";
            }
        }
    }

    private static IEnumerable<string> FindSettledTwice(World world) => world.Mirror.Audit
        .Where(static entry => entry.Action == "delivery.settled" && entry.Outcome.EndsWith(" Applied", StringComparison.Ordinal) && entry.Reason is null)
        .GroupBy(static entry => (entry.Correlation, entry.Outcome, entry.Object)).Where(static group => group.Count() > 1)
        .Select(static group => $"V6: the effect {group.Key.Correlation} of {group.Key.Object} is settled {group.Count()} times.");
}
