using System.Collections;
using System.Text;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using Xunit;
using static IntegrationHub.UnitTests.Connectors.ConnectorSetups;

namespace IntegrationHub.UnitTests.Connectors.Csv;

public sealed class CsvWriteTests : IDisposable
{
    private readonly CsvFixture csv = new();

    public void Dispose() => csv.Dispose();

    [Fact]
    public async Task AnUpdateTouchesItsCellsOnly()
    {
        csv.Text = "id,\"name\",note\r\n1,\"Ada\",  x \r\n2,Grace,\"y\"\r\n\r\n3,bad\"row\r\n4,Joan,z";

        await csv.Open().WriteAsync(Update("1", new { name = "Augusta \"A\"" }), Update("2", new { name = "Hopper, G" }));

        Assert.Equal("id,\"name\",note\r\n1,\"Augusta \"\"A\"\"\",  x \r\n2,\"Hopper, G\",\"y\"\r\n\r\n3,bad\"row\r\n4,Joan,z", csv.Text);
    }

    [Theory]
    [InlineData("id,name\n1,Ada\n", "id,name\n1,Ada\nih-0000000000000001,Grace\n")]
    [InlineData("id,name\r\n1,Ada", "id,name\r\n1,Ada\r\nih-0000000000000001,Grace")]
    [InlineData("id,name", "id,name\nih-0000000000000001,Grace")]
    public async Task ACreateKeepsTheFilesHabits(string before, string after)
    {
        csv.Text = before;

        var result = Assert.Single(await csv.Open().WriteAsync(Create("ih-0000000000000001", new { name = "Grace" })));

        Assert.Equal(after, csv.Text);
        Assert.Equal("ih-0000000000000001", result.Key);
        Assert.Equal("Grace", result.Record!.Value("name"));
    }

    [Theory]
    [InlineData("id\n1\n2\n", "id\n1\n")]
    [InlineData("id\n1\n2", "id\n1")]
    [InlineData("id\n2", "id")]
    public async Task ADeletedRowTakesItsLineEndAlong(string before, string after)
    {
        csv.Text = before;

        await csv.Open().WriteAsync(Delete("2"));

        Assert.Equal(after, csv.Text);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("gb18030")]
    public async Task UntouchedRowsAreCopiedByteForByte(string encoding)
    {
        var chosen = Encoding.GetEncoding(encoding);
        await File.WriteAllTextAsync(csv.File, "id,name\n1,李\n2,\"王 \"\"\"\n", chosen, TestContext.Current.CancellationToken);
        var before = await File.ReadAllBytesAsync(csv.File, TestContext.Current.CancellationToken);
        var options = new { folder = ".", encoding = encoding.StartsWith("utf-16", StringComparison.Ordinal) ? "utf-16" : encoding };

        await csv.Open(options).WriteAsync(Create("ih-0000000000000001", new { name = "赵" }));

        var after = await File.ReadAllBytesAsync(csv.File, TestContext.Current.CancellationToken);
        Assert.Equal([.. before, .. chosen.GetBytes("ih-0000000000000001,赵\n")], after);
    }

    [Fact]
    public async Task WhateverTheRowsLookLikeOnlyTheChangedCellChanges()
    {
        var cell = Gen.Elements("", "x", "\"x\"", "\"\"", "\"a,b\"", "\"a\"\"b\"", "\"two\nlines\"", " padded ", "李");
        var lineEnd = Gen.Elements("\n", "\r\n", "\n\n");
        var row = cell.Zip(cell).Zip(lineEnd).Select(parts => (First: parts.Item1.Item1, Second: parts.Item1.Item2, LineEnd: parts.Item2));

        foreach (var rows in row.NonEmptyListOf().Select(list => list.ToArray()).Generator(100))
        {
            csv.Text = "id,first,second\n" + string.Concat(rows.Select((one, i) => $"{i},{one.First},{one.Second}{one.LineEnd}"));
            var changed = rows.Length / 2;

            await csv.Open().WriteAsync(Update($"{changed}", new { second = "new" }));

            Assert.Equal("id,first,second\n" + string.Concat(rows.Select((one, i) => $"{i},{one.First},{(i == changed ? Changed(one.Second) : one.Second)}{one.LineEnd}")), csv.Text);
        }

        static string Changed(string raw) => raw.StartsWith('"') ? "\"new\"" : "new";
    }

