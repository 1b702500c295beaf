using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Deliver;

/// <summary>A call to a target that has begun.</summary>
/// <param name="Attempts">What it is to send; committed as "attempting".</param>
/// <param name="Settlements">How they ended, as far as that is known when the call has ended.</param>
/// <param name="Begun">When it began.</param>
internal sealed record OpenCall(IReadOnlyList<Attempt> Attempts, List<Settlement> Settlements, DateTimeOffset Begun, Task Call)
{
    /// <returns>Why what is left of the attempts was not applied; null when nothing is left.</returns>
    public async Task<ConnectorException?> EndAsync()
    {
        try
        {
            await Call;
            return null;
        }
        catch (ConnectorException refusal)
        {
            return refusal;
        }
    }

    public IReadOnlyList<Attempt> Unsettled()
    {
        var settled = Settlements.Select(static settlement => settlement.Attempt).ToHashSet();
        return [.. Attempts.Where(attempt => !settled.Contains(attempt))];
    }
}
