using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Writes one record with one request.</summary>
internal sealed class RecordWriter(RestClient connectionClient, RestStream stream)
{
    private static readonly JsonElement WholeRecord = JsonSerializer.SerializeToElement("{record}");

    private readonly RestClient client = connectionClient.For(stream);
    private readonly WriteOptions write = stream.Options.Write ?? new();

    /// <summary>What became of the delivery; an answer that is lost makes it unknown.</summary>
    /// <exception cref="ConnectorException">Nothing was applied.</exception>
    public async Task<DeliveryResult> WriteAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var (call, method, isUpsert) = CallOf(delivery.Operation);
        if (call is null)
        {
            return new(delivery.Id, DeliveryOutcome.Rejected)
            {
                Key = delivery.Key,
                Code = "rest.unsupported",
                Message = $"{stream.Name}: the description does not say how to {delivery.Operation.ToString().ToLowerInvariant()}. Add it under write, or do not write this stream.",
            };
        }

        var values = Values(delivery);
        var headers = Headers(delivery, values);
        var isIdempotent = call.Idempotent ?? (isUpsert || (delivery.Operation == DeliveryOperation.Create && write.Idempotency is not null));
        var filled = call.Body is null && delivery.Operation != DeliveryOperation.Delete ? call with { Body = WholeRecord } : call;
        try
        {
            var answer = await client.WriteAsync(filled, values, method, isIdempotent, headers,
                $"{stream.Name}: {delivery.Operation}", cancellationToken);
            return ResultOf(delivery, call, answer, isIdempotent);
        }
        catch (Exception failure) when (RestClient.IsLost(failure))
        {
            return Lost(delivery);
        }
    }

    public static DeliveryResult Lost(Delivery delivery) => new(delivery.Id, DeliveryOutcome.Unknown)
    {
        Key = delivery.Key,
        Code = "rest.lost",
        Message = "The answer was lost: it may have been applied. The record is read back before it is sent again.",
    };

    /// <summary>Values for the templates of one delivery.</summary>
    public TemplateValues Values(Delivery delivery) => new(client.Values)
    {
        ["key"] = delivery.Key,
        ["correlation"] = delivery.Correlation,
        ["id"] = delivery.Id,
        ["version"] = delivery.Version,
        ["operation"] = delivery.Operation.ToString().ToLowerInvariant(),
        ["record"] = RecordOf(delivery),
    };

    /// <summary>A delivery that a verdict of the system ends.</summary>
    /// <param name="status">The HTTP status of the answer or of the result.</param>
    public DeliveryResult Judged(Delivery delivery, Verdict verdict, int status, bool isIdempotent, string? text)
    {
        var outcome = verdict.Meaning switch
        {
            AnswerMeaning.Ok => DeliveryOutcome.Applied,
            AnswerMeaning.RetryRecord or AnswerMeaning.Throttled or AnswerMeaning.TokenExpired => DeliveryOutcome.Retry,
            // A rule knows that nothing was applied; a bare 5xx does not say.
            AnswerMeaning.Transient => verdict.ByRule || isIdempotent ? DeliveryOutcome.Retry : DeliveryOutcome.Unknown,
            AnswerMeaning.Unknown => DeliveryOutcome.Unknown,
            AnswerMeaning.AlreadyExists when verdict.ByRule || delivery.Operation == DeliveryOperation.Create => DeliveryOutcome.AlreadyExists,
            AnswerMeaning.ChangedMeanwhile => DeliveryOutcome.ChangedMeanwhile,
            AnswerMeaning.FieldsRefused => DeliveryOutcome.FieldsRefused,
            AnswerMeaning.Missing when delivery.Operation != DeliveryOperation.Create => DeliveryOutcome.Missing,
            _ => DeliveryOutcome.Rejected,
        };
        var code = $"rest.{verdict.Code ?? status.ToString()}";
        var said = VendorText.Safe(text, delivery.Fields);
        return new(delivery.Id, outcome)
        {
            Key = verdict.Meaning == AnswerMeaning.AlreadyExists ? verdict.Key ?? verdict.Keys.FirstOrDefault() ?? delivery.Key : delivery.Key,
            Candidates = outcome == DeliveryOutcome.AlreadyExists && verdict.Keys.Count > 1 ? verdict.Keys : [],
            Fields = outcome is DeliveryOutcome.FieldsRefused or DeliveryOutcome.Rejected ? verdict.Fields : [],
            Code = outcome == DeliveryOutcome.Applied ? null : code,
            Message = outcome == DeliveryOutcome.Applied ? null
                : $"{stream.Name}: {delivery.Operation} was answered with HTTP {status}, code {code}{(said is null ? "" : $": {said}")}.",
        };
    }

    /// <summary>The record as an answer shows it; null when it shows none, or not as reads do.</summary>
    public RawRecord? RecordIn(JsonElement? answer, string? path, string? version)
    {
        if (path is null || answer is not { } body || stream.Options.Read?.Children.Count > 0)
            return null;
        return JsonPath.Find(body, path) is { ValueKind: JsonValueKind.Object } record && stream.Records.KeyOf(record) is not null
            ? stream.Records.Read(record, version)
            : null;
    }

    /// <summary>What a batch's own headers are; a batch carries no record's version.</summary>
    private List<(string Name, string Value)> Headers(Delivery delivery, TemplateValues values)
    {
        var headers = new List<(string, string)>();
        if (delivery.Operation == DeliveryOperation.Create)
        {
            if (write.Idempotency is { } idempotency && Template.Text(idempotency.Value, values, encode: false) is { } value)
                headers.Add((idempotency.Header, value));
            return headers;
        }

        if (write.Concurrency.Kind == ConcurrencyKind.IfMatch && (delivery.Version ?? write.Concurrency.Otherwise) is { } version)
            headers.Add(("If-Match", version));
        if (write.Concurrency.Kind == ConcurrencyKind.IfUnmodifiedSince && delivery.Version is { } seen && SourceTime.Of(seen) is { } time)
            headers.Add(("If-Unmodified-Since", SourceTime.Format(time, TimeFormat.HttpDate)));
        return headers;
    }

    private DeliveryResult ResultOf(Delivery delivery, WriteCallOptions call, RestAnswer answer, bool isIdempotent)
    {
        var isOk = call.Success.Count > 0 && !answer.Verdict.ByRule ? call.Success.Contains(answer.Status) : answer.Verdict.Meaning == AnswerMeaning.Ok;
        if (!isOk)
        {
            if (answer.Verdict.Meaning == AnswerMeaning.Blocked && (answer.Status != 403 || answer.Verdict.ByRule))
                throw answer.Failure($"{stream.Name}: {delivery.Operation}");
            // A success that the description does not expect: nobody knows what it means.
            return answer.Verdict.Meaning == AnswerMeaning.Ok ? Lost(delivery) with { Code = answer.Code } : Judged(delivery, answer.Verdict, answer.Status, isIdempotent, null);
        }

        // A page instead of an answer: whoever sent it, it is not the system's word that the record is written.
        if (answer.IsUnreadable)
            return Lost(delivery) with { Code = "rest.json" };
        var version = stream.Options.Version is { } path && path.StartsWith("header:", StringComparison.Ordinal) ? answer.Text(path) : null;
        var record = RecordIn(answer.Body, call.Record, version);
        return new(delivery.Id, DeliveryOutcome.Applied)
        {
            Key = record?.Key ?? delivery.Key ?? KeyIn(answer, call),
            Record = record,
        };
    }

    private string? KeyIn(RestAnswer answer, WriteCallOptions call)
    {
        var key = answer.Text(call.Key ?? stream.Setup.Key);
        if (key is null || call.Key?.StartsWith("header:", StringComparison.Ordinal) != true)
            return string.IsNullOrEmpty(key) ? null : key;
        // https://host/contacts/17 and https://host/contacts(17)
        var last = key.TrimEnd('/');
        last = last[(last.LastIndexOf('/') + 1)..];
        var open = last.IndexOf('(');
        return Uri.UnescapeDataString(open >= 0 && last.EndsWith(')') ? last[(open + 1)..^1].Trim('\'') : last);
    }

    private (WriteCallOptions? Call, string Method, bool IsUpsert) CallOf(DeliveryOperation operation) => operation switch
    {
        DeliveryOperation.Create when write.Upsert is not null => (write.Upsert, "PUT", true),
        DeliveryOperation.Create => (write.Create, "POST", false),
        DeliveryOperation.Update => (write.Update, "PATCH", false),
        _ => (write.Delete, "DELETE", false),
    };

    private JsonObject RecordOf(Delivery delivery)
    {
        var record = delivery.Fields.IsEmpty ? [] : JsonNode.Parse(delivery.Fields.Span) as JsonObject ?? [];
        if (delivery.Operation == DeliveryOperation.Create && write.CorrelationInBody)
            JsonPath.Put(record, stream.Setup.Correlation ?? stream.Setup.Key, delivery.Correlation);
        return record;
    }
}
