using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>One page of a feed, and where to go on after it.</summary>
/// <param name="Records">The records, without those that the page before has shown already.</param>
/// <param name="Before">Where reading this page again starts.</param>
/// <param name="After">Where the next page starts, or the next run when this was the last page.</param>
internal sealed record FeedPage(IReadOnlyList<JsonElement> Records, FeedState Before, FeedState After);

/// <summary>Reads a feed page by page: every kind of paging, resumable, never skipping.</summary>
internal sealed class FeedReader(RestClient client, FeedOptions feed, string what, Func<JsonElement, FeedItem> look)
{
    private const int EmptyPagesMax = 1000;

    /// <summary>How long the latest change must lie back before its time is not asked for again: longer than a day, because a system may
    /// know the day alone. Until then every run reads it, and all that share it, again.</summary>
    private static readonly TimeSpan QuietAfter = TimeSpan.FromHours(26);

    private readonly Pager pager = new(feed);
    private string? total;

    /// <summary>False when the number of records changed while counted pages were turned: one may have slipped by.</summary>
    public bool IsSteady { get; private set; } = true;

    /// <param name="from">Where to start; null at the very beginning.</param>
    public async IAsyncEnumerable<FeedPage> ReadAsync(FeedState? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = from is { IsRunning: true } ? from : Begin(from ?? new());
        var isBulk = state.Since is null && state.Delta is null;
        var seen = new SeenPages(what);
        var edge = new HashSet<FeedItem>();
        var shown = new HashSet<string>(StringComparer.Ordinal);
        var emptyPages = 0;
        var hasRestarted = false;
        using var pass = new TiePass();
        while (true)
        {
            var answer = await AskAsync(state, isBulk, cancellationToken);
            if (answer.Verdict.Meaning == AnswerMeaning.Restart)
            {
                // A link to changes that is no longer valid: only a whole read finds what happened since. A cursor: the same run again.
                if (hasRestarted)
                    throw answer.Failure(what);
                hasRestarted = true;
                state = Begin(state.Delta is not null ? new() : state.Settle());
                edge.Clear();
                continue;
            }

            WatchTotal(answer);
            var records = Records(answer);
            var items = records.Select(look).ToList();
            CheckOrder(items, state);
            // The first page after the bound has moved, or of another pass, may well be a page that came before.
            seen.Add(records, (pager.IsMoving ? state.Bound : null, pass.Number), pager.MayShift);
            if (records.Count == 0 && ++emptyPages > EmptyPagesMax)
                throw SeenPages.Loop(what, "a thousand pages in a row were empty");

            var latest = items.Max(item => item.Modified);
            var reached = Reached(state, answer, latest);
            var next = pager.Next(reached, answer, items, latest);
            if (next?.Cursor is { } cursor && next.Cursor != state.Cursor)
                seen.Add($"{next.Bound:O} {pass.Number} {cursor}");
            else if (next?.Cursor is not null)
                throw SeenPages.Loop(what, "a page leads to itself");
            var fresh = pager.IsMoving ? Fresh(records, items, edge) : pager.MayShift ? Unlike(records, shown) : records;
            if (pager.IsMoving)
            {
                next = pass.Leave(reached, next, [.. records.Where((_, i) => pager.IsAtBound(items[i], state))]);
                // Only what the next request can show again must be remembered.
                edge.RemoveWhere(item => next is null || item.Modified < next.Bound - TimeSpan.FromSeconds(2));
            }

            yield return new(fresh, state, next ?? End(reached, answer));
            if (next is null)
                yield break;
            state = next;
        }
    }

    private FeedState Begin(FeedState settled) => settled.Settle() with
    {
        IsRunning = true,
        Bound = BoundAfter(settled),
        LastKey = feed.Paging.StartKey,
        Cursor = settled.Delta,
    };

    private DateTimeOffset? BoundAfter(FeedState settled) => (settled.Since, feed.Incremental) switch
    {
        ({ } since, { } incremental) => settled.IsQuiet ? since + SourceTime.Unit(incremental.Format) : since - incremental.LookBack,
        (null, { Start: { } start }) => SourceTime.Of(start),
        _ => null,
    };

    private Task<RestAnswer> AskAsync(FeedState state, bool isBulk, CancellationToken cancellationToken)
    {
        var paging = feed.Paging;
        var isLink = state.Cursor is not null && (paging.Kind == PagingKind.NextLink || state.Cursor == state.Delta);
        var values = new TemplateValues(client.Values)
        {
            ["since"] = pager.Since(state),
            ["lastKey"] = state.LastKey,
            ["cursor"] = state.Cursor,
            ["page"] = paging.FirstPage + state.Turned,
            ["offset"] = state.Turned,
            ["limit"] = paging.Size,
        };
        return client.ReadAsync(feed, values, what, isBulk, isLink ? Link(state.Cursor!) : null, cancellationToken);
    }

    private void WatchTotal(RestAnswer answer)
    {
        if (feed.Paging.Total is not { } path || !pager.MayShift || pager.IsMoving)
            return;
        var now = answer.Text(path);
        IsSteady &= total is null || total == now;
        total = now;
    }

