using System.ComponentModel;

namespace IntegrationHub.Connectors.Rest.Vocabulary;

/// <summary>A list request and its pages.</summary>
internal record FeedOptions : CallOptions
{
    [Description("Path of the records in the answer; empty when the answer itself is the array.")]
    public string Records { get; init; } = "";

    [Description("Path of the record inside each element; empty when the element is the record (GraphQL edges: node).")]
    public string Record { get; init; } = "";

    [Description("How later reads ask for changes only. Without it every read starts at the beginning.")]
    public IncrementalOptions? Incremental { get; init; }

    [Description("The order of the answer: modified, key or none. Default modified with incremental, else none.")]
    public FeedOrder? Order { get; init; }

    [Description("How one page leads to the next. Default: there is one page.")]
    public PagingOptions Paging { get; init; } = new();

    [Description("Statuses that mean 'no records' (204, 304, or 404 where a system answers an empty list with it). Default 204 and 304.")]
    public List<int> Empty { get; init; } = [204, 304];
}

internal sealed record ReadOptions : FeedOptions
{
    [Description("A read from the beginning shows every live record, so that what it did not show is gone. Default false.")]
    public bool Complete { get; init; }

    [Description("Another feed that lists deleted records.")]
    public DeletesOptions? Deletes { get; init; }

    [Description("Records of their own that are merged into each record.")]
    public List<ChildOptions> Children { get; init; } = [];

    [Description("Feeds whose change means that the parent is read again, because the parent's own time does not move.")]
    public List<ChildFeedOptions> ChildStreams { get; init; } = [];
}

internal enum FeedOrder
{
    None,
    Modified,
    Key,
}

internal sealed record IncrementalOptions
{
    [Description("How {since} is written: iso (milliseconds, Z), isoSeconds, isoMicros, epochMs, epochSeconds, odata (datetime'…'), sql (yyyy-MM-dd HH:mm:ss), httpDate. Default iso.")]
    public TimeFormat Format { get; init; }

    [Description("The system's comparison includes records of exactly {since}. Default true; with false the hub asks one unit earlier.")]
    public bool Inclusive { get; init; } = true;

    [Description("How far before the last time seen a read starts, for records that become visible late, such as 00:05:00. Default 30 seconds.")]
    public TimeSpan LookBack { get; init; } = TimeSpan.FromSeconds(30);

    [Description("{since} of the first read (1970-01-01T00:00:00Z), for a request that cannot do without. Default: no value.")]
    public string? Start { get; init; }

    [Description("Path of a link in the last page that leads to the changes after it (Dataverse: @odata.deltaLink).")]
    public string? DeltaLink { get; init; }
}

internal enum TimeFormat
{
    Iso,
    IsoSeconds,
    IsoMicros,
    EpochMs,
    EpochSeconds,
    Odata,
    Sql,
    HttpDate,
}

internal sealed record PagingOptions
{
    [Description("none, cursor ({cursor}), nextLink, page ({page}), offset ({offset}) or keyset ({since} and {lastKey}).")]
    public PagingKind Kind { get; init; }

    [Description("Records a page, {limit}. Default 200.")]
    public int Size { get; init; } = 200;

    [Description("cursor: path of the next cursor. nextLink: path of the link, or 'header:Link'.")]
    public string? Next { get; init; }

    [Description("Path of a flag that says whether there is another page.")]
    public string? HasMore { get; init; }

    [Description("Path of the number of all records, or 'header:X-Total'.")]
    public string? Total { get; init; }

    [Description("A page with fewer records than asked for is the last one. Default true for page, offset and keyset without hasMore or total.")]
    public bool? ShortPageEnds { get; init; }

    [Description("The number of the first page. Default 1.")]
    public int FirstPage { get; init; } = 1;

    [Description("keyset: {lastKey} of the first request. Default: no value.")]
    public string? StartKey { get; init; }

    [Description("Ask again from the last time seen instead of turning pages, except among equal times. Default true for page and offset in the order of modified: turned pages shift when records change.")]
    public bool? Moving { get; init; }
}

internal enum PagingKind
{
    None,
    Cursor,
    NextLink,
    Page,
    Offset,
    Keyset,
}

internal sealed record DeletesOptions : FeedOptions
{
    [Description("Path of the deleted record's key.")]
    public required string Key { get; init; }

    [Description("Path of the time of the deletion.")]
    public string? Time { get; init; }
}

internal sealed record ChildOptions : CallOptions
{
    [Description("Property of the parent that takes the children as an array.")]
    public required string Into { get; init; }

    [Description("Path of the children in the answer; empty when the answer itself is the array.")]
    public string Records { get; init; } = "";
}

internal sealed record ChildFeedOptions : FeedOptions
{
    [Description("A name for the feed, for checkpoints and messages.")]
    public required string Name { get; init; }

    [Description("Path of the parent's key in the child.")]
    public required string ParentKey { get; init; }

    [Description("Path of the child's key. Default id.")]
    public string Key { get; init; } = "id";

    [Description("Path of the time of the child's last change.")]
    public required string Modified { get; init; }
}
