using System.ComponentModel;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Rest.Vocabulary;

internal sealed record LookupOptions
{
    [Description("One record by {key}. A missing record is 404 or 410.")]
    public FindOptions? ByKey { get; init; }

    [Description("Several records by {keys}.")]
    public FindManyOptions? ByKeys { get; init; }

    [Description("The record that carries {correlation}. Records that carry another one are ignored, so a filter that the system drops does no harm.")]
    public FindOptions? ByCorrelation { get; init; }
}

internal sealed record FindOptions : CallOptions
{
    [Description("Path of the record, or of an array of which the matching one counts; empty for the answer itself.")]
    public string Record { get; init; } = "";
}

internal sealed record FindManyOptions : CallOptions
{
    [Description("Path of the records.")]
    public string Records { get; init; } = "";

    [Description("Most keys in one request. Default 50.")]
    public int Max { get; init; } = 50;
}

internal sealed record WriteOptions
{
    [Description("How a record is made.")]
    public WriteCallOptions? Create { get; init; }

    [Description("How a record is changed.")]
    public WriteCallOptions? Update { get; init; }

    [Description("How a record is removed. Without it a delete is refused.")]
    public WriteCallOptions? Delete { get; init; }

    [Description("Makes or changes the record with {correlation}: used for creates when given, and repeatable.")]
    public WriteCallOptions? Upsert { get; init; }

    [Description("Several records in one request; the first entry that names the operation counts.")]
    public List<BatchOptions> Batch { get; init; } = [];

    [Description("A header that makes repeating a create harmless, such as Idempotency-Key.")]
    public IdempotencyOptions? Idempotency { get; init; }

    [Description("How an edit that came in between is noticed. Default none.")]
    public ConcurrencyOptions Concurrency { get; init; } = new();

    [Description("Put the correlation into the body of a create, at the field that the mapping names. Default true; upserts by URL often forbid it.")]
    public bool CorrelationInBody { get; init; } = true;

    [Description("Single writes under way at the same time, 1 to 16. Default 4.")]
    public int Parallel { get; init; } = 4;
}

internal sealed record WriteCallOptions : CallOptions
{
    [Description("Statuses that mean success. Default 200 to 299.")]
    public List<int> Success { get; init; } = [];

    [Description("Path of the key in the answer, or 'header:Location' (its last segment or what stands in its parentheses). Default: the stream's key.")]
    public string? Key { get; init; }

    [Description("Path of the record as it reads back; empty for the answer itself. Without it the record is looked up.")]
    public string? Record { get; init; }
}

internal sealed record BatchOptions : CallOptions
{
    [Description("create, update, delete: what this request can do.")]
    public required List<DeliveryOperation> Operations { get; init; }

    [Description("Most records in one request, 1 to 500. Default 100.")]
    public int Max { get; init; } = 100;

    [Description("One entry of {items}, with {record}, {key}, {correlation}, {id}, {version}, {operation}. Default {record}.")]
    public System.Text.Json.JsonElement? Item { get; init; }

    [Description("Path of the results.")]
    public string Results { get; init; } = "";

    [Description("Path of a further array that holds only failures (HubSpot: errors).")]
    public string? Failures { get; init; }

    [Description("How a result finds its record: position, key, correlation or id (the delivery's own name).")]
    public CorrelateBy By { get; init; }

    [Description("Path in a result that holds what it is found by.")]
    public string? ByPath { get; init; }

    [Description("The same path in an entry of failures. Default byPath.")]
    public string? FailuresByPath { get; init; }

    [Description("What a good result looks like. Default: every entry of results is good.")]
    public Condition? Ok { get; init; }

    [Description("Path of the item's own HTTP status, for rules by status.")]
    public string? Status { get; init; }

    [Description("Path of the error code in a failed result.")]
    public string? Code { get; init; }

    [Description("Path of the error text in a failed result; personal values are blanked out.")]
    public string? Message { get; init; }

    [Description("Path of the key in a good result. Default: the stream's key.")]
    public string? Key { get; init; }

    [Description("Path of the record in a good result; without it the record is looked up.")]
    public string? Record { get; init; }
}

internal enum CorrelateBy
{
    Position,
    Key,
    Correlation,
    Id,
}

internal sealed record IdempotencyOptions
{
    [Description("The header's name.")]
    public required string Header { get; init; }

    [Description("Its value. Default {correlation}.")]
    public string Value { get; init; } = "{correlation}";
}

internal sealed record ConcurrencyOptions
{
    [Description("none, ifMatch, ifUnmodifiedSince or compare (read, compare, write).")]
    public ConcurrencyKind Kind { get; init; }

    [Description("ifMatch: what to send when no version is known, such as *. Default: no header.")]
    public string? Otherwise { get; init; }
}

internal enum ConcurrencyKind
{
    None,
    IfMatch,
    IfUnmodifiedSince,
    Compare,
}
