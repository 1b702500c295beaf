using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Deliver;

/// <summary>One delivery on its way: what is stored of it, what it is about, and what the connector is handed.</summary>
/// <param name="Row">The delivery as stored, <see cref="DeliveryState.Attempting"/>.</param>
/// <param name="Record">The record that it changes; null for a create.</param>
internal sealed record Attempt(PendingDelivery Row, GoldenRecord Golden, SourceRecord? Record, Delivery Delivery);

/// <summary>How an attempt ended, and what the system shows now when that is known.</summary>
internal sealed record Settlement(Attempt Attempt, DeliveryResult Result)
{
    /// <summary>All records that the system holds for the same, where a create met several; else none.</summary>
    public IReadOnlyList<RawRecord> Others { get; init; } = [];

    /// <summary>The record did not come with the answer to the write: somebody may have changed it before it was looked up.</summary>
    public bool IsLookedUp { get; init; }
}
