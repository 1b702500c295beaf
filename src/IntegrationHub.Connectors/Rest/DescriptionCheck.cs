using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>What a schema cannot say about a description; a sentence for each mistake.</summary>
internal static class DescriptionCheck
{
    public static IEnumerable<string> Problems(RestOptions options, IEnumerable<RestStream> streams)
    {
        if (options.Limits is { Retries: < 1 or > 10 })
            yield return "limits.retries must be 1 to 10.";
        if (options.MaxResponseBytes is < 1024)
            yield return "maxResponseBytes must be at least 1024.";
        if (options.Budget is { Calls: < 1 } or { Concurrency: < 1 } or { DailyCalls: < 1 })
            yield return "budget: calls, concurrency and dailyCalls must be at least 1.";
        foreach (var rule in options.Errors.Where(rule => rule.Status.Count == 0 && rule.Path is null && rule.Header is null))
            yield return $"An entry of errors with the outcome {rule.Outcome} has neither status nor path nor header, so it would always match.";
        foreach (var stream in streams)
        {
            foreach (var problem in OfStream(stream))
                yield return $"streams.{stream.Name}.{problem}";
        }
    }

    private static IEnumerable<string> OfStream(RestStream stream)
    {
        var options = stream.Options;
        if (options.Read is { } read)
        {
            foreach (var problem in OfFeed(read, "read", stream.Setup.Modified is not null)
                .Concat(read.Deletes is { } deletes ? OfFeed(deletes, "read.deletes", deletes.Time is not null) : [])
                .Concat(read.ChildStreams.SelectMany(child => OfFeed(child, $"read.childStreams.{child.Name}", true)))
                .Concat(read.Children.SelectMany(child => OfCall(child, $"read.children.{child.Into}"))))
            {
                yield return problem;
            }

            if (read.ChildStreams.Count > 0 && options.Lookup?.ByKey is null && options.Lookup?.ByKeys is null)
                yield return "read.childStreams needs lookup.byKey or lookup.byKeys, to read the parent.";
            if (read.ChildStreams.Any(child => child.Name is StreamState.MainFeed or StreamState.DeletesFeed)
                || read.ChildStreams.DistinctBy(child => child.Name).Count() != read.ChildStreams.Count)
            {
                yield return "read.childStreams: names must be different, and neither 'main' nor 'deletes'.";
            }
        }

        if (options.Webhook is { Signature: { Kind: SignatureKind.Hmac, Header: null } })
            yield return "webhook.signature of the kind hmac needs header: where the signature stands.";
        if (options.Webhook is { } webhook && webhook.Signature.Tolerance <= TimeSpan.Zero)
            yield return "webhook.signature.tolerance must be more than zero.";
        if (options.Webhook is not null && options.Lookup?.ByKey is null && options.Lookup?.ByKeys is null)
            yield return "webhook needs lookup.byKey or lookup.byKeys: an event that shows no record, no time of change or an older one is looked up.";
        foreach (var problem in OfCalls(options))
            yield return problem;
        if (options.Write is not { } write)
            yield break;
        if (options.Lookup is null)
            yield return "write needs lookup: a lost answer is settled by looking.";
        foreach (var batch in write.Batch.Where(batch => batch.By != CorrelateBy.Position && batch.ByPath is null))
            yield return $"write.batch: results found by {batch.By} need byPath.";
        foreach (var batch in write.Batch.Where(batch => batch.Max is < 1 or > 500))
            yield return "write.batch: max must be 1 to 500.";
    }

    private static IEnumerable<string> OfFeed(FeedOptions feed, string where, bool hasModified)
    {
        var paging = feed.Paging;
        if (feed.Incremental is { DeltaLink: null } && !hasModified)
            yield return $"{where}.incremental needs a modified time: name it in the mapping (or as time of the deletes).";
        if (paging.Kind is PagingKind.Cursor or PagingKind.NextLink && paging.Next is null)
            yield return $"{where}.paging of this kind needs next.";
        if (paging.Size is < 1 or > 10_000)
            yield return $"{where}.paging.size must be 1 to 10000.";
        if (feed.Incremental?.Start is { } start && SourceTime.Of(start) is null)
            yield return $"{where}.incremental.start is not a time. Write it like 1970-01-01T00:00:00Z.";
        foreach (var problem in OfCall(feed, where))
            yield return problem;
    }

    private static IEnumerable<string> OfCalls(StreamOptions options) =>
        new (CallOptions? Call, string Where)[]
        {
            (options.Lookup?.ByKey, "lookup.byKey"), (options.Lookup?.ByKeys, "lookup.byKeys"), (options.Lookup?.ByCorrelation, "lookup.byCorrelation"),
            (options.Write?.Create, "write.create"), (options.Write?.Update, "write.update"), (options.Write?.Delete, "write.delete"),
            (options.Write?.Upsert, "write.upsert"),
        }
            .Concat((options.Write?.Batch ?? []).Select((batch, index) => ((CallOptions?)batch, $"write.batch[{index}]")))
            .Where(one => one.Item1 is not null)
            .SelectMany(one => OfCall(one.Item1!, one.Item2));

    private static IEnumerable<string> OfCall(CallOptions call, string where)
    {
        if (call.Path is null)
            yield return $"{where}.path is missing.";
        if (call.Method is not null and not ("GET" or "POST" or "PUT" or "PATCH" or "DELETE"))
            yield return $"{where}.method must be GET, POST, PUT, PATCH or DELETE.";
        foreach (var problem in call.Query.Values.Concat(call.Headers.Values).Append(call.Path ?? "").SelectMany(Template.Unknown))
            yield return $"{where}: {problem}";
    }
}
