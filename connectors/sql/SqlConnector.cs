using System.Data.Common;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>One database. Reading is in <see cref="SqlSource"/>, writing in <see cref="SqlTarget"/>.</summary>
internal sealed class SqlConnector(SqlDialect dialect, IReadOnlyDictionary<string, SqlStream> streams, TimeProvider clock) : IConnector, ISourceConnector, ITargetConnector
{
    private const int WriteBatchMax = 500;

    public StreamTraits Describe(string stream)
    {
        var setup = Find(stream);
        return new()
        {
            Deletes = setup.DeletedColumn is null ? DeleteDetection.ByAbsence : DeleteDetection.Shown,
            WriteBatchMax = WriteBatchMax,
            ReadsWhole = setup.Modified is null,
        };
    }

    public async Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        try
        {
            await using var connection = await dialect.OpenAsync(cancellationToken);
            foreach (var stream in streams.Values)
                await ProbeAsync(connection, stream, findings, cancellationToken);
        }
        catch (ConnectorException failure)
        {
            findings.Add(failure.Message);
        }
        catch (DbException failure)
        {
            findings.Add(dialect.Translate(failure).Message);
        }

        return findings;
    }

    public IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, CancellationToken cancellationToken) =>
        new SqlSource(dialect, Find(stream), clock).ReadAsync(after, cancellationToken);

    // On a thread of its own: SQLite has no asynchronous work, and the hub goes on meanwhile, or gives up a call that hangs.
    public Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken) =>
        Task.Run(() => new SqlTarget(dialect, Find(stream)).WriteAsync(batch, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
        new SqlTarget(dialect, Find(stream)).FindAsync(references, cancellationToken);

    public ValueTask DisposeAsync() => dialect.DisposeAsync();

    private async Task ProbeAsync(DbConnection connection, SqlStream stream, List<string> findings, CancellationToken cancellationToken)
    {
        try
        {
            await dialect.DescribeAsync(connection, stream, cancellationToken);
            if (stream.ReadOnly)
                return;
            foreach (var column in new[] { stream.Key, stream.Correlation }.OfType<string>().Distinct(StringComparer.Ordinal))
            {
                if (!await dialect.IsUniqueAsync(connection, stream, column, cancellationToken))
                    findings.Add($"The column '{column}' of {stream.QuotedTable} has no unique index of its own, and writing needs one. "
                        + $"Add it, or set the stream '{stream.Name}' to 'readOnly'.");
            }
        }
        catch (ConnectorException wrong)
        {
            findings.Add(wrong.Message);
        }
    }

    private SqlStream Find(string stream) => streams.TryGetValue(stream, out var found)
        ? found
        : throw new ConnectorException(FailureKind.Blocked, "sql.stream", $"The connection has no stream '{stream}'. Add it to the connection's streams.");
}
