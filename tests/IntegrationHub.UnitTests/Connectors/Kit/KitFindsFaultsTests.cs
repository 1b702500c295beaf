using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.ConnectorKit;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Kit;

public sealed class KitFindsFaultsTests
{
    [Theory]
    [InlineData("AReadShowsEveryRecord")]
    [InlineData("TiesOfTheTimeCrossPages")]
    [InlineData("OnlyTheLastPageSaysItsEnd")]
    [InlineData("AResumeAfterAnyPageLosesNothing")]
    [InlineData("ARowOfTheLastTickIsReadNext")]
    [InlineData("ARowThatShowsLateIsReadNext")]
    [InlineData("WhatHappensDuringAReadIsReadThenOrNext")]
    [InlineData("AStaleUpdateChangesNothing")]
    [InlineData("ARepeatedCreateLeavesOneRecord")]
    [InlineData("ARefusedRecordFailsAlone")]
    [InlineData("ResultsNameTheirDelivery")]
    public async Task AConnectorThatLosesRecordsAndWritesBlindlyIsFoundOut(string name)
    {
        var fact = ConnectorFacts.All.Single(one => one.Name == name);

        var findings = await ConnectorFacts.FindAsync(fact, _ => Task.FromResult<IKitSystem>(new FaultySystem()), TestContext.Current.CancellationToken);

        Assert.NotEmpty(findings);
    }

    [Fact]
    public void FactsHaveNamesOfTheirOwn() => Assert.Equal(ConnectorFacts.All.Count, ConnectorFacts.All.Select(fact => fact.Name).Distinct(StringComparer.Ordinal).Count());

    private sealed class FaultySystem : IKitSystem
    {
        private readonly CsvKitSystem inner = new("hub");

        public IConnector Connector => new FaultyConnector(inner.Connector);

        public string Stream => inner.Stream;

        public string FirstField => inner.FirstField;

        public string SecondField => inner.SecondField;

        public JsonObject? RefusedFields => inner.RefusedFields;

        public Task PlantAsync(IReadOnlyList<KitRecord> records, CancellationToken cancellationToken) => inner.PlantAsync(records, cancellationToken);

        public Task EditAsync(KitRecord record, CancellationToken cancellationToken) => inner.EditAsync(record, cancellationToken);

        public Task WriteLateAsync(KitRecord record, TimeSpan by, CancellationToken cancellationToken) => inner.WriteLateAsync(record, by, cancellationToken);

        public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);

        public Task<IReadOnlyList<KitRecord>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

        public string KeyOf(int number) => inner.KeyOf(number);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    /// <summary>Loses each page's first record, ends every page, ignores expectations and correlations, and gives its results to the wrong deliveries.</summary>
    private sealed class FaultyConnector(IConnector inner) : IConnector, ISourceConnector, ITargetConnector
    {
        private static int creates;

        public StreamTraits Describe(string stream) => inner.Describe(stream);

        public Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

        public async IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var page in ((ISourceConnector)inner).ReadAsync(stream, after, cancellationToken))
                yield return page with { Records = [.. page.Records.Skip(1)], End = ReadEnd.Complete };
        }

        public async Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
        {
            var blind = batch.Select(delivery => delivery with { Expected = default, Correlation = $"ih-{Interlocked.Increment(ref creates):x16}" }).ToList();
            var results = await ((ITargetConnector)inner).WriteAsync(stream, blind, cancellationToken);
            return [.. results.Select((result, i) => results[^(i + 1)] with { DeliveryId = result.DeliveryId, Outcome = DeliveryOutcome.Applied })];
        }

        public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
            ((ITargetConnector)inner).FindAsync(stream, references, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
