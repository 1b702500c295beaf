using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace IntegrationHub.Connectors.Rest;

/// <summary>
/// One way through the pages of one lower bound, where equal times force pages to be turned. A record that is edited meanwhile leaves
/// those pages and lets another slip to a page that was turned already. So they are turned until two passes show the same records at the
/// bound: what slipped by in one pass would be missing from where it was, in the next.
/// </summary>
internal sealed class TiePass : IDisposable
{
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[]? before;

    public int Number { get; private set; }

    /// <param name="state">The page just read.</param>
    /// <param name="next">The page that would follow.</param>
    /// <param name="tied">The records of the page that stand exactly at the bound.</param>
    /// <returns>The page that does follow.</returns>
    public FeedState? Leave(FeedState state, FeedState? next, IReadOnlyList<JsonElement> tied)
    {
        foreach (var record in tied)
            digest.AppendData(JsonMarshal.GetRawUtf8Value(record));
        if (next is not null && next.Bound == state.Bound)
            return next;
        var now = digest.GetHashAndReset();
        if (state.Turned == 0 || (before is not null && now.AsSpan().SequenceEqual(before)))
        {
            (before, Number) = (null, 0);
            return next;
        }

        (before, Number) = (now, Number + 1);
        return state with { Turned = 0, Cursor = null };
    }

    public void Dispose() => digest.Dispose();
}
