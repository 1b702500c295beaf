using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Says what may be written without asking: everything, what a person has activated, or nothing but the effects of approved plans.</summary>
internal sealed class WriteGate(SyncContext context)
{
    /// <param name="approvedOnly">Only the effects of approved plans, also where the stream is active.</param>
    /// <returns>The operations on the stream that need no plan.</returns>
    public async ValueTask<Rights> FreeAsync(StreamSettings stream, bool approvedOnly, CancellationToken cancellationToken)
    {
        if (approvedOnly)
            return Rights.None;
        if (!stream.AsksBeforeWriting)
            return OperationRights.Every;
        return (await context.Store.ListActivationsAsync(cancellationToken)).GetValueOrDefault(stream.Number);
    }

    /// <summary>The digests that approved plans have of some deliveries.</summary>
    public async ValueTask<ILookup<long, Digest>> ApprovedAsync(IReadOnlyList<DueDelivery> due, Rights free, CancellationToken cancellationToken)
    {
        IReadOnlyList<PlannedEffect> effects = free == OperationRights.Every
            ? []
            : await context.Store.FindApprovedEffectsAsync([.. due.Select(static one => one.Delivery.Id)], cancellationToken);
        return effects.ToLookup(static effect => effect.DeliveryId, static effect => effect.Digest);
    }

    /// <summary>Whether a need may be sent now: it needs no plan, or does exactly what an approved plan showed.</summary>
    public bool Passes(StreamSettings stream, PendingDelivery row, Need need, Rights free, ILookup<long, Digest> approved) =>
        free.HasFlag(need.Operation.Needs())
        || (approved.Contains(row.Id) && approved[row.Id].Contains(EffectText.DigestOf(context.Digests, row.GoldenId, need, EffectText.ChangesOf(need, stream))));

    /// <summary>Deliveries that have come to rest: the approval of their effects is used up.</summary>
    public async ValueTask UseUpAsync(StepChanges changes, CancellationToken cancellationToken)
    {
        var resting = changes.Deliveries.Where(static row => row.State is DeliveryState.Settled or DeliveryState.Dead).Select(static row => row.Id).ToArray();
        if (resting.Length == 0)
            return;
        foreach (var effect in await context.Store.FindApprovedEffectsAsync(resting, cancellationToken))
            changes.EffectChanges.Add(new(effect.Plan, effect.DeliveryId, EffectState.Approved, EffectState.Settled));
    }
}