    private Uri Link(string text) => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var link)
        // On Unix a path alone counts as an absolute file address.
        ? link is { IsAbsoluteUri: true, Scheme: not ("http" or "https") } ? new Uri(text, UriKind.Relative) : link
        : throw new ConnectorException(FailureKind.Blocked, "rest.link",
            $"{what}: the link to the next page is not an address. Check the path 'next' in the description.");

    private List<JsonElement> Records(RestAnswer answer)
    {
        if (feed.Empty.Contains(answer.Status))
            return [];
        if (answer.Verdict.Meaning != AnswerMeaning.Ok)
            throw answer.Failure(what);
        if (answer.IsUnreadable)
            throw answer.NotJson(what);
        if (answer.Body is not { } body || JsonPath.Elements(JsonPath.Find(body, feed.Records)) is not { } elements)
        {
            throw new ConnectorException(FailureKind.Blocked, "rest.records",
                $"{what}: the answer (HTTP {answer.Status}) holds no array at '{feed.Records}'. Check the path of the records in the description.");
        }

        return [.. elements.Select(element => feed.Record.Length == 0 ? element : JsonPath.Find(element, feed.Record) ?? element)];
    }

    /// <summary>Moving the bound through an answer in another order would skip records.</summary>
    private void CheckOrder(List<FeedItem> items, FeedState state)
    {
        if (!pager.IsMoving)
            return;
        DateTimeOffset? before = null;
        foreach (var item in items)
        {
            if (item.Modified < before)
                throw new ConnectorException(FailureKind.Blocked, "rest.order",
                    $"{what}: the answer is not in the order of the modified time. Add the system's parameter for it, or describe \"order\": \"none\".");
            before = item.Modified ?? before;
        }

        if (items.Count > 0 && items[0].Modified < state.Bound - TimeSpan.FromSeconds(2))
            throw new ConnectorException(FailureKind.Blocked, "rest.filter",
                $"{what}: the answer holds records from before {{since}}: the system ignores the filter. Check the name of its parameter.");
    }

    private FeedState Reached(FeedState state, RestAnswer answer, DateTimeOffset? latest) => state with
    {
        Max = Later(state.Max, latest),
        Began = state.Began ?? BeganBy(answer, latest),
    };

    /// <summary>A time at which the system surely had not yet gone past the first page: its own clock less a minute of doubt between web
    /// server and database, or a change that the page already shows. Without a clock an answer in order needs none.</summary>
    private DateTimeOffset? BeganBy(RestAnswer answer, DateTimeOffset? latest) => answer.Date is { } date
        ? latest <= date ? Later(date - TimeSpan.FromMinutes(1), latest) : date - TimeSpan.FromMinutes(1)
        : pager.Order == FeedOrder.Modified ? null : latest;

    private FeedState End(FeedState state, RestAnswer answer)
    {
        if (feed.Incremental is not { } incremental)
            return new();
        if (incremental.DeltaLink is { } path)
        {
            return answer.Text(path) is { Length: > 0 } delta
                ? new() { Delta = delta }
                : throw new ConnectorException(FailureKind.Blocked, "rest.delta",
                    $"{what}: the last page holds no link at '{path}'. Check the headers that ask the system for it.");
        }

        var latest = Later(state.Since, state.Max);
        var isQuiet = state.Began - incremental.LookBack - QuietAfter > latest;
        return new() { Since = isQuiet ? latest : Later(state.Since, NextSince(state)), IsQuiet = isQuiet };
    }

    /// <summary>What changed while the run was under way may have been passed already, so the next one starts where this one began, by the
    /// system's clock, or at the latest change it showed, whichever is earlier.</summary>
    private static DateTimeOffset? NextSince(FeedState state) => state.Began < state.Max ? state.Began : state.Max;

    private static List<JsonElement> Fresh(IReadOnlyList<JsonElement> records, List<FeedItem> items, HashSet<FeedItem> edge)
    {
        var fresh = new List<JsonElement>(records.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Key is null || edge.Add(items[i]))
                fresh.Add(records[i]);
        }

        return fresh;
    }

    /// <summary>The records that the page before did not show: what is inserted meanwhile pushes its last ones onto this page.</summary>
    private static List<JsonElement> Unlike(IReadOnlyList<JsonElement> records, HashSet<string> shown)
    {
        var fresh = records.Where(record => !shown.Contains(record.GetRawText())).ToList();
        shown.Clear();
        shown.UnionWith(records.Select(record => record.GetRawText()));
        return fresh;
    }

    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) => left is null || right > left ? right : left;
}

/// <summary>Notices a system that leads in circles.</summary>
internal sealed class SeenPages(string what)
{
    private const int RepeatsMax = 3;
    private const int InsertedMax = 100;

    private readonly HashSet<string> cursors = new(StringComparer.Ordinal);
    private readonly Dictionary<((DateTimeOffset?, int) Part, Int128 Digest), int> pages = [];

    public void Add(string cursor)
    {
        if (!cursors.Add(cursor))
            throw Loop(what, "a page leads back to one before it");
    }

    /// <param name="records">A page.</param>
    /// <param name="part">The part of the run within which a page is not expected again.</param>
    /// <param name="mayShift">Records that are inserted meanwhile move the others from page to page: a page of n comes again when n of them
    /// came in before it, which small pages see often.</param>
    public void Add(IReadOnlyList<JsonElement> records, (DateTimeOffset? Bound, int Pass) part, bool mayShift)
    {
        if (records.Count == 0)
            return;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var record in records)
            digest.AppendData(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(record));
        var page = (part, System.Buffers.Binary.BinaryPrimitives.ReadInt128LittleEndian(digest.GetHashAndReset()));
        var repeats = pages.GetValueOrDefault(page);
        if (repeats > (mayShift ? Math.Max(RepeatsMax, InsertedMax / records.Count) : 0))
            throw Loop(what, "the same page came again");
        pages[page] = repeats + 1;
    }

    public static ConnectorException Loop(string what, string found) => new(FailureKind.Blocked, "rest.loop",
        $"{what}: {found}, so the pages would never end. Check the paging in the description: its kind, where the next page is named, and how the last page is told.");
}
