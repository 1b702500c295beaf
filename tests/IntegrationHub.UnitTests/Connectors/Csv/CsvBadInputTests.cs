using System.Text;
using IntegrationHub.Abstractions;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Csv;

public sealed class CsvBadInputTests : IDisposable
{
    private readonly CsvFixture csv = new();

    public void Dispose() => csv.Dispose();

    [Theory]
    [InlineData("id,name\n1,Ada\n2,\"Grace\n3,Joan\n", 3)]
    [InlineData("id,name\n1,Ada\n2,\"Grace\n3,\"Joan\"\n4,Mary\n", 3)]
    public async Task BrokenQuotingThatSwallowsRowsBlocksWithItsRow(string text, int row)
    {
        csv.Text = text;

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => csv.ReadAsync());

        Assert.Equal(FailureKind.Blocked, failure.Kind);
        Assert.Equal("csv.quoting", failure.Code);
        Assert.Contains($"row {row}, column 2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Grace", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,name\n1,Ada\n2,Gr\"ace\n3,Joan\n", "csv.quoting")]
    [InlineData("id,name\n1,Ada\n2,\"Gr\"ace\n3,Joan\n", "csv.quoting")]
    [InlineData("id,name\n1,Ada\n2,Grace,Hopper\n3,Joan\n", "csv.columns")]
    [InlineData("id,name\n1,Ada\n2\n3,Joan\n", "csv.columns")]
    [InlineData("id,name\n1,Ada\n,Grace\n3,Joan\n", "csv.key")]
    [InlineData("id,name\n1,Ada\n1,Grace\n3,Joan\n", "csv.key")]
    public async Task ABadRowIsShownAsAProblemAndTheOthersAsRecords(string text, string code)
    {
        csv.Text = text;

        var pages = await csv.Open().ReadAllAsync();
        var records = pages.SelectMany(page => page.Records).ToList();

        Assert.Equal(3, records.Count);
        Assert.Equal(["1", "3"], [records[0].Key, records[2].Key]);
        Assert.Equal(code, records[1].ProblemCode());
        Assert.StartsWith("row:3:", records[1].Key, StringComparison.Ordinal);
        Assert.DoesNotContain("Grace", Encoding.UTF8.GetString(records[1].Payload.Span), StringComparison.Ordinal);
        // The bad row may be a record that another read showed: nothing may be inferred from its absence.
        Assert.Equal(ReadEnd.CaughtUp, pages[^1].End);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFieldOf10MegabytesIsAProblemAndTheOthersAreRecords(bool quoted)
    {
        var quote = quoted ? "\"" : "";
        csv.Text = $"id,name\n1,Ada\n2,{quote}{new string('x', 10_000_000)}{quote}\n3,{quote}Joan{quote}\n";

        var records = await csv.ReadAsync();

        Assert.Equal(["1", "3"], [records[0].Key, records[2].Key]);
        Assert.Equal("csv.field", records[1].ProblemCode());
    }

    [Fact]
    public async Task AFieldOverTheConfiguredSizeIsAProblem()
    {
        csv.Text = "id,name\n1,12345678\n2,123456789\n";

        var records = await csv.ReadAsync(new { folder = ".", fieldBytesMax = 8 });

        Assert.Null(records[0].ProblemCode());
        Assert.Equal("csv.field", records[1].ProblemCode());
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("gb18030")]
    public async Task TheWrongEncodingBlocksWithItsByteOffset(string encoding)
    {
        await File.WriteAllBytesAsync(csv.File, [.. "id,name\n1,Zo"u8, 0xFF, .. "\n"u8], TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => csv.ReadAsync(new { folder = ".", encoding }));

        Assert.Equal(FailureKind.Blocked, failure.Kind);
        Assert.Equal("csv.encoding", failure.Code);
        Assert.Contains("offset 12", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingOrEmptyFileIsTriedAgain()
    {
        var missing = await Assert.ThrowsAsync<ConnectorException>(() => csv.ReadAsync());
        csv.Text = "";
        var empty = await Assert.ThrowsAsync<ConnectorException>(() => csv.ReadAsync());

        Assert.Equal((FailureKind.Transient, "csv.missing"), (missing.Kind, missing.Code));
        Assert.Equal((FailureKind.Transient, "csv.empty"), (empty.Kind, empty.Code));
    }

    [Theory]
    [InlineData("name\nAda\n", "'id'")]
    [InlineData("id,name,name\n1,a,b\n", "columns 2 and 3")]
    public async Task AHeaderThatDoesNotFitBlocks(string text, string said)
    {
        csv.Text = text;

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => csv.ReadAsync());

        Assert.Equal((FailureKind.Blocked, "csv.columns"), (failure.Kind, failure.Code));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Single(await csv.Open().ProbeAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{ }""", "'folder'")]
    [InlineData("""{ "folder": ".", "encodng": "utf-8" }""", "'encodng' is unknown")]
    [InlineData("""{ "folder": ".", "encoding": "klingon" }""", "'klingon'")]
    [InlineData("""{ "folder": ".", "delimiter": "||" }""", "'delimiter'")]
    [InlineData("""{ "folder": ".", "trim": "yes" }""", "'trim'")]
    public void AWrongOptionIsNamed(string options, string said)
    {
        var failure = Assert.Throws<ConnectorException>(() => csv.Open(System.Text.Json.JsonDocument.Parse(options).RootElement));

        Assert.Equal("csv.options", failure.Code);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOutsideOfTheFolderIsRefused() =>
        Assert.Equal("csv.options", Assert.Throws<ConnectorException>(() => csv.Open(streamOptions: new { file = "../secrets.csv" })).Code);
}
