using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>
/// Values that may occur only once in a system and pass from one record to another (S21). A write that meets a record which is to give the value up waits for
/// that one's own write. Where the two wait for each other (or several in a ring), one of them is cleared first and gets its value afterwards.
/// </summary>
internal sealed class ValueSwaps
{
    /// <summary>The code of a delivery that waits for another record to give up a value.</summary>
    public const string Waiting = "value.taken";

    /// <summary>What to say of a record that could not give up its value.</summary>
    public static string CannotYield(string path) =>
        $"This record and another hold each other's value of '{path}', which the system allows only once, and it does not take this one without a value. Exchange the two in the system by hand, then replay this delivery.";

    private readonly IReadOnlyDictionary<long, Cluster> owners;
    private readonly ILookup<long, PendingDelivery> rows;

    private ValueSwaps(IReadOnlyDictionary<long, Cluster> owners, IEnumerable<PendingDelivery> rows) =>
        (this.owners, this.rows) = (owners, rows.ToLookup(static row => row.SourceRecordId));

    /// <summary>Loads the customers of the records that writes have met.</summary>
    public static async Task<ValueSwaps> LoadAsync(
        IStore store, IReadOnlyList<Settlement> settlements, Dictionary<string, SourceRecord> landed, CancellationToken cancellationToken)
    {
        var met = settlements.Where(static one => one.Result is { Outcome: DeliveryOutcome.AlreadyExists, Record: not null })
            .Select(one => landed.GetValueOrDefault(one.Result.Record!.Key)?.GoldenId ?? 0).Where(static id => id != 0).Distinct().ToArray();
        if (met.Length == 0)
            return new(new Dictionary<long, Cluster>(), []);
        return new(await store.LoadClustersAsync(met, cancellationToken), await store.FindDeliveriesAsync(met, cancellationToken));
    }

    /// <summary>What to do about a write that met another customer's record; null when that one is not going to give the value up.</summary>
    public ValueSwap? Find(Attempt attempt, SourceRecord? existing)
    {
        if (existing is not { IsLive: true, Stage: RecordStage.Linked } || !owners.TryGetValue(existing.GoldenId, out var owner) || owner.Golden.Id == attempt.Golden.Id)
            return null;
        var says = owner.Golden.ToFieldMap();
        var taken = (attempt.Row.Sending ?? FieldMap.Empty)
            .Where(field => !field.Value.IsEmpty && says.Find(field.Path) != field.Value && IsHeld(attempt, existing.Fields.Find(field.Path).Seen, field.Value))
            .Select(static field => field.Path).FirstOrDefault();
        if (taken is null)
            return null;
        // Of records that wait for each other in a ring at least one has a lower id than the one it waits for.
        var waitsToo = rows[existing.Id].Any(static row => row is { State: DeliveryState.Planned or DeliveryState.Attempting, ErrorCode: Waiting });
        return new(taken, existing, IsYielding: waitsToo && attempt.Record is { } own && own.Id < existing.Id)
        {
            IsBlocked = rows[existing.Id].Any(static row => row.State == DeliveryState.Dead),
        };
    }

    // Whoever has waited may find the value given up just now, in the same batch.
    private static bool IsHeld(Attempt attempt, FieldValue? shown, FieldValue wanted) =>
        shown == wanted || (attempt.Row.ErrorCode == Waiting && shown is null or { IsEmpty: true });
}

/// <summary>One write that waits for another record.</summary>
/// <param name="IsYielding">This record gives up its own value first.</param>
internal sealed record ValueSwap(string Path, SourceRecord Holder, bool IsYielding)
{
    /// <summary>The holder's own write waits for a person: until then it gives nothing up.</summary>
    public bool IsBlocked { get; init; }

    public string Message =>
        $"The system allows a value of '{Path}' only once, and {Holder} still holds it there; it is to give it up. When it cannot, correct the two records in the system by hand, then replay this delivery.";

    public PendingDelivery Apply(PendingDelivery row) => row.State == DeliveryState.Dead ? row : row with { YieldPath = IsYielding ? Path : null };
}
