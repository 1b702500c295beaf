using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>Writes one file: a batch is one rewrite, and the file is always either the old one or the new one.</summary>
internal sealed class CsvTarget(CsvOptions options, CsvStream setup)
{
    private const int Attempts = 5;
    private const int RowBytesMax = 1 << 28;

    public async Task<IReadOnlyList<DeliveryResult>> WriteAsync(IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        if (!File.Exists(setup.File))
            throw FileStamp.Missing(setup.File);
        using var held = SuccessorFile.Lock(setup.File);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await TryWriteAsync(batch, cancellationToken) is { } results)
                return results;
        }

        throw new ConnectorException(FailureKind.Transient, "csv.busy", $"{setup.File}: somebody else changes the file faster than it "
            + "can be rewritten. Nothing was written.");
    }

    public async Task<IReadOnlyList<FoundRecord>> FindAsync(IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        await using var table = await CsvTable.OpenAsync(options, setup, cancellationToken, RowBytesMax);
        return await new CsvLookup(table, references, setup.File).RunAsync(cancellationToken);
    }

    /// <returns>Null when the file changed meanwhile, and nothing was written.</returns>
    private async Task<IReadOnlyList<DeliveryResult>?> TryWriteAsync(IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        var before = FileStamp.Of(setup.File);
        await using var table = await CsvTable.OpenAsync(options, setup, cancellationToken, RowBytesMax);
        var deliveries = batch.Select(delivery => CsvDelivery.Read(delivery, table)).ToList();
        var rewrite = new CsvRewrite(table, deliveries, options.Delimiter);
        using var successor = new SuccessorFile(setup.File);
        await successor.WriteAsync(stream => rewrite.RunAsync(stream, cancellationToken));
        if (!rewrite.IsChanged)
            return FileStamp.Of(setup.File) == before ? Results(deliveries) : null;
        successor.Complete();
        if (FileStamp.Of(setup.File) != before)
            return null;
        successor.TakePlace();
        return Results(deliveries);
    }

    private static DeliveryResult[] Results(List<CsvDelivery> deliveries) => [.. deliveries.Select(delivery => delivery.Result!)];
}
