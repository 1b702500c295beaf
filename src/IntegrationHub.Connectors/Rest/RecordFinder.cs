using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Finds single records, by key or by the correlation that their create carried.</summary>
internal sealed class RecordFinder(RestClient connectionClient, RestStream stream)
{
    private const int AtOnceMax = 4;

    private readonly RestClient client = connectionClient.For(stream);

    public async Task<IReadOnlyList<FoundRecord>> FindAsync(IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        var found = new List<FoundRecord>(references.Count);
        var byKey = references.Where(reference => KeyOf(reference) is not null).ToList();
        if (stream.Options.Lookup?.ByKeys is { } many && (byKey.Count > 1 || stream.Options.Lookup.ByKey is null))
        {
            foreach (var part in byKey.Chunk(Math.Max(1, many.Max)))
                found.AddRange(await FindManyAsync(many, part, cancellationToken));
        }
        else
        {
            found.AddRange(await AtOnce.RunAsync(byKey, AtOnceMax, (one, token) => FindByKeyAsync(one, token), cancellationToken));
        }

        var rest = references.Where(reference => KeyOf(reference) is null).ToList();
        found.AddRange(await AtOnce.RunAsync(rest, AtOnceMax, (one, token) => FindByCorrelationAsync(one, token), cancellationToken));
        var whole = await WithChildrenAsync([.. found.Where(result => result.Record is not null).Select(result => result.Record!)], cancellationToken);
        var next = 0;
        return [.. found.Select(result => result.Record is null ? result : result with { Record = whole[next++] })];
    }

    /// <summary>Merges each record's children into it.</summary>
    public async Task<IReadOnlyList<RawRecord>> WithChildrenAsync(IReadOnlyList<RawRecord> records, CancellationToken cancellationToken)
    {
        if (stream.Options.Read?.Children is not { Count: > 0 } children)
            return records;
        return await AtOnce.RunAsync(records, AtOnceMax, async (record, token) =>
        {
            if (record.IsDeleted || record.Payload.IsEmpty || IsProblem(record))
                return record;
            var payload = JsonNode.Parse(record.Payload.Span)!.AsObject();
            foreach (var child in children)
                JsonPath.Put(payload, child.Into, await ChildrenOfAsync(child, record.Key, token));
            return record with { Payload = JsonSerializer.SerializeToUtf8Bytes(payload) };
        }, cancellationToken);
    }

    private static bool IsProblem(RawRecord record) => record.Payload.Span.StartsWith("{\"$problem\":"u8);

    private string? KeyOf(RecordReference reference) => reference.Key ?? (stream.Setup.Correlation is null ? reference.Correlation : null);

    private async Task<JsonNode> ChildrenOfAsync(ChildOptions child, string key, CancellationToken cancellationToken)
    {
        var what = $"{stream.Name}: reading {child.Into}";
        var answer = await client.ReadAsync(child, new(client.Values) { ["key"] = key }, what, false, null, cancellationToken);
        if (IsNone(answer, what))
            return new JsonArray();
        if (answer.Verdict.Meaning != AnswerMeaning.Ok)
            throw answer.Failure(what);
        if (answer.Body is not { } body || JsonPath.Elements(JsonPath.Find(body, child.Records)) is not { } elements)
            throw answer.NotJson(what);
        return new JsonArray([.. elements.Select(element => JsonNode.Parse(JsonPath.Bytes(element)))]);
    }

    private async Task<IReadOnlyList<FoundRecord>> FindManyAsync(FindManyOptions many, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        var what = $"{stream.Name}: looking up {references.Count} records";
        var keys = new JsonArray([.. references.Select(reference => (JsonNode)KeyOf(reference)!)]);
        var answer = await client.ReadAsync(many, new(client.Values) { ["keys"] = keys }, what, false, null, cancellationToken);
        if (IsNone(answer, what))
            return [.. references.Select(reference => new FoundRecord(reference, null))];
        if (answer.Verdict.Meaning != AnswerMeaning.Ok)
            throw answer.Failure(what);
        if (answer.Body is not { } body || JsonPath.Elements(JsonPath.Find(body, many.Records)) is not { } elements)
            throw answer.NotJson(what);
        var records = elements.Where(element => element.ValueKind == JsonValueKind.Object).Select(element => stream.Records.Read(element)).ToList();
        return [.. references.Select(reference => new FoundRecord(reference, records.Find(record => IsSameKey(record.Key, KeyOf(reference)!))))];
    }

