using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Land;

/// <summary>Reads a connector's pages and keeps the hub safe from it: a page that never comes, the same page for ever, a failure of its own.</summary>
internal static class GuardedPages
{
    private const int PageRecordsMax = 500;
    private const int KeyLengthMax = 512;
    private const int RememberedPagesMax = 100_000;

    /// <exception cref="ConnectorException">The connector failed, hangs, or pages without end.</exception>
    public static async IAsyncEnumerable<SourcePage> ReadAsync(
        ISourceConnector connector, string stream, Checkpoint? after, SyncContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<Digest>();
        var pages = connector.ReadAsync(stream, after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isAbandoned = false;
        try
        {
            while (true)
            {
                bool hasPage;
                try
                {
                    hasPage = await pages.MoveNextAsync().AsTask().WaitAsync(context.Options.CallTimeout, context.Clock, cancellationToken);
                }
                catch (TimeoutException)
                {
                    isAbandoned = true;
                    throw Hangs(context.Options.CallTimeout);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    isAbandoned = true;
                    throw;
                }
                catch (Exception failure) when (failure is not ConnectorException and not OperationCanceledException)
                {
                    throw Threw(failure);
                }

                if (!hasPage)
                    yield break;
                Check(pages.Current, seen);
                yield return pages.Current;
            }
        }
        finally
        {
            // An enumerator that hangs cannot be disposed while it runs; it is left behind with its connector stopped.
            if (!isAbandoned)
                await pages.DisposeAsync();
        }
    }

    public static ConnectorException Hangs(TimeSpan timeout) => new(
        FailureKind.Blocked, "connector.hangs",
        $"The connector did not answer within {timeout} and did not stop when it was asked to. It is stopped; the other connections go on. Look into the connector, then resume the connection.");

    public static ConnectorException Threw(Exception failure) => new(
        FailureKind.Transient, "connector.failed",
        $"The connector failed with {failure.GetType().Name}, which it should have translated. The read is tried again. Report it to the connector's author.", failure);

    private static void Check(SourcePage page, HashSet<Digest> seen)
    {
        if (page.Records.Count > PageRecordsMax)
            throw Broken("connector.page", $"The connector gave a page of {page.Records.Count} records; at most {PageRecordsMax} are allowed.");
        foreach (var record in page.Records)
        {
            if (record.Key.Length is 0 or > KeyLengthMax)
                throw Broken("connector.key", $"The connector gave a record whose key has {record.Key.Length} characters; 1 to {KeyLengthMax} are allowed.");
        }

        if (page.Records.Count == 0 || page.End != ReadEnd.More || seen.Count >= RememberedPagesMax)
            return;
        if (!seen.Add(PageDigest(page)))
        {
            throw Broken(
                "connector.loop",
                "The connector gave the same page twice in one read: it pages for ever. What it read is kept. Check the paging part of its description, then resume the connection.");
        }
    }

    // Held in memory for one read only, so it needs no key.
    private static Digest PageDigest(SourcePage page)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var record in page.Records)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(record.Key));
            hash.AppendData([0]);
            hash.AppendData(record.Payload.Span);
        }

        return Digest.Read(hash.GetHashAndReset());
    }

    private static ConnectorException Broken(string code, string message) => new(FailureKind.Blocked, code, message);
}
