using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>One stream of a connection: what the mapping says of it and what the description says.</summary>
internal sealed class RestStream(StreamSetup setup, StreamOptions options)
{
    public string Name => Setup.Name;

    public StreamSetup Setup { get; } = setup;

    public StreamOptions Options { get; } = options;

    public RecordReader Records { get; } = new(setup, options);

    public FeedItem Look(JsonElement record) => new(Records.KeyOf(record), Records.ModifiedOf(record));

    public StreamTraits Traits => new()
    {
        Deletes = Options.Read?.Deletes is not null || Records.ShowsDeleted ? DeleteDetection.Shown
            : Options.Read?.Complete == true ? DeleteDetection.ByAbsence
            : DeleteDetection.Never,
        WriteBatchMax = Math.Clamp(Options.Write?.Batch.Select(batch => batch.Max).DefaultIfEmpty(200).Max() ?? 200, 1, 500),
        IndexLag = Options.IndexLag,
        // With an 'otherwise' the description says what to send where no version is known.
        WritesByVersion = Options.Write?.Concurrency is { Kind: ConcurrencyKind.IfMatch or ConcurrencyKind.IfUnmodifiedSince, Otherwise: null },
        ShowsMerges = Options.MergedInto is not null,
        ReadsWhole = Options.Read is { Incremental: null },
    };

    /// <summary>The stream's own template values over the connection's.</summary>
    public TemplateValues Values(TemplateValues outer) => new(outer)
    {
        ["stream"] = Name,
        ["fields"] = Options.Fields.Count == 0 ? null : new JsonArray([.. Options.Fields.Select(field => (JsonNode)field)]),
    };
}
