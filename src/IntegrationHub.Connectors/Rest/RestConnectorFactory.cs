using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Makes connectors from a description alone: the <c>rest</c> section of a manifest, or of the connection's own options.</summary>
/// <remarks>Where both are given the connection's section changes the manifest's (JSON Merge Patch, RFC 7396); a stream's options change its stream.</remarks>
public sealed class RestConnectorFactory : IConnectorFactory
{
    private readonly JsonElement? section;

    /// <param name="restSection">The manifest's <c>rest</c> object; null when each connection brings its own under <c>rest</c>.</param>
    public RestConnectorFactory(JsonElement? restSection) => section = restSection?.Clone();

    /// <summary>The limits that the description asks for, to make the connection's client with (<see cref="HubHttp.For"/>).</summary>
    /// <param name="options">The connection's <c>options</c> object.</param>
    /// <exception cref="ConnectorException">The description is wrong (<see cref="FailureKind.Blocked"/>); the message names the mistakes.</exception>
    public HttpSettings SettingsFor(JsonElement options)
    {
        var rest = VocabularyReader.Read(Description.Merged(section, options), "options");
        var settings = new HttpSettings();
        return settings with
        {
            TotalTimeout = rest.Limits?.TotalTimeout ?? settings.TotalTimeout,
            AttemptTimeout = rest.Limits?.AttemptTimeout ?? settings.AttemptTimeout,
            RetriesMax = rest.Limits?.Retries ?? settings.RetriesMax,
            ThrottleWaitMax = rest.Limits?.ThrottleWait ?? settings.ThrottleWaitMax,
            ResponseBytesMax = rest.MaxResponseBytes ?? settings.ResponseBytesMax,
            Budget = BudgetOf(rest.Budget ?? new()),
        };
    }

    /// <inheritdoc/>
    public IConnector Create(ConnectorSetup setup)
    {
        var rest = VocabularyReader.Read(Description.Merged(section, setup.Options, setup.Streams.Values), setup.Connection);
        var streams = new Dictionary<string, RestStream>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (name, stream) in setup.Streams)
        {
            if (rest.Streams.TryGetValue(name, out var options))
                streams[name] = new(stream, options);
            else
                problems.Add($"The description has no stream '{name}'. {VocabularyReader.Nearest(name, rest.Streams.Keys.DefaultIfEmpty("*"))}");
        }

        problems.AddRange(DescriptionCheck.Problems(rest, streams.Values));
        if (problems.Count > 0)
            throw VocabularyReader.Wrong(setup.Connection, string.Join(" ", problems));
        return new RestConnector(new(rest, setup, Description.Values(setup)), rest, streams, setup.Clock);
    }

    private static BudgetSettings BudgetOf(BudgetOptions options)
    {
        var budget = new BudgetSettings();
        return new()
        {
            Calls = options.Calls,
            Interval = options.Interval ?? budget.Interval,
            Concurrency = options.Concurrency ?? budget.Concurrency,
            DailyCalls = options.DailyCalls,
            DailyReserve = options.DailyReserve ?? budget.DailyReserve,
            Signals = options.Headers is { } headers
                ? new() { Remaining = headers.Remaining, Reset = headers.Reset, DailyUse = headers.DailyUse, DailyRemaining = headers.DailyRemaining }
                : null,
        };
    }
}
