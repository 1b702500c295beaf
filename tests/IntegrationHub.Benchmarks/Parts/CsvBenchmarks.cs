using BenchmarkDotNet.Attributes;
using IntegrationHub.Abstractions;
using IntegrationHub.Benchmarks.Sync;

namespace IntegrationHub.Benchmarks.Parts;

/// <summary>Reading a CSV file through its connector, per row of twelve columns.</summary>
[MemoryDiagnoser]
public class CsvBenchmarks
{
    private const int Rows = 10_000;

    private readonly string folder = Directory.CreateTempSubdirectory("hub-bench-").FullName;
    private IConnector connector = null!;

    [GlobalSetup]
    public void Write()
    {
        var file = Path.Combine(folder, "customers.csv");
        CustomerFile.WritePeople(file, Rows);
        connector = HubRun.ConnectCsv(file);
    }

    [GlobalCleanup]
    public async Task DeleteAsync()
    {
        await connector.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<int> ReadCsv()
    {
        var rows = 0;
        await foreach (var page in ((ISourceConnector)connector).ReadAsync("customers", null, CancellationToken.None))
            rows += page.Records.Count;
        return rows;
    }
}
