using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Land;

/// <summary>Reads a connector's pages and keeps the hub safe from it: a page that never comes, pages without end, a failure of its own.</summary>
internal static class GuardedPages
{
    private const int PageRecordsMax = 500;
    private const int KeyLengthMax = 512;
    private const int PageBytesMax = 256 << 20;

    /// <param name="left">Told of a call that was given up and does not end: until it has, the connector is still at work.</param>
    /// <exception cref="ConnectorException">The connector failed, hangs, or pages without end.</exception>
    public static async IAsyncEnumerable<SourcePage> ReadAsync(
        ISourceConnector connector, string stream, Checkpoint? after, SyncContext context, Action<Task> left, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var circle = new PageCircle();
        // Not disposed: a call that does not end may hold its token for longer than we wait.
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pages = connector.ReadAsync(stream, after, patience.Token).GetAsyncEnumerator(patience.Token);
        var isAbandoned = false;
        try
        {
            while (true)
            {
                var move = pages.MoveNextAsync().AsTask();
                bool hasPage;
                try
                {
                    hasPage = await move.WaitAsync(context.Options.CallTimeout, context.Clock, cancellationToken);
                }
                catch (Exception failure) when (!move.IsCompleted && failure is TimeoutException or OperationCanceledException)
                {
                    isAbandoned = true;
                    patience.Cancel();
                    left(LeaveAsync(pages, move));
                    if (failure is OperationCanceledException)
                        throw;
                    throw Hangs(context.Options.CallTimeout);
                }
                // A client of the connector's own that gave up waiting also says "cancelled".
                catch (Exception failure) when (failure is not ConnectorException && !(failure is OperationCanceledException && cancellationToken.IsCancellationRequested))
                {
                    throw Threw(failure);
                }

                if (!hasPage)
                    yield break;
                Check(pages.Current, circle);
                yield return pages.Current;
            }
        }
        finally
        {
            if (!isAbandoned)
                await pages.DisposeAsync();
        }
    }

    public static ConnectorException Hangs(TimeSpan timeout) => new(
        FailureKind.Blocked, "connector.hangs",
        $"The connector did not answer within {timeout}. It was asked to stop; until its call has ended it is not called again, and the other connections go on. Look into the connector, then resume the connection.");

    public static ConnectorException Threw(Exception failure) => new(
        FailureKind.Transient, "connector.failed",
        $"The connector failed with {failure.GetType().Name}, which it should have translated. The call is tried again. Report it to the connector's author.", failure);

    /// <summary>An enumerator cannot be disposed while it runs: it is once its last call has ended, if ever.</summary>
    private static async Task LeaveAsync(IAsyncEnumerator<SourcePage> pages, Task move)
    {
        try
        {
            await move;
            await pages.DisposeAsync();
        }
#pragma warning disable CA1031, RCS1075 // The read was given up and its failure reported; what the connector says afterwards counts for nothing.
        catch (Exception)
        {
        }
#pragma warning restore CA1031, RCS1075
    }

    private static void Check(SourcePage page, PageCircle circle)
    {
        if (page.Records.Count > PageRecordsMax)
            throw Broken("connector.page", $"The connector gave a page of {page.Records.Count} records; at most {PageRecordsMax} are allowed.");
        long bytes = 0;
        foreach (var record in page.Records)
        {
            bytes += record.Payload.Length;
            if (record.Key.Length is 0 or > KeyLengthMax)
                throw Broken("connector.key", $"The connector gave a record whose key has {record.Key.Length} characters; 1 to {KeyLengthMax} are allowed.");
        }

        if (bytes > PageBytesMax)
            throw Broken("connector.oversize", $"The connector gave a page of {bytes} bytes; at most {PageBytesMax} are allowed. Make the stream's pages smaller, then resume the connection.");
        if (circle.IsClosedBy(page))
        {
            throw Broken(
                "connector.loop",
                "The connector gave the same page twice in one read: it pages for ever. What it read is kept. Check the paging part of its description, then resume the connection.");
        }
    }

    private static ConnectorException Broken(string code, string message) => new(FailureKind.Blocked, code, message);
}
