using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Matches a connector's results to what was sent, and believes none that cannot be about it.</summary>
internal static class Answers
{
    /// <returns>One settlement for each attempt: without a result, or with one that cannot be believed, it is <see cref="DeliveryOutcome.Unknown"/> and read back.</returns>
    /// <param name="isMisled">A result was about another record, or two results contradict each other.</param>
    public static IReadOnlyList<Settlement> Match(
        StreamSettings stream, IReadOnlyList<Attempt> attempts, IReadOnlyList<DeliveryResult> results, out bool isMisled)
    {
        isMisled = false;
        var byId = results.ToLookup(static result => result.DeliveryId, StringComparer.Ordinal);
        var settlements = new List<Settlement>(attempts.Count);
        foreach (var attempt in attempts)
        {
            var own = byId[attempt.Delivery.Id].ToArray();
            var isBelieved = own.Length > 0 && own.All(result => result.Outcome == own[0].Outcome && (stream.Traits.ShowsMerges || IsAbout(attempt.Delivery, result)));
            isMisled |= own.Length > 0 && !isBelieved;
            settlements.Add(new(attempt, isBelieved ? own[0] : new(attempt.Delivery.Id, DeliveryOutcome.Unknown)));
        }

        return settlements;
    }

    public static ConnectorException Misled() => new(
        FailureKind.Blocked, "connector.result",
        "The connector answered a write with the result of another record. What was written is read back. Report it to the connector's author, then resume the connection.");

    private static bool IsAbout(Delivery delivery, DeliveryResult result) =>
        // Another record is just what a write may meet where a value is unique.
        delivery.Key is not { } key || result.Outcome == DeliveryOutcome.AlreadyExists
        || ((result.Key is null || GuardedLookup.IsSameKey(key, result.Key)) && (result.Record is null || GuardedLookup.IsSameKey(key, result.Record.Key)));
}
