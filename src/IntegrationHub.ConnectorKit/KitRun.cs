using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;

namespace IntegrationHub.ConnectorKit;

/// <summary>One fact's work on one system: the calls that facts share, and what they found.</summary>
internal sealed class KitRun(IKitSystem system, CancellationToken cancellationToken)
{
    private readonly List<string> findings = [];

    public IReadOnlyList<string> Findings => findings;

    public IKitSystem System => system;

    public StreamTraits Traits => system.Connector.Describe(system.Stream);

    private ISourceConnector Source => (ISourceConnector)system.Connector;

    private ITargetConnector Target => (ITargetConnector)system.Connector;

    public void Expect(bool holds, string finding)
    {
        if (!holds)
            findings.Add(finding);
    }

    public Task PlantAsync(int from, int count, string first = "Ada") =>
        system.PlantAsync([.. Enumerable.Range(from, count).Select(number => new KitRecord(system.KeyOf(number), first, "Lovelace"))], cancellationToken);

    /// <summary>Reads to the end, or through some pages.</summary>
    public async Task<List<SourcePage>> ReadAsync(Checkpoint? after = null, int pagesMax = int.MaxValue)
    {
        var pages = new List<SourcePage>();
        await foreach (var page in Source.ReadAsync(system.Stream, after, cancellationToken))
        {
            pages.Add(page);
            if (pages.Count >= pagesMax)
                break;
        }

        return pages;
    }

    /// <summary>Reads to the end, with something happening to the system after each page.</summary>
    public async Task<List<SourcePage>> ReadAsync(Func<int, Task> afterPage)
    {
        var pages = new List<SourcePage>();
        await foreach (var page in Source.ReadAsync(system.Stream, null, cancellationToken))
        {
            pages.Add(page);
            await afterPage(pages.Count);
        }

        return pages;
    }

    /// <summary>The records of some pages, the last state of each.</summary>
    public static Dictionary<string, RawRecord> Latest(IEnumerable<SourcePage> pages)
    {
        var latest = new Dictionary<string, RawRecord>(StringComparer.Ordinal);
        foreach (var record in pages.SelectMany(page => page.Records))
            latest[record.Key] = record;
        return latest;
    }

    public async Task<DeliveryResult> WriteAsync(Delivery delivery) => (await WriteAllAsync([delivery])).GetValueOrDefault(delivery.Id)
        ?? new DeliveryResult(delivery.Id, DeliveryOutcome.Unknown) { Message = "There is no result for the delivery." };

    public async Task<Dictionary<string, DeliveryResult>> WriteAllAsync(IReadOnlyList<Delivery> batch)
    {
        var results = new Dictionary<string, DeliveryResult>(StringComparer.Ordinal);
        foreach (var result in await Target.WriteAsync(system.Stream, batch, cancellationToken))
            Expect(results.TryAdd(result.DeliveryId, result), $"The delivery {result.DeliveryId} has two results.");
        return results;
    }

    public async Task<RawRecord?> FindAsync(string? key, string? correlation = null)
    {
        var found = await Target.FindAsync(system.Stream, [new(key, correlation)], cancellationToken);
        Expect(found.Count == 1, $"A look-up of one reference has {found.Count} results.");
        return found.Count == 1 ? found[0].Record : null;
    }

    public async Task<Dictionary<string, KitRecord>> ListAsync() =>
        (await system.ListAsync(cancellationToken)).ToDictionary(record => record.Key, StringComparer.Ordinal);

    public Task EditAsync(KitRecord record) => system.EditAsync(record, cancellationToken);

    public Task WriteLateAsync(int number, TimeSpan by, string first = "Grace") =>
        system.WriteLateAsync(new(system.KeyOf(number), first, "Hopper"), by, cancellationToken);

    public Task DeleteAsync(string key) => system.DeleteAsync(key, cancellationToken);

    public Delivery Create(int number, string first = "Ada") => new()
    {
        Id = $"create-{number}",
        Operation = DeliveryOperation.Create,
        Correlation = Correlation(number),
        Fields = Fields((system.FirstField, first), (system.SecondField, "Lovelace")),
    };

    public static Delivery Change(DeliveryOperation operation, string key, ReadOnlyMemory<byte> fields, ReadOnlyMemory<byte> expected) => new()
    {
        Id = $"{operation}-{key}",
        Operation = operation,
        Key = key,
        Correlation = Correlation(0),
        Fields = fields,
        Expected = expected,
    };

    public static string Correlation(int number) => $"ih-{number:d16}";

    public ReadOnlyMemory<byte> First(string value) => Fields((system.FirstField, value));

    /// <summary>The text of a field in a record's payload; null when the record has none.</summary>
    public static string? Text(RawRecord? record, string field)
    {
        if (record is null || record.Payload.IsEmpty)
            return null;
        using var payload = JsonDocument.Parse(record.Payload);
        return payload.RootElement.TryGetProperty(field, out var value) ? value.ToString() : null;
    }

    /// <summary>The first field of the record with a number's key; null when there is none.</summary>
    public string? FirstOf(Dictionary<string, RawRecord> records, int number) => Text(records.GetValueOrDefault(system.KeyOf(number)), system.FirstField);

    public static ReadOnlyMemory<byte> Bytes(JsonObject fields) => JsonSerializer.SerializeToUtf8Bytes(fields);

    private static ReadOnlyMemory<byte> Fields(params (string Name, string Value)[] fields) =>
        Bytes(new JsonObject(fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)JsonValue.Create(field.Value)))));
}
