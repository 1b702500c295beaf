using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Fixtures;

namespace IntegrationHub.UnitTests.Connectors.Csv;

/// <summary>One file and a connector on it.</summary>
internal sealed class CsvFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    static CsvFixture() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public string File => folder.File("customers.csv");

    public string Text
    {
        get => System.IO.File.ReadAllText(File);
        set => System.IO.File.WriteAllText(File, value);
    }

    public IEnumerable<string> Others => Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Where(name => name != "customers.csv")!;

    public IConnector Open(object? options = null, object? streamOptions = null, string key = "id", string? modified = null, string? correlation = null, string? deleted = null) =>
        ConnectorSetups.Installed.Find("csv").Create(ConnectorSetups.Of(
            folder.Path, options ?? new { folder = "." }, ConnectorSetups.Stream(key, streamOptions, modified, deleted, correlation)));

    public async Task<List<RawRecord>> ReadAsync(object? options = null, object? streamOptions = null) =>
        [.. (await Open(options, streamOptions).ReadAllAsync()).SelectMany(page => page.Records)];

    public void Dispose() => folder.Dispose();
}
