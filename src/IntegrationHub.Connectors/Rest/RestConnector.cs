using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>A connector that a description makes.</summary>
internal sealed class RestConnector(RestClient client, RestOptions options, IReadOnlyDictionary<string, RestStream> streams)
    : ISourceConnector, ITargetConnector, IConnector, IWriteCost
{
    public StreamTraits Describe(string stream) => Of(stream).Traits;

    public IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, CancellationToken cancellationToken)
    {
        var one = Of(stream);
        return one.Options.Read is not null
            ? new StreamReader(client, one, new(client, one)).ReadAsync(after, cancellationToken)
            : throw new ConnectorException(FailureKind.Blocked, "rest.read",
                $"{stream}: the description does not say how the stream is read. Add it under read, or do not read this stream.");
    }

    public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
        new RecordFinder(client, Of(stream)).FindAsync(references, cancellationToken);

    public Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        var one = Of(stream);
        var single = new RecordWriter(client, one);
        return new StreamWriter(one, new(client, one), single, new(client, one, single)).WriteAsync(batch, cancellationToken);
    }

    public long CallsFor(string stream, DeliveryOperation operation, long deliveries)
    {
        var write = Of(stream).Options.Write ?? new();
        var batch = write.Batch.Find(one => one.Operations.Contains(operation));
        var calls = CallsOf(deliveries, batch?.Max ?? 1);
        if (write.Concurrency.Kind != ConcurrencyKind.Compare || operation == DeliveryOperation.Create)
            return calls;
        // Every record is looked at before it is written.
        return calls + CallsOf(deliveries, Of(stream).Options.Lookup?.ByKeys?.Max ?? 1);
    }

    public async Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        try
        {
            if (options.Probe is { } probe)
            {
                var answer = await client.ReadAsync(probe, client.Values, "the probe", false, null, cancellationToken);
                if (answer.Verdict.Meaning != AnswerMeaning.Ok)
                    findings.Add(answer.Failure("the probe").Message);
            }
            else
            {
                foreach (var stream in streams.Values.Where(stream => stream.Options.Read is not null))
                    findings.AddRange(await new StreamProbe(client, stream).FindingsAsync(cancellationToken));
            }
        }
        catch (ConnectorException failure)
        {
            findings.Add(failure.Message);
        }

        return findings;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static long CallsOf(long records, int perCall) => (records + Math.Max(1, perCall) - 1) / Math.Max(1, perCall);

    private RestStream Of(string stream) => streams.TryGetValue(stream, out var one) ? one
        : throw new ConnectorException(FailureKind.Blocked, "rest.stream",
            $"The connection has no stream '{stream}'. Known: {string.Join(", ", streams.Keys.Order(StringComparer.Ordinal))}.");
}
