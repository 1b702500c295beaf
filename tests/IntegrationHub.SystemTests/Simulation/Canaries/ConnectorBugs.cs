using IntegrationHub.Abstractions;
using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Canaries;

/// <summary>A planted bug that sits between the hub and a system: changes what goes there and what comes back.</summary>
internal class ConnectorBug : Canary
{
    public override (ISourceConnector Source, ITargetConnector Target) Wrap(SimConnector connector, World world)
    {
        var own = new Passing(connector, this, world);
        return (own, own);
    }

    protected virtual SourcePage Read(SourcePage page) => page;

    protected virtual Delivery Send(Delivery delivery) => delivery;

    protected virtual DeliveryResult Answer(Delivery delivery, DeliveryResult result) => result;

    protected virtual Exception Fail(Exception failure) => failure;

    protected virtual FoundRecord Find(FoundRecord found, Passing by) => found;

    /// <summary>Whether a batch is simply sent again when its answer was lost.</summary>
    protected virtual bool SendsAgain(IReadOnlyList<Delivery> batch) => false;

    internal sealed class Passing(SimConnector inner, ConnectorBug bug, World world) : ISourceConnector, ITargetConnector
    {
        public World World => world;

        /// <summary>When a correlation was sent last.</summary>
        public Dictionary<string, DateTimeOffset> SentAt { get; } = new(StringComparer.Ordinal);

        public async IAsyncEnumerable<SourcePage> ReadAsync(
            string stream, Checkpoint? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using var pages = inner.ReadAsync(stream, after, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(pages))
                yield return bug.Read(pages.Current);
        }

        public async Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
        {
            Delivery[] sent = [.. batch.Select(bug.Send)];
            foreach (var delivery in sent)
                SentAt[delivery.Correlation] = world.Time.Now;
            try
            {
                var results = await inner.WriteAsync(stream, sent, cancellationToken);
                return [.. results.Select(result => bug.Answer(batch.First(delivery => delivery.Id == result.DeliveryId), result))];
            }
            catch (IOException) when (bug.SendsAgain(sent))
            {
                return await inner.WriteAsync(stream, sent, cancellationToken);
            }
            catch (ConnectorException failure)
            {
                throw bug.Fail(failure);
            }
        }

        public async Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
            [.. (await inner.FindAsync(stream, references, cancellationToken)).Select(found => bug.Find(found, this))];

        private async Task<bool> NextAsync(IAsyncEnumerator<SourcePage> pages)
        {
            try
            {
                return await pages.MoveNextAsync();
            }
            catch (ConnectorException failure)
            {
                throw bug.Fail(failure);
            }
        }
    }
}

/// <summary>Sends a create again when its answer is lost, without looking.</summary>
internal sealed class RetriesBlindly : ConnectorBug
{
    protected override bool SendsAgain(IReadOnlyList<Delivery> batch) => batch.Any(static delivery => delivery.Operation == DeliveryOperation.Create);
}

/// <summary>Remembers for half an hour what it created, and knows of nothing older.</summary>
internal sealed class RemembersHalfAnHour : ConnectorBug
{
    protected override FoundRecord Find(FoundRecord found, Passing by) =>
        found.Reference.Correlation is { } correlation && !(by.SentAt.GetValueOrDefault(correlation) > by.World.Time.Now - TimeSpan.FromMinutes(30))
            ? found with { Record = null }
            : found;
}

/// <summary>Takes the hub's own time for the time of an edit.</summary>
internal sealed class UsesOwnClock : ConnectorBug
{
    protected override SourcePage Read(SourcePage page) => page with { Records = [.. page.Records.Select(static record => record with { Modified = null })] };
}

/// <summary>Comes back before the time that it was asked to wait.</summary>
internal sealed class IgnoresRetryAfter : ConnectorBug
{
    protected override Exception Fail(Exception failure) => failure is ConnectorException { RetryAfter: not null } asked
        ? new ConnectorException(asked.Kind, asked.Code, asked.Message) { IsThrottled = asked.IsThrottled }
        : failure;
}

/// <summary>Takes a batch of which some records were refused for one that was accepted.</summary>
internal sealed class TakesPartForWhole : ConnectorBug
{
    protected override DeliveryResult Answer(Delivery delivery, DeliveryResult result) => result.Outcome is DeliveryOutcome.Rejected or DeliveryOutcome.Retry
        ? new(result.DeliveryId, DeliveryOutcome.Applied) { Key = delivery.Key }
        : result;
}

/// <summary>Writes over whatever is there.</summary>
internal sealed class IgnoresVersions : ConnectorBug
{
    protected override Delivery Send(Delivery delivery) => delivery with { Version = null, Expected = default };
}
