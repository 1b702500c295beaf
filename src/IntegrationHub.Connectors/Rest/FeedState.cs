using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Rest;

/// <summary>How far one feed has been read. Times are the system's own, never this machine's.</summary>
internal sealed record FeedState
{
    /// <summary>Where the next run starts to look for changes.</summary>
    [JsonPropertyName("since")]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Everything at that time has been read for good, so that the next run asks for later changes only.</summary>
    [JsonPropertyName("quiet")]
    public bool IsQuiet { get; init; }

    /// <summary>A run is under way: the properties below tell where it goes on.</summary>
    [JsonPropertyName("run")]
    public bool IsRunning { get; init; }

    /// <summary>The lower bound of the request, for {since}.</summary>
    [JsonPropertyName("bound")]
    public DateTimeOffset? Bound { get; init; }

    [JsonPropertyName("lastKey")]
    public string? LastKey { get; init; }

    /// <summary>The cursor, or the address of the next page.</summary>
    [JsonPropertyName("cursor")]
    public string? Cursor { get; init; }

    /// <summary>Pages already turned at this bound.</summary>
    [JsonPropertyName("turned")]
    public int Turned { get; init; }

    /// <summary>The latest change that this run has shown.</summary>
    [JsonPropertyName("max")]
    public DateTimeOffset? Max { get; init; }

    /// <summary>A time at which, by the system's own clock, the run had begun.</summary>
    [JsonPropertyName("began")]
    public DateTimeOffset? Began { get; init; }

    /// <summary>The link that leads to the changes after the last run.</summary>
    [JsonPropertyName("delta")]
    public string? Delta { get; init; }

    /// <summary>The state from which a run starts again at its beginning.</summary>
    public FeedState Settle() => new() { Since = Since, IsQuiet = IsQuiet, Delta = Delta };
}

/// <summary>The checkpoint of a stream: the state of each of its feeds, and the one that is being read.</summary>
internal sealed record StreamState
{
    public const string MainFeed = "main";
    public const string DeletesFeed = "deletes";

    private const int LengthMax = 4096;

    private static readonly JsonSerializerOptions Compact = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The feed that is being read; null between reads.</summary>
    public string? At { get; init; }

    public SortedDictionary<string, FeedState> Feeds { get; init; } = new(StringComparer.Ordinal);

    public FeedState? Of(string feed) => Feeds.GetValueOrDefault(feed);

    public StreamState With(string? at, string feed, FeedState state) => new()
    {
        At = at,
        Feeds = new(Feeds, StringComparer.Ordinal) { [feed] = state },
    };

    /// <exception cref="ConnectorException">The text is not a checkpoint of this connector.</exception>
    public static StreamState Parse(Checkpoint? checkpoint, string what)
    {
        if (checkpoint is null)
            return new();
        try
        {
            return JsonSerializer.Deserialize<StreamState>(checkpoint.Value, Compact) ?? new();
        }
        catch (JsonException failure)
        {
            throw new ConnectorException(FailureKind.Blocked, "rest.checkpoint",
                $"{what}: the checkpoint cannot be read. Reset the stream to read it from the beginning.", failure);
        }
    }

    public Checkpoint ToCheckpoint(string what)
    {
        var text = JsonSerializer.Serialize(this, Compact);
        return text.Length <= LengthMax
            ? new(text)
            : throw new ConnectorException(FailureKind.Blocked, "rest.checkpoint",
                $"{what}: the checkpoint has {text.Length} characters, at most {LengthMax} are kept. The system's cursors are too long: describe another kind of paging.");
    }
}
