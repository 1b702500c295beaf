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
            return found.GroupBy(static one => one.Reference).ToDictionary(static group => group.Key, static group => UnderItsKey(group.First()));
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

    // Some systems show the survivor when they are asked for a record that was merged away.
    private static RawRecord? UnderItsKey(FoundRecord found) =>
        found is { Reference.Key: { } asked, Record: { IsDeleted: false } shown } && !IsSameKey(shown.Key, asked)
            ? new RawRecord(asked, default) { IsDeleted = true, MergedInto = shown.Key }
            : found.Record;
}
