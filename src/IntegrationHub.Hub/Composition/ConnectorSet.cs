using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Composition;

/// <summary>What a connection's probe found.</summary>
/// <param name="Findings">Sentences with what to do next; none when all is well.</param>
internal sealed record ProbeResult(string Connection, string Connector, IReadOnlyList<string> Findings);

/// <summary>The connectors of all connections, with their HTTP clients.</summary>
internal sealed class ConnectorSet : IAsyncDisposable
{
    private readonly List<(ConnectionFile File, IConnector Connector, HttpClient Http, int? DailyCalls)> made = [];
    private readonly HubHttp http;

    private ConnectorSet(HubHttp http) => this.http = http;

    public IEnumerable<StreamName> StreamNames => made.SelectMany(static one => one.File.Streams.Select(stream => new StreamName(one.File.Name, stream.Name)));

    /// <exception cref="ConnectorException">A connector refuses its options.</exception>
    public static ConnectorSet Make(HubConfiguration configuration, TimeProvider clock)
    {
        var set = new ConnectorSet(new HubHttp(clock, new Random()));
        foreach (var connection in configuration.Connections)
            set.Add(configuration, connection, clock);
        return set;
    }

    public IReadOnlyList<ConnectionRuntime> ToRuntimes(IReadOnlyDictionary<StreamName, int> numbers) =>
        [.. made.Select(one => new ConnectionRuntime(
            one.File.Name, one.Connector as ISourceConnector, one.Connector as ITargetConnector,
            [.. one.File.Streams.Select(stream => ToSettings(one.File, stream, one.Connector, numbers))]) 
            {
                DailyCalls = one.DailyCalls,
                Reconcile = one.File.Reconcile,
            })];

    public async Task<IReadOnlyList<ProbeResult>> ProbeAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        var results = new List<ProbeResult>();
        foreach (var (file, connector, _, _) in made)
        {
            try
            {
                results.Add(new(file.Name, file.Connector, await connector.ProbeAsync(cancellationToken).WaitAsync(timeout, clock, cancellationToken)));
            }
            catch (ConnectorException failure)
            {
                results.Add(new(file.Name, file.Connector, [failure.Message]));
            }
            catch (TimeoutException)
            {
                results.Add(new(file.Name, file.Connector, [$"The system did not answer within {timeout}. Check its address, and whether it can be reached from here."]));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Its text may quote an answer of the system.
                results.Add(new(file.Name, file.Connector, [$"The connector failed with {failure.GetType().Name}, which it should have explained. Report it to the connector's author."]));
            }
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, connector, client, _) in made)
        {
            await connector.DisposeAsync();
            client.Dispose();
        }

        http.Dispose();
    }

    private void Add(HubConfiguration configuration, ConnectionFile connection, TimeProvider clock)
    {
        var factory = configuration.Catalog.Find(connection.Connector);
        var declared = factory is RestConnectorFactory rest ? rest.SettingsFor(connection.Options) : new HttpSettings();
        var limits = With(declared, connection.Http);
        var client = http.For(connection.Name, connection.Credentials ?? connection.Name, limits);
        var connector = factory.Create(new ConnectorSetup
        {
            Connection = connection.Name,
            Options = connection.Options,
            Streams = connection.Streams.ToDictionary(static stream => stream.Name, ToSetup, StringComparer.Ordinal),
            Credentials = Secrets.Read(connection.Credentials, configuration.Folder),
            BaseFolder = configuration.Folder,
            ConnectorFolder = configuration.Catalog.Manifests.First(manifest => manifest.Name == connection.Connector).Folder,
            Http = client,
            Clock = clock,
        });
        made.Add((connection, connector, client, limits.Budget.DailyCalls));
    }

    private static StreamSetup ToSetup(StreamFile stream) => new(
        stream.Name, stream.Options, stream.Mapping.Key, stream.Mapping.Modified, stream.Mapping.Deleted, stream.Mapping.Correlation);

    private static StreamSettings ToSettings(
        ConnectionFile connection, StreamFile stream, IConnector connector, IReadOnlyDictionary<StreamName, int> numbers)
    {
        var name = new StreamName(connection.Name, stream.Name);
        return new()
        {
            Name = name,
            Number = numbers[name],
            Mapping = stream.Mapping,
            Traits = connector.Describe(stream.Name),
            Direction = stream.Direction,
            Rights = stream.Rights,
            OnDelete = stream.OnDelete,
            OnMerge = stream.OnMerge,
            DeleteLimit = stream.DeleteLimit,
            Schedule = stream.Schedule,
            WholeReadEvery = stream.WholeReadEvery,
            Filters = stream.Filters,
            AsksBeforeWriting = connection.AsksBeforeWriting,
        };
    }

    private static HttpSettings With(HttpSettings declared, HttpLimits limits) => declared with
    {
        TotalTimeout = limits.TotalTimeout ?? declared.TotalTimeout,
        AttemptTimeout = limits.AttemptTimeout ?? declared.AttemptTimeout,
        RetriesMax = limits.Retries ?? declared.RetriesMax,
        Budget = declared.Budget with
        {
            Calls = limits.Calls ?? declared.Budget.Calls,
            Interval = limits.Interval ?? declared.Budget.Interval,
            Concurrency = limits.Concurrency ?? declared.Budget.Concurrency,
            DailyCalls = limits.DailyCalls ?? declared.Budget.DailyCalls,
        },
    };
}
