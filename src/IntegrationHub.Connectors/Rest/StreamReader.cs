using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Reads a stream: its child feeds first (whose changes name parents to read again), then its own feed, then its deletes.</summary>
/// <remarks>Child feeds come first so that, on the very first read, their watermark is older than every parent that is read after it.</remarks>
internal sealed class StreamReader(RestClient client, RestStream stream, RecordFinder finder)
{
    private const int PageRecordsMax = 500;

    private readonly ReadOptions read = stream.Options.Read!;
    private readonly FeedReader main = new(client.For(stream), stream.Options.Read!, $"{stream.Name}: reading", stream.Look);

    public async IAsyncEnumerable<SourcePage> ReadAsync(Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = StreamState.Parse(after, stream.Name);
        var isWhole = state.At is null && (read.Incremental is null || state.Of(StreamState.MainFeed) is null);
        // One page is held back: only when the feeds are through is it known which one was the last.
        SourcePage? held = null;
        await foreach (var page in PagesAsync(state, cancellationToken))
        {
            if (held is not null)
                yield return held;
            held = page;
        }

        yield return held! with { End = isWhole && read.Complete && main.IsSteady ? ReadEnd.Complete : ReadEnd.CaughtUp };
    }

    private async IAsyncEnumerable<SourcePage> PagesAsync(StreamState state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var feeds = Feeds(isFirst: state.Of(StreamState.MainFeed) is null).ToList();
        var start = Math.Max(0, feeds.FindIndex(feed => feed.Name == state.At));
        for (var i = start; i < feeds.Count; i++)
        {
            var feed = feeds[i];
            await foreach (var page in feed.Reader.ReadAsync(state.Of(feed.Name), cancellationToken))
            {
                var before = state.With(feed.Name, feed.Name, page.Before);
                state = page.After.IsRunning ? state.With(feed.Name, feed.Name, page.After)
                    : state.With(i + 1 < feeds.Count ? feeds[i + 1].Name : null, feed.Name, page.After);
                var records = await feed.ToRecords(page.Records, cancellationToken);
                // A page of theirs may hold more than one of ours: until its last part is safe, it is read again from its start.
                foreach (var part in records.Chunk(PageRecordsMax).SkipLast(1))
                    yield return new(part, before.ToCheckpoint(stream.Name)) { SystemTime = page.SystemTime };
                yield return new(records.Chunk(PageRecordsMax).LastOrDefault() ?? [], state.ToCheckpoint(stream.Name)) { SystemTime = page.SystemTime };
            }
        }
    }

    private IEnumerable<Feed> Feeds(bool isFirst)
    {
        foreach (var child in read.ChildStreams)
        {
            FeedItem Look(JsonElement record) => new(JsonPath.Text(record, child.Key), SourceTime.Of(JsonPath.Find(record, child.Modified)));
            var what = $"{stream.Name}: reading its child stream {child.Name}";
            yield return new(child.Name, new(client.For(stream), child, what, Look),
                // The first read shows every parent anyway.
                (records, token) => isFirst ? Task.FromResult<IReadOnlyList<RawRecord>>([]) : ParentsAsync(child, records, token));
        }

        yield return new(StreamState.MainFeed, main,
            async (records, token) => await finder.WithChildrenAsync([.. records.Select(record => stream.Records.Read(record))], token));

        if (read.Deletes is { } deletes)
        {
            FeedItem Look(JsonElement record) => new(JsonPath.Text(record, deletes.Key), DeletedAt(deletes, record));
            yield return new(StreamState.DeletesFeed, new(client.For(stream), deletes, $"{stream.Name}: reading its deletes", Look),
                (records, _) => Task.FromResult<IReadOnlyList<RawRecord>>([.. records.Select(record => Deleted(deletes, record))]));
        }
    }

    private async Task<IReadOnlyList<RawRecord>> ParentsAsync(ChildFeedOptions child, IReadOnlyList<JsonElement> children, CancellationToken cancellationToken)
    {
        var parents = new List<RecordReference>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var problems = new List<RawRecord>();
        foreach (var element in children)
        {
            if (JsonPath.Text(element, child.ParentKey) is { Length: > 0 and <= 512 } key)
            {
                if (known.Add(key))
                    parents.Add(new(key, null));
            }
            else
            {
                problems.Add(RecordReader.Problem(RecordReader.Unnamed(JsonPath.Bytes(element)), "rest.parentKey",
                    $"A record of the child stream {child.Name} names no parent at '{child.ParentKey}'. Check parentKey in the description, or the record."));
            }
        }

        // A parent that is gone meanwhile shows up in its own way of telling deletes.
        var found = await finder.FindAsync(parents, cancellationToken);
        return [.. problems, .. found.Where(result => result.Record is not null).Select(result => result.Record!)];
    }

    private static RawRecord Deleted(DeletesOptions deletes, JsonElement entry) => JsonPath.Text(entry, deletes.Key) is { Length: > 0 and <= 512 } key
        ? new(key, ReadOnlyMemory<byte>.Empty) { IsDeleted = true, Modified = DeletedAt(deletes, entry) }
        : RecordReader.Problem(RecordReader.Unnamed(JsonPath.Bytes(entry)), "rest.key",
            $"A deleted entry has no key at '{deletes.Key}'. Check the path in the description.");

    private static DateTimeOffset? DeletedAt(DeletesOptions deletes, JsonElement entry) =>
        deletes.Time is { } path ? SourceTime.Of(JsonPath.Find(entry, path)) : null;

    private sealed record Feed(string Name, FeedReader Reader, Func<IReadOnlyList<JsonElement>, CancellationToken, Task<IReadOnlyList<RawRecord>>> ToRecords);
}
