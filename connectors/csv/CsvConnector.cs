using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>A folder of CSV files. Reading is in <see cref="CsvSource"/>, writing in <see cref="CsvTarget"/>.</summary>
internal sealed class CsvConnector(CsvOptions options, IReadOnlyDictionary<string, CsvStream> streams) : IConnector, ISourceConnector, ITargetConnector
{
    /// <summary>The whole file is rewritten for a batch, so a batch is as large as the contract allows.</summary>
    private const int WriteBatchMax = 500;

    public StreamTraits Describe(string stream) =>
        new() { Deletes = DeleteDetection.ByAbsence, WriteBatchMax = WriteBatchMax, ReadsWhole = true };

    public async Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        foreach (var stream in streams.Values)
        {
            try
            {
                await using var table = await CsvTable.OpenAsync(options, stream, cancellationToken);
            }
            catch (ConnectorException wrong)
            {
                findings.Add(wrong.Message);
            }
        }

        return findings;
    }

    public IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, CancellationToken cancellationToken) =>
        new CsvSource(options, Find(stream)).ReadAsync(after, cancellationToken);

    public Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken) =>
        new CsvTarget(options, Find(stream)).WriteAsync(batch, cancellationToken);

    public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
        new CsvTarget(options, Find(stream)).FindAsync(references, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private CsvStream Find(string stream) => streams.TryGetValue(stream, out var found)
        ? found
        : throw new ConnectorException(FailureKind.Blocked, "csv.stream", $"The connection has no stream '{stream}'. Add it to the connection's streams.");
}
