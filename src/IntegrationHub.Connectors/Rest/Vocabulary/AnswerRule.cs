using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IntegrationHub.Connectors.Rest.Vocabulary;

/// <summary>Holds when everything that is given holds.</summary>
internal record Condition
{
    [Description("Path in the body.")]
    public string? Path { get; init; }

    [Description("The value at the path, or at the header, is this.")]
    [JsonPropertyName("equals")]
    public JsonElement? Same { get; init; }

    [Description("It is one of these.")]
    public List<JsonElement>? In { get; init; }

    [Description("Its text contains this, whatever the case.")]
    public string? Contains { get; init; }

    [Description("Its text starts with this, whatever the case.")]
    public string? StartsWith { get; init; }

    [Description("There is a value (true), or none or null (false).")]
    public bool? Exists { get; init; }
}

internal sealed record AnswerRule : Condition
{
    [Description("HTTP statuses, single (429) or as a class (4xx). Without it any status counts, 200 too.")]
    public List<string> Status { get; init; } = [];

    [Description("Look at this response header instead of a path.")]
    public string? Header { get; init; }

    [Description("What it means.")]
    public required AnswerMeaning Outcome { get; init; }

    [Description("Path of the error code, for messages.")]
    public string? Code { get; init; }

    [Description("alreadyExists: path of the existing record's key.")]
    public string? Key { get; init; }

    [Description("The key stands in a text, after this (HubSpot: 'Existing ID: ').")]
    public string? KeyAfter { get; init; }

    [Description("alreadyExists: path of the keys of all existing records, where there may be several; [] stands for each element of an array ('[]', 'matches[].id').")]
    public string? Keys { get; init; }

    [Description("fieldsRefused, rejected: path of the names of the fields that the refusal is about; [] stands for each element of an array ('fields[]', 'errors[].property').")]
    public string? Fields { get; init; }

    [Description("throttled: seconds to wait when the answer does not say.")]
    public double? RetryAfter { get; init; }
}

internal enum AnswerMeaning
{
    /// <summary>The request went through after all.</summary>
    Ok,
    Transient,
    Throttled,
    Rejected,
    Blocked,
    RetryRecord,
    AlreadyExists,
    ChangedMeanwhile,
    Missing,
    TokenExpired,

    /// <summary>The credential may not write some fields; <c>fields</c> names them. The rest is written without them.</summary>
    FieldsRefused,

    /// <summary>Cursor or delta link is no longer valid: the read starts again.</summary>
    Restart,

    /// <summary>Not known whether it was applied.</summary>
    Unknown,
}

internal sealed record BudgetOptions
{
    [Description("Calls in any interval.")]
    public int? Calls { get; init; }

    [Description("The interval, such as 00:00:10. Default 1 second.")]
    public TimeSpan? Interval { get; init; }

    [Description("Calls under way at the same time. Default 4.")]
    public int? Concurrency { get; init; }

    [Description("Calls a day (UTC).")]
    public int? DailyCalls { get; init; }

    [Description("The share of the daily calls that bulk reading leaves to live work, 0 to 1. Default 0.2.")]
    public double? DailyReserve { get; init; }

    [Description("Response headers that say what is left.")]
    public SignalOptions? Headers { get; init; }

    [Description("Paths in answers that say what is left (GraphQL cost).")]
    public CostOptions? Body { get; init; }
}

internal sealed record SignalOptions
{
    [Description("Calls left in this window.")]
    public string? Remaining { get; init; }

    [Description("When the window ends: seconds, epoch seconds, epoch milliseconds or HTTP date.")]
    public string? Reset { get; init; }

    [Description("Daily use as 18/5000 (Salesforce: Sforce-Limit-Info).")]
    public string? DailyUse { get; init; }

    [Description("Calls left in the day.")]
    public string? DailyRemaining { get; init; }
}

internal sealed record CostOptions
{
    [Description("Path of the points left.")]
    public required string Remaining { get; init; }

    [Description("Path of the points that come back each second.")]
    public required string RestorePerSecond { get; init; }

    [Description("Path of the points that this request cost or asked for.")]
    public required string Cost { get; init; }
}

internal sealed record CallLimits
{
    [Description("The longest for one call with all attempts. Default 00:03:00.")]
    public TimeSpan? TotalTimeout { get; init; }

    [Description("The longest for one attempt. Default 00:00:30.")]
    public TimeSpan? AttemptTimeout { get; init; }

    [Description("Attempts after the first one, 1 to 10. Default 3.")]
    public int? Retries { get; init; }

    [Description("How long a call waits when the system asks for fewer calls, before it gives up for now. Default 00:00:45.")]
    public TimeSpan? ThrottleWait { get; init; }
}
