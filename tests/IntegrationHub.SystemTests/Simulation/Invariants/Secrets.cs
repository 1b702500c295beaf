using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V11: nothing that users typed is in the audit log, in a count's name or in an explanation of what failed.</summary>
internal sealed class Secrets : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state)
    {
        var texts = world.Mirror.Audit.SelectMany(static entry => new[] { entry.Object, entry.Outcome, entry.Reason, entry.Before, entry.After, entry.Correlation })
            .Concat(world.Mirror.Tallies.Keys.Select(static tally => (string?)tally.Name))
            .Concat(state.Deliveries.SelectMany(static row => new[] { row.ErrorCode, row.ErrorMessage }))
            .Concat(state.Quarantine.SelectMany(static entry => entry.Problems).Select(static problem => (string?)problem.ToString()));
        return texts.Where(static text => text is not null && text.Contains("zq", StringComparison.OrdinalIgnoreCase) && !text.All(char.IsAsciiHexDigit))
            .Distinct(StringComparer.Ordinal).Select(static text => $"V11: what a user typed is in '{text}'.");
    }
}
