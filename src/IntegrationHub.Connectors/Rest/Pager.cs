using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>What of a record decides where the next page starts.</summary>
internal readonly record struct FeedItem(string? Key, DateTimeOffset? Modified);

/// <summary>Decides from one page where the next one starts, or that there is none.</summary>
internal sealed class Pager(FeedOptions feed)
{
    private readonly PagingOptions paging = feed.Paging;

    public FeedOrder Order => feed.Order ?? (feed.Incremental is { DeltaLink: null } ? FeedOrder.Modified : FeedOrder.None);

    /// <summary>Raise the lower bound instead of turning pages.</summary>
    public bool IsMoving => Order == FeedOrder.Modified && feed.Incremental is { DeltaLink: null }
        && (paging.Moving ?? paging.Kind is PagingKind.Page or PagingKind.Offset);

    /// <summary>Pages are counted, so that an edit moves records from one to another.</summary>
    public bool MayShift => IsMoving || paging.Kind is PagingKind.Page or PagingKind.Offset;

    /// <summary>The lower bound as the request writes it.</summary>
    public string? Since(FeedState state)
    {
        if (feed.Incremental is not { } incremental || state.Bound is not { } bound)
            return null;
        // Asked one unit earlier where the system leaves out the bound itself; after a last key the pair decides, and the time stays.
        var asked = incremental.Inclusive || state.LastKey is not null ? bound : bound - SourceTime.Unit(incremental.Format);
        return SourceTime.Format(asked, incremental.Format);
    }

    /// <returns>The state for the next page; null when this was the last one.</returns>
    public FeedState? Next(FeedState state, RestAnswer answer, IReadOnlyList<FeedItem> items, DateTimeOffset? latest)
    {
        if (IsLast(state, answer, items))
            return null;
        if (IsMoving && latest is { } edge && Moved(state, edge))
            return state with { Bound = edge, Turned = 0, Cursor = null };
        return paging.Kind switch
        {
            PagingKind.Cursor or PagingKind.NextLink => NextOf(answer) is { Length: > 0 } next ? state with { Cursor = next, Turned = state.Turned + 1 } : null,
            PagingKind.Page => state with { Turned = state.Turned + 1 },
            PagingKind.Offset => state with { Turned = state.Turned + items.Count },
            PagingKind.Keyset => NextKey(state, items),
            _ => null,
        };
    }

    /// <summary>Whether a record's time is the bound itself, as far as the request can tell.</summary>
    public bool IsAtBound(FeedItem item, FeedState state) => item.Modified is not { } modified || state.Bound is not { } bound
        || SourceTime.Format(modified, feed.Incremental!.Format) == SourceTime.Format(bound, feed.Incremental.Format);

    private bool Moved(FeedState state, DateTimeOffset edge) =>
        state.Bound is not { } bound || (edge > bound && SourceTime.Format(edge, feed.Incremental!.Format) != SourceTime.Format(bound, feed.Incremental.Format));

    private bool IsLast(FeedState state, RestAnswer answer, IReadOnlyList<FeedItem> items)
    {
        if (paging.Kind == PagingKind.None)
            return true;
        if (paging.HasMore is { } path && answer.Body is { } body && !JsonPath.IsTrue(JsonPath.Find(body, path)))
            return true;
        if (paging.Kind is PagingKind.Cursor or PagingKind.NextLink)
            return string.IsNullOrEmpty(NextOf(answer));
        if (items.Count == 0)
            return true;
        if (paging.Total is { } total && long.TryParse(answer.Text(total), out var all))
            return (paging.Kind == PagingKind.Page ? (long)state.Turned * paging.Size : state.Turned) + items.Count >= all && paging.Kind != PagingKind.Keyset;
        return (paging.ShortPageEnds ?? (paging.HasMore is null && paging.Total is null)) && items.Count < paging.Size;
    }

    private FeedState NextKey(FeedState state, IReadOnlyList<FeedItem> items)
    {
        var last = items[^1];
        var next = state with { Bound = last.Modified ?? state.Bound, LastKey = last.Key ?? state.LastKey };
        return next == state
            ? throw new ConnectorException(FailureKind.Blocked, "rest.loop", "A whole page has led to no later record: the system ignores {lastKey}, or the format of {since} is coarser than its times. Check the incremental part of the description.")
            : next;
    }

    private string? NextOf(RestAnswer answer)
    {
        var text = answer.Text(paging.Next ?? "");
        if (paging.Next != "header:Link" || text is null)
            return text is "null" ? null : text;
        // RFC 8288: <address>; rel="next", <address>; rel="last"
        foreach (var link in text.Split(",", StringSplitOptions.TrimEntries))
        {
            var end = link.IndexOf('>');
            if (end > 1 && link[0] == '<' && link[(end + 1)..].Split(';', StringSplitOptions.TrimEntries).Any(part => part is "rel=\"next\"" or "rel=next"))
                return link[1..end];
        }

        return null;
    }
}
