using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync;

/// <summary>Looks records up and keeps the hub safe from the connector. A look-up changes nothing, so it can be repeated whatever went wrong.</summary>
internal static class GuardedLookup
{
    /// <returns>Records by their references, null for one that surely is not there; a reference that could not be read is not in the result.</returns>
    /// <exception cref="ConnectorException">The look-up failed, whatever it was that the connector threw.</exception>
    public static async Task<IReadOnlyDictionary<RecordReference, RawRecord?>> FindAsync(
        SyncContext context, IRecordLookup lookup, string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        if (references.Count == 0)
            return new Dictionary<RecordReference, RawRecord?>();
        try
        {
            var found = await lookup.FindAsync(stream, references, cancellationToken).WaitAsync(context.Options.CallTimeout, context.Clock, cancellationToken);
            foreach (var one in found)
            {
                if (one is { Reference.Key: { } key, Record: { } record } && !IsSameKey(key, record.Key))
                    throw Misled();
            }

            return found.GroupBy(static one => one.Reference).ToDictionary(static group => group.Key, static group => group.First().Record);
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

    private static ConnectorException Misled() => new(
        FailureKind.Blocked, "connector.record",
        "The connector answered a look-up with another record than the one that was asked for. Nothing of it was taken in. Report it to the connector's author, then resume the connection.");
}