    private async Task<FoundRecord> FindByKeyAsync(RecordReference reference, CancellationToken cancellationToken)
    {
        var call = stream.Options.Lookup?.ByKey ?? throw Undescribed("byKey");
        var key = KeyOf(reference)!;
        var (candidates, version) = await CandidatesAsync(call, new(client.Values) { ["key"] = key }, cancellationToken);
        // A merged record's old key may answer with the survivor: under that key there is nothing any more.
        var match = candidates.Select(candidate => stream.Records.Read(candidate, version)).FirstOrDefault(record => IsSameKey(record.Key, key));
        return new(reference, match);
    }

    private async Task<FoundRecord> FindByCorrelationAsync(RecordReference reference, CancellationToken cancellationToken)
    {
        var call = stream.Options.Lookup?.ByCorrelation ?? throw Undescribed("byCorrelation");
        var (candidates, version) = await CandidatesAsync(call, new(client.Values) { ["correlation"] = reference.Correlation }, cancellationToken);
        var matches = candidates.Where(candidate => stream.Records.CorrelationOf(candidate) == reference.Correlation).ToList();
        if (matches.Count == 0 && candidates.Exists(candidate => !stream.Records.ShowsCorrelation(candidate)))
        {
            throw new ConnectorException(FailureKind.Blocked, "rest.correlation",
                $"{stream.Name}: records found by correlation do not show the field '{stream.Setup.Correlation}', so it is not sure that they are the ones asked for. Ask the system for that field.");
        }

        // Several: always the same one, whatever the order of the answer.
        var record = matches.Select(match => stream.Records.Read(match, version))
            .OrderBy(record => record.IsDeleted).ThenBy(record => record.Key, StringComparer.Ordinal).FirstOrDefault();
        return new(reference, record);
    }

    private async Task<(List<JsonElement> Candidates, string? Version)> CandidatesAsync(FindOptions call, TemplateValues values, CancellationToken cancellationToken)
    {
        var what = $"{stream.Name}: looking up a record";
        var answer = await client.ReadAsync(call, values, what, false, null, cancellationToken);
        if (IsNone(answer, what))
            return ([], null);
        if (answer.Verdict.Meaning != AnswerMeaning.Ok)
            throw answer.Failure(what);
        if (answer.Body is not { } body)
            throw answer.NotJson(what);
        var version = stream.Options.Version is { } path && path.StartsWith("header:", StringComparison.Ordinal) ? answer.Text(path) : null;
        return JsonPath.Find(body, call.Record) switch
        {
            { ValueKind: JsonValueKind.Object } one => ([one], version),
            { ValueKind: JsonValueKind.Array } several => ([.. several.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.Object)], null),
            null or { ValueKind: JsonValueKind.Null } => ([], null),
            _ => throw answer.NotJson(what),
        };
    }

    /// <summary>The system says that there is nothing. A page of a proxy's own is not the system: "missing" leads to a second create.</summary>
    private static bool IsNone(RestAnswer answer, string what) => answer.Verdict.Meaning == AnswerMeaning.Missing
        ? answer.IsUnreadable ? throw answer.NotJson(what) : true
        : answer.Status == 204;

    // Systems pad and re-case keys (SAP's leading zeros, GUIDs).
    private static bool IsSameKey(string left, string right) => left.TrimStart('0').Equals(right.TrimStart('0'), StringComparison.OrdinalIgnoreCase);

    private ConnectorException Undescribed(string keyword) => new(FailureKind.Blocked, "rest.lookup",
        $"{stream.Name}: the description does not say how a record is found: add lookup.{keyword}.");
}

/// <summary>Some calls at the same time, results in the order of the items.</summary>
internal static class AtOnce
{
    public static async Task<IReadOnlyList<TResult>> RunAsync<TItem, TResult>(
        IReadOnlyList<TItem> items, int atOnceMax, Func<TItem, CancellationToken, Task<TResult>> run, CancellationToken cancellationToken)
    {
        var results = new List<TResult>(items.Count);
        foreach (var part in items.Chunk(Math.Max(1, atOnceMax)))
            results.AddRange(await Task.WhenAll(part.Select(item => run(item, cancellationToken))));
        return results;
    }
}
