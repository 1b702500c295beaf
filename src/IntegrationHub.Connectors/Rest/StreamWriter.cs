using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Writes a batch of deliveries: compares first where the description asks for it, then by batches, then one by one.</summary>
internal sealed class StreamWriter(RestStream stream, RecordFinder finder, RecordWriter single, BatchWriter batches)
{
    private const int AtOnceMax = 16;

    private readonly WriteOptions write = stream.Options.Write ?? new();

    public async Task<IReadOnlyList<DeliveryResult>> WriteAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var results = new List<DeliveryResult>(deliveries.Count);
        var toWrite = write.Concurrency.Kind == ConcurrencyKind.Compare ? await UnchangedAsync(deliveries, results, cancellationToken) : deliveries;
        foreach (var (send, part) in Requests(toWrite))
        {
            try
            {
                results.AddRange(await send(part, cancellationToken));
            }
            catch (ConnectorException failure) when (results.Exists(MayBeWritten))
            {
                // Part of the batch is written: an exception would deny it. What was not sent goes again.
                var settled = results.Select(result => result.DeliveryId).ToHashSet(StringComparer.Ordinal);
                return [.. results, .. deliveries.Where(delivery => !settled.Contains(delivery.Id)).Select(delivery => NotSent(delivery, failure))];
            }
        }

        return results;
    }

    /// <summary>A delivery that was not sent because the request before it could not be.</summary>
    public static DeliveryResult NotSent(Delivery delivery, ConnectorException failure) => new(delivery.Id, DeliveryOutcome.Retry)
    {
        Key = delivery.Key,
        Code = failure.IsThrottled ? "rest.throttled" : failure.Code,
        Message = "It was not sent: the connection was stopped before its turn.",
    };

    private static bool MayBeWritten(DeliveryResult result) => result.Outcome is DeliveryOutcome.Applied or DeliveryOutcome.Unknown;

    private IEnumerable<(Func<IReadOnlyList<Delivery>, CancellationToken, Task<IReadOnlyList<DeliveryResult>>> Send, IReadOnlyList<Delivery> Part)> Requests(
        IReadOnlyList<Delivery> deliveries)
    {
        foreach (var group in deliveries.GroupBy(delivery => write.Batch.Find(batch => batch.Operations.Contains(delivery.Operation))))
        {
            var size = group.Key is { } options ? Math.Max(1, options.Max) : Math.Clamp(write.Parallel, 1, AtOnceMax);
            foreach (var part in group.Chunk(size))
            {
                if (group.Key is { } batch)
                    yield return ((some, token) => batches.WriteAsync(batch, some, token), part);
                else
                    yield return (SinglesAsync, part);
            }
        }
    }

    /// <summary>Some single requests at the same time. When one cannot be sent, the others' results still count.</summary>
    private async Task<IReadOnlyList<DeliveryResult>> SinglesAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var ended = await Task.WhenAll(deliveries.Select(async delivery =>
        {
            try
            {
                return new Ended(delivery, await single.WriteAsync(delivery, cancellationToken), null);
            }
            catch (ConnectorException failure)
            {
                return new Ended(delivery, null, failure);
            }
        }));
        var results = ended.Where(one => one.Result is not null).Select(one => one.Result!).ToList();
        var failures = ended.Where(one => one.Failure is not null).ToList();
        if (failures.Count == 0)
            return results;
        // A refusal of this record alone (a key that cannot stand in an address) does not stop the others.
        results.AddRange(failures.Where(one => one.Failure!.Kind == FailureKind.Rejected).Select(one =>
            new DeliveryResult(one.Delivery.Id, DeliveryOutcome.Rejected) { Key = one.Delivery.Key, Code = one.Failure!.Code, Message = one.Failure.Message }));
        var stopped = failures.Where(one => one.Failure!.Kind != FailureKind.Rejected).ToList();
        if (stopped.Count > 0 && !results.Exists(MayBeWritten))
            throw stopped[0].Failure!;
        return [.. results, .. stopped.Select(one => NotSent(one.Delivery, one.Failure!))];
    }

    private readonly record struct Ended(Delivery Delivery, DeliveryResult? Result, ConnectorException? Failure);

    /// <summary>Looks at the records first. An edit between this look and the write is not noticed: systems that offer a condition do better.</summary>
    private async Task<IReadOnlyList<Delivery>> UnchangedAsync(IReadOnlyList<Delivery> deliveries, List<DeliveryResult> results, CancellationToken cancellationToken)
    {
        var compared = deliveries.Where(delivery => delivery is { Key: not null, Expected.IsEmpty: false, Operation: not DeliveryOperation.Create }).ToList();
        var found = (await finder.FindAsync([.. compared.Select(delivery => new RecordReference(delivery.Key, null))], cancellationToken))
            .GroupBy(result => result.Reference.Key!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Record, StringComparer.Ordinal);
        foreach (var delivery in compared)
        {
            if (found.GetValueOrDefault(delivery.Key!) is not { IsDeleted: false } record)
                results.Add(new(delivery.Id, DeliveryOutcome.Missing) { Key = delivery.Key });
            else if (!Holds(record, delivery.Expected))
                results.Add(new(delivery.Id, DeliveryOutcome.ChangedMeanwhile) { Key = delivery.Key, Record = record });
        }

        var settled = results.Select(result => result.DeliveryId).ToHashSet(StringComparer.Ordinal);
        return [.. deliveries.Where(delivery => !settled.Contains(delivery.Id))];
    }

    private static bool Holds(RawRecord record, ReadOnlyMemory<byte> expected)
    {
        using var held = JsonDocument.Parse(record.Payload);
        using var believed = JsonDocument.Parse(expected);
        return Holds(held.RootElement, believed.RootElement);
    }

    // Only what is expected is compared; null and absent are the same to most systems.
    private static bool Holds(JsonElement held, JsonElement expected) => expected.ValueKind switch
    {
        JsonValueKind.Object => expected.EnumerateObject().All(property =>
            held.ValueKind == JsonValueKind.Object && held.TryGetProperty(property.Name, out var inner)
                ? Holds(inner, property.Value)
                : property.Value.ValueKind == JsonValueKind.Null),
        JsonValueKind.Null => held.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined,
        _ => JsonElement.DeepEquals(held, expected),
    };
}
