using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Reads a stream's first page and checks what the description claims of it.</summary>
internal sealed class StreamProbe(RestClient client, RestStream stream)
{
    public async Task<IReadOnlyList<string>> FindingsAsync(CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        var read = stream.Options.Read!;
        var first = await PageAsync(null, cancellationToken);
        var records = first.Records.Select(record => stream.Records.Read(record)).ToList();
        var nameless = records.Count(record => record.Key.StartsWith("row:", StringComparison.Ordinal));
        if (nameless > 0)
            findings.Add($"{stream.Name}: {nameless} of {records.Count} records on the first page have no key at '{stream.Setup.Key}'. Check the mapping's key.");
        if (read.Incremental is { DeltaLink: null } && records.Count > 0)
        {
            var times = records.Where(record => record.Modified is not null).Select(record => record.Modified!.Value).ToList();
            if (times.Count == 0)
                findings.Add($"{stream.Name}: no record on the first page has a time at '{stream.Setup.Modified}'. Check the mapping's modified.");
            else
                await CheckFilterAsync(times, findings, cancellationToken);
        }

        return findings;
    }

    // Asked for what changed after everything on the first page, a system that minds {since} shows none of that page's older records.
    private async Task CheckFilterAsync(List<DateTimeOffset> times, List<string> findings, CancellationToken cancellationToken)
    {
        var since = times.Max();
        var later = await PageAsync(since + (stream.Options.Read!.Incremental!.LookBack), cancellationToken);
        if (later.Records.Any(record => stream.Records.ModifiedOf(record) < since - TimeSpan.FromSeconds(2)))
            findings.Add($"{stream.Name}: asked for records changed since a time, the system also shows older ones: it ignores the filter. Check the name of its parameter and the format of {{since}}.");
    }

    private async Task<FeedPage> PageAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var reader = new FeedReader(client.For(stream), stream.Options.Read!, $"{stream.Name}: reading", stream.Look);
        await foreach (var page in reader.ReadAsync(since is null ? null : new FeedState { Since = since }, cancellationToken))
            return page;
        throw new System.Diagnostics.UnreachableException("A feed has at least one page.");
    }
}