    [Fact]
    public async Task WhatTheFileCannotHoldIsRefusedAlone()
    {
        csv.Text = "id,name\n1,Ada\n";
        var options = new { folder = ".", encoding = "windows-1252" };

        var results = (await csv.Open(options).WriteAsync(
            Create("ih-0000000000000001", new { name = "李" }),
            Create("ih-0000000000000002", new { nowhere = "x" }),
            Create("ih-0000000000000003", new { name = new[] { "x" } }),
            Update("1", new { id = "2" }),
            Create("ih-0000000000000005", new { name = "Zoë" }))).Select(result => result.Code ?? result.Outcome.ToString());

        Assert.Equal(["csv.encoding", "csv.unknownColumn", "csv.value", "csv.key", "Applied"], results);
        Assert.Equal("id,name\n1,Ada\nih-0000000000000005,Zoë\n", await File.ReadAllTextAsync(csv.File, Encoding.GetEncoding(1252), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AKeyThatIsTakenByAnotherRecordAlreadyExists()
    {
        csv.Text = "id,name,hub\n1,Ada,\n";

        var result = Assert.Single(await csv.Open(correlation: "hub").WriteAsync(Create("ih-0000000000000001", new { id = "1", name = "Grace" })));

        Assert.Equal(DeliveryOutcome.AlreadyExists, result.Outcome);
        Assert.Equal("Ada", result.Record!.Value("name"));
    }

    [Fact]
    public async Task ARowThatCannotBeReadIsNotCalledMissing()
    {
        csv.Text = "id,name\n1,Ada,extra\n";
        var connector = csv.Open();

        Assert.Equal("csv.columns", Assert.Single(await connector.WriteAsync(Update("1", new { name = "x" }))).Code);
        await Assert.ThrowsAsync<ConnectorException>(() => ((ITargetConnector)connector).FindAsync("customers", [new("1", null)], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AFileThatIsChangedWhileItIsRewrittenIsRewrittenAgain()
    {
        csv.Text = "id,name\n1,Ada\n";
        var batch = new Meddling([Update("1", new { name = "Grace" })], () => File.AppendAllText(csv.File, "2,Joan\n"));

        await ((ITargetConnector)csv.Open()).WriteAsync("customers", batch, TestContext.Current.CancellationToken);

        Assert.Equal("id,name\n1,Grace\n2,Joan\n", csv.Text);
    }

    [Fact]
    public async Task WhileAnotherWriterHoldsTheLockNothingIsWritten()
    {
        csv.Text = "id,name\n1,Ada\n";
        using var held = new FileStream(Path.Combine(Path.GetDirectoryName(csv.File)!, ".customers.csv.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => csv.Open().WriteAsync(Update("1", new { name = "Grace" })));

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Equal("id,name\n1,Ada\n", csv.Text);
    }

    [Fact]
    public async Task ABatchThatChangesNothingLeavesTheFileAlone()
    {
        csv.Text = "id,name\n1,Ada\n";
        File.SetLastWriteTimeUtc(csv.File, DateTime.UnixEpoch);

        var results = await csv.Open().WriteAsync(Update("1", new { name = "Ada" }), Update("9", new { name = "x" }));

        Assert.Equal([DeliveryOutcome.Applied, DeliveryOutcome.Missing], results.Select(result => result.Outcome));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(csv.File));
        Assert.Equal([".customers.csv.lock"], csv.Others);
    }

    [Fact]
    public async Task AFileWhoseQuotesAreBrokenIsNotRewritten()
    {
        csv.Text = "id,name\n1,\"Ada\n2,Grace\n";

        await Assert.ThrowsAsync<ConnectorException>(() => csv.Open().WriteAsync(Create("ih-0000000000000001", new { name = "x" })));

        Assert.Equal("id,name\n1,\"Ada\n2,Grace\n", csv.Text);
    }

    /// <summary>A batch during whose first reading somebody else edits the file.</summary>
    private sealed class Meddling(Delivery[] batch, Action meddle) : IReadOnlyList<Delivery>
    {
        private bool done;

        public int Count => batch.Length;

        public Delivery this[int index] => batch[index];

        public IEnumerator<Delivery> GetEnumerator()
        {
            if (!done)
                meddle();
            done = true;
            return batch.AsEnumerable().GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
