using System.Text;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Csv;

public sealed class CsvReadTests : IDisposable
{
    private readonly CsvFixture csv = new();

    public void Dispose() => csv.Dispose();

    [Fact]
    public async Task EveryCellIsTextAndAnEmptyOneIsEmptyText()
    {
        csv.Text = "id,name,amount\r\n1,\"Lovelace, \"\"Ada\"\"\",1.50\r\n2,,\r\n\r\n3,\"two\r\nlines\",x";

        var records = await csv.ReadAsync();

        Assert.Equal(["1", "2", "3"], records.Select(record => record.Key));
        Assert.Equal("""{"id":"1","name":"Lovelace, \"Ada\"","amount":"1.50"}""", Encoding.UTF8.GetString(records[0].Payload.Span));
        Assert.Equal("""{"id":"2","name":"","amount":""}""", Encoding.UTF8.GetString(records[1].Payload.Span));
        Assert.Equal("two\r\nlines", records[2].Value("name"));
    }

    [Theory]
    [InlineData("utf-8", "Zoë 李")]
    [InlineData("utf-16", "Zoë 李 😀")]
    [InlineData("gb18030", "李小龙")]
    [InlineData("windows-1252", "Zoë €")]
    public async Task TheConfiguredEncodingIsRead(string encoding, string name)
    {
        await File.WriteAllTextAsync(csv.File, $"id,name\n1,{name}\n", Encoding.GetEncoding(encoding), TestContext.Current.CancellationToken);

        Assert.Equal(name, Assert.Single(await csv.ReadAsync(new { folder = ".", encoding })).Value("name"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheByteOrderMarkSaysWhichByteComesFirst(bool bigEndian)
    {
        await File.WriteAllTextAsync(csv.File, "id,name\n1,李\n", new UnicodeEncoding(bigEndian, byteOrderMark: true), TestContext.Current.CancellationToken);

        Assert.Equal("李", Assert.Single(await csv.ReadAsync(new { folder = ".", encoding = "utf-16" })).Value("name"));
    }

    [Fact]
    public async Task AByteOrderMarkIsNoPartOfTheFirstName()
    {
        await File.WriteAllTextAsync(csv.File, "id,name\n1,Ada\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), TestContext.Current.CancellationToken);

        Assert.Equal("1", Assert.Single(await csv.ReadAsync()).Value("id"));
    }

    [Fact]
    public async Task TrimTakesThePaddingOfNamesAndValues()
    {
        csv.Text = "id, given_name, surname\nrec-1, michaela, \"neu,mann\" \n";

        var record = Assert.Single(await csv.ReadAsync(new { folder = ".", trim = true }));

        Assert.Equal("""{"id":"rec-1","given_name":"michaela","surname":"neu,mann"}""", Encoding.UTF8.GetString(record.Payload.Span));
    }

    [Fact]
    public async Task AFileWithoutAHeaderTakesItsColumnsFromTheStream()
    {
        csv.Text = "1;Ada\n2;Grace\n";

        var records = await csv.ReadAsync(new { folder = ".", delimiter = ";" }, new { columns = new[] { "id", "name" } });

        Assert.Equal(["Ada", "Grace"], records.Select(record => record.Value("name")));
    }

    [Fact]
    public async Task TheModifiedAndDeletedColumnsBecomeTheRecordsOwn()
    {
        csv.Text = "id,changed,gone\n1,2026-03-04T05:06:07+02:00,0\n2,no time,1\n";

        var records = (await csv.Open(modified: "changed", deleted: "gone").ReadAllAsync()).SelectMany(page => page.Records).ToList();

        Assert.Equal(new DateTimeOffset(2026, 3, 4, 3, 6, 7, TimeSpan.Zero), records[0].Modified);
        Assert.False(records[0].IsDeleted);
        Assert.Null(records[1].Modified);
        Assert.True(records[1].IsDeleted);
        Assert.True(records[1].Payload.IsEmpty);
    }

    [Fact]
    public async Task AnUnchangedFileIsNotReadAgain()
    {
        csv.Text = "id\n1\n";
        var first = await csv.Open().ReadAllAsync();
        var looks = File.GetLastWriteTimeUtc(csv.File);
        // Another content under the same looks shows that the file was not opened.
        csv.Text = "id\n2\n";
        File.SetLastWriteTimeUtc(csv.File, looks);
        var second = await csv.Open().ReadAllAsync(first[^1].Checkpoint);

        Assert.Equal(ReadEnd.Complete, first[^1].End);
        Assert.Empty(Assert.Single(second).Records);
        Assert.Equal(ReadEnd.CaughtUp, second[0].End);
    }

    [Fact]
    public async Task AFileThatWasOnlyTouchedIsTheSameFile()
    {
        csv.Text = "id\n1\n";
        var first = await csv.Open().ReadAllAsync();
        File.SetLastWriteTimeUtc(csv.File, DateTime.UnixEpoch);

        Assert.Empty(Assert.Single(await csv.Open().ReadAllAsync(first[^1].Checkpoint)).Records);
    }

    [Fact]
    public async Task AReadThatMeetsAChangeIsNotCompleteAndTheNextOneStartsAnew()
    {
        csv.Text = "id\n" + string.Join('\n', Enumerable.Range(1, 60_000)) + "\n";
        var pages = new List<SourcePage>();
        await foreach (var page in ((ISourceConnector)csv.Open()).ReadAsync("customers", null, TestContext.Current.CancellationToken))
        {
            if (pages.Count == 0)
                await File.AppendAllTextAsync(csv.File, "70000\n", TestContext.Current.CancellationToken);
            pages.Add(page);
        }

        Assert.Equal(ReadEnd.CaughtUp, pages[^1].End);
        Assert.Equal(60_001, (await csv.Open().ReadAllAsync(pages[^1].Checkpoint)).Sum(page => page.Records.Count));
    }

    [Fact]
    public async Task WhatIsWrittenIsReadBackWhateverItHolds()
    {
        var cell = Gen.Elements("a", "Ada", "", " ", ",", "\"", "\n", "\r\n", "\r", "李", "😀", "x\"y", "\t", ";").ArrayOf().Select(parts => string.Concat(parts));
        var rows = Gen.ArrayOf(Gen.ArrayOf(cell, 3)).Generator(200);

        foreach (var row in rows)
        {
            csv.Text = "id,a,b,c\n" + string.Join('\n', row.Select((cells, i) => $"{i}," + string.Join(',', cells.Select(value => $"\"{value.Replace("\"", "\"\"")}\"")))) + "\n";
            var read = (await csv.ReadAsync()).ConvertAll(record => new[] { record.Value("a"), record.Value("b"), record.Value("c") });
            Assert.Equal(row, read);
        }
    }
}

internal static class Generators
{
    /// <summary>Some values, the same ones in every run.</summary>
    public static IEnumerable<T> Generator<T>(this FsCheck.Gen<T> generator, int count) => generator.Sample(count, seed: new FsCheck.Rnd(20_261_121), size: 8);
}
