using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Writes several records with one request and finds each one's own result in the answer.</summary>
internal sealed class BatchWriter(RestClient connectionClient, RestStream stream, RecordWriter single)
{
    private static readonly JsonElement WholeRecord = JsonSerializer.SerializeToElement("{record}");
    private static readonly JsonElement Items = JsonSerializer.SerializeToElement("{items}");

    private readonly RestClient client = connectionClient.For(stream);

    /// <exception cref="ConnectorException">Nothing was applied.</exception>
    public async Task<IReadOnlyList<DeliveryResult>> WriteAsync(BatchOptions batch, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var items = new JsonArray([.. deliveries.Select(delivery => Template.Body(batch.Item ?? WholeRecord, single.Values(delivery)))]);
        var call = batch.Body is null ? batch with { Body = Items } : batch;
        RestAnswer answer;
        try
        {
            answer = await client.WriteAsync(
                call, new(client.Values) { ["items"] = items }, "POST", batch.Idempotent ?? false, [],
                    $"{stream.Name}: writing {deliveries.Count} records", cancellationToken);
        }
        catch (Exception failure) when (RestClient.IsLost(failure))
        {
            return [.. deliveries.Select(RecordWriter.Lost)];
        }

        return answer.Verdict.Meaning switch
        {
            AnswerMeaning.Ok when answer.IsUnreadable => [.. deliveries.Select(delivery => RecordWriter.Lost(delivery) with { Code = "rest.json" })],
            AnswerMeaning.Ok => Results(batch, deliveries, answer),
            AnswerMeaning.Blocked => throw answer.Failure($"{stream.Name}: writing {deliveries.Count} records"),
            AnswerMeaning.Transient or AnswerMeaning.Unknown or AnswerMeaning.RetryRecord => Whole(batch, deliveries, answer),
            _ when deliveries.Count == 1 => Whole(batch, deliveries, answer),
            _ => await HalvedAsync(batch, deliveries, cancellationToken),
        };
    }

    private DeliveryResult[] Whole(BatchOptions batch, IReadOnlyList<Delivery> deliveries, RestAnswer answer) =>
        [.. deliveries.Select(delivery => single.Judged(delivery, answer.Verdict, answer.Status, batch.Idempotent ?? false, null))];

    /// <summary>One record made the system refuse them all: halves find it in about log n requests, and the others are written.</summary>
    private async Task<IReadOnlyList<DeliveryResult>> HalvedAsync(BatchOptions batch, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var half = deliveries.Count / 2;
        var first = await WriteAsync(batch, [.. deliveries.Take(half)], cancellationToken);
        try
        {
            return [.. first, .. await WriteAsync(batch, [.. deliveries.Skip(half)], cancellationToken)];
        }
        catch (ConnectorException failure) when (first.Any(result => result.Outcome is not DeliveryOutcome.Rejected))
        {
            // Part of the batch is written: the exception would deny it. The rest goes again.
            return [.. first, .. deliveries.Skip(half).Select(delivery => StreamWriter.NotSent(delivery, failure))];
        }
    }

    private List<DeliveryResult> Results(BatchOptions batch, IReadOnlyList<Delivery> deliveries, RestAnswer answer)
    {
        var results = new List<DeliveryResult>(deliveries.Count);
        var open = deliveries.ToDictionary(delivery => delivery.Id, StringComparer.Ordinal);
        var entries = answer.Body is { } body ? JsonPath.Elements(JsonPath.Find(body, batch.Results)) ?? [] : [];
        // By position only when every record has its entry: otherwise one that is left out would shift all that follow.
        if (batch.By != CorrelateBy.Position || entries.Count == deliveries.Count)
        {
            for (var i = 0; i < entries.Count; i++)
                Settle(batch, batch.By == CorrelateBy.Position ? deliveries[i] : Find(batch, entries[i], batch.ByPath, open), entries[i], isFailure: false, open, results);
        }

        if (batch.Failures is { } path && answer.Body is { } whole)
        {
            foreach (var entry in JsonPath.Elements(JsonPath.Find(whole, path)) ?? [])
                Settle(batch, Find(batch, entry, batch.FailuresByPath ?? batch.ByPath, open), entry, isFailure: true, open, results);
        }

        results.AddRange(open.Values.Select(delivery => RecordWriter.Lost(delivery) with { Code = "rest.noResult" }));
        return results;
    }

    private void Settle(
        BatchOptions batch, Delivery? delivery, JsonElement entry, bool isFailure, Dictionary<string, Delivery> open, List<DeliveryResult> results)
    {
        if (delivery is not null && open.Remove(delivery.Id))
            results.Add(isFailure || (batch.Ok is { } ok && !AnswerRules.Holds(ok, entry)) ? Failed(batch, delivery, entry) : Good(batch, delivery, entry));
    }

    private DeliveryResult Good(BatchOptions batch, Delivery delivery, JsonElement entry)
    {
        var record = single.RecordIn(entry, batch.Record, null);
        return new(delivery.Id, DeliveryOutcome.Applied)
        {
            Key = record?.Key ?? delivery.Key ?? JsonPath.Text(entry, batch.Key ?? stream.Setup.Key),
            Record = record,
        };
    }

    private DeliveryResult Failed(BatchOptions batch, Delivery delivery, JsonElement entry)
    {
        var status = batch.Status is { } path && JsonPath.Number(entry, path) is { } number ? (int)number : 400;
        var verdict = client.Rules.Judge(status, entry, null);
        // A result that is not good, whatever its status says.
        if (verdict.Meaning == AnswerMeaning.Ok)
            verdict = verdict with { Meaning = AnswerMeaning.Rejected };
        if (batch.Code is { } code)
            verdict = verdict with { Code = client.Rules.Code(entry, code) ?? verdict.Code };
        return single.Judged(delivery, verdict, status, batch.Idempotent ?? false, batch.Message is { } text ? JsonPath.Text(entry, text) : null);
    }

    private static Delivery? Find(BatchOptions batch, JsonElement entry, string? path, Dictionary<string, Delivery> open)
    {
        if (path is null || JsonPath.Text(entry, path) is not { } name)
            return null;
        return batch.By switch
        {
            CorrelateBy.Id => open.GetValueOrDefault(name),
            CorrelateBy.Correlation => open.Values.FirstOrDefault(delivery => delivery.Correlation == name),
            CorrelateBy.Key => open.Values.FirstOrDefault(delivery => string.Equals(delivery.Key, name, StringComparison.OrdinalIgnoreCase)),
            _ => null,
        };
    }
}
