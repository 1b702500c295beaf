using System.Globalization;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.ConnectorKit;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Kit;

public sealed class CsvKitTests() : KitTests<CsvKit>(new(correlation: "hub"));

public sealed class CsvWithoutCorrelationKitTests() : KitTests<CsvKit>(new(correlation: null));

public sealed class CsvKit(string? correlation) : IKitSystemMaker
{
    public static string Connector => "csv";

    public Task<IKitSystem> OpenAsync(CancellationToken cancellationToken) => Task.FromResult<IKitSystem>(new CsvKitSystem(correlation));
}

/// <summary>A folder with one file, which the kit edits as a person with an editor would.</summary>
internal sealed class CsvKitSystem : IKitSystem
{
    private const string Header = "id,first,second,hub,modified";
    private readonly TemporaryFolder folder = new();
    private int moment;

    public CsvKitSystem(string? correlation)
    {
        var stream = ConnectorSetups.Stream("id", modified: "modified", correlation: correlation);
        Save([Header]);
        Connector = ConnectorSetups.Installed.Find("csv").Create(ConnectorSetups.Of(folder.Path, new { folder = "." }, stream));
    }

    public IConnector Connector { get; }

    public string Stream => "customers";

    public string FirstField => "first";

    public string SecondField => "second";

    public JsonObject? RefusedFields => new() { ["first"] = "Ada", ["nowhere"] = "x" };

    public Task PlantAsync(IReadOnlyList<KitRecord> records, CancellationToken cancellationToken)
    {
        moment++;
        Save([.. Lines(), .. records.Select(record => $"{record.Key},{record.First},{record.Second},,{Moment}")]);
        return Task.CompletedTask;
    }

    public Task EditAsync(KitRecord record, CancellationToken cancellationToken)
    {
        moment++;
        Save([.. Lines().Select(line => line.StartsWith(record.Key + ",", StringComparison.Ordinal) ? $"{record.Key},{record.First},{record.Second},{line.Split(',')[3]},{Moment}" : line)]);
        return Task.CompletedTask;
    }

    public Task WriteLateAsync(KitRecord record, TimeSpan by, CancellationToken cancellationToken)
    {
        var line = $"{record.Key},{record.First},{record.Second},,{DateTime.UnixEpoch.AddSeconds(moment).Subtract(by):O}";
        Save([Header, line, .. Lines().Skip(1).Where(one => !one.StartsWith(record.Key + ",", StringComparison.Ordinal))]);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        Save([.. Lines().Where(line => !line.StartsWith(key + ",", StringComparison.Ordinal))]);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<KitRecord>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<KitRecord>>([.. Lines().Skip(1).Select(line => line.Split(',')).Select(cells => new KitRecord(cells[0], cells[1], cells[2]))]);

    public string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"k{number:d5}");

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        folder.Dispose();
    }

    private string Moment => DateTime.UnixEpoch.AddSeconds(moment).ToString("O");

    private string[] Lines() => File.ReadAllLines(folder.File("customers.csv"));

    private void Save(string[] lines) => File.WriteAllText(folder.File("customers.csv"), string.Join('\n', lines) + "\n");
}
