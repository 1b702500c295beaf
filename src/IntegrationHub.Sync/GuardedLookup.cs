using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync;

/// <summary>Looks records up and keeps the hub safe from the connector. A look-up changes nothing, so it can be repeated whatever went wrong.</summary>
internal static class GuardedLookup
{
    /// <returns>Records by their references, null for one that surely is not there; a reference that could not be read is not in the result.</returns>
    /// <exception cref="ConnectorException">The look-up failed, whatever it was that the connector threw.</exception>
    public static async Task<IReadOnlyDictionary<RecordReference, RawRecord?>> FindAsync(
        SyncContext context, IRecordLookup lookup, StreamSettings stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        if (references.Count == 0)
            return new Dictionary<RecordReference, RawRecord?>();
        try
        {
            var found = await lookup.FindAsync(stream.Name.Stream, references, cancellationToken).WaitAsync(context.Options.CallTimeout, context.Clock, cancellationToken);
            if (!stream.Traits.ShowsMerges && found.FirstOrDefault(static one => IsAnother(one.Reference, one.Record)) is not null)
                throw Misled();
            return found.GroupBy(static one => one.Reference).ToDictionary(static group => group.Key, static group => UnderItsKey(group.Key, group.First().Record));
        }
        catch (TimeoutException)
        {
            throw new ConnectorException(FailureKind.Transient, "connector.hangs", "The look-up did not answer in time. It is tried again.");
        }
        catch (Exception failure) when (failure is not ConnectorException && !cancellationToken.IsCancellationRequested)
        {
            throw new ConnectorException(
                FailureKind.Transient, "connector.failed",
                $"The connector failed with {failure.GetType().Name} at a look-up, which it should have translated. It is tried again. Report it to the connector's author.", failure);
        }
    }

    /// <summary>Systems pad and re-case keys (leading zeros, GUIDs); beyond that it is another record.</summary>
    public static bool IsSameKey(string left, string right) => left.TrimStart('0').Equals(right.TrimStart('0'), StringComparison.OrdinalIgnoreCase);

    /// <summary>Some systems show the survivor when they are asked for a record that was merged away: the record asked for is gone then, and says where to.</summary>
    public static RawRecord? UnderItsKey(RecordReference reference, RawRecord? found) =>
        found is { IsDeleted: false } && IsAnother(reference, found) ? new RawRecord(reference.Key!, default) { IsDeleted = true, MergedInto = found.Key } : found;

    private static bool IsAnother(RecordReference reference, RawRecord? found) => reference.Key is { } key && found is not null && !IsSameKey(key, found.Key);

    // Of a system that does not say which records it has merged, another record is a fault of the connector: two customers would become one by it.
    private static ConnectorException Misled() => new(
        FailureKind.Blocked, "connector.record",
        "The connector answered a look-up with another record than the one that was asked for. Nothing of it was taken in. Report it to the connector's author, then resume the connection.");
}
