using System.Data.Common;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>Writes one table: a batch is one transaction, in which each record succeeds or fails alone.</summary>
internal sealed class SqlTarget(SqlDialect dialect, SqlStream stream)
{
    public async Task<IReadOnlyList<DeliveryResult>> WriteAsync(IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        if (stream.ReadOnly)
            throw new ConnectorException(FailureKind.Blocked, "sql.readOnly", $"The stream '{stream.Name}' is read only. Take "
                + "'readOnly' out of its options, or do not write to it.");
        await using var connection = await dialect.OpenAsync(cancellationToken);
        try
        {
            var table = await DescribeAsync(connection, cancellationToken);
            var deliveries = batch.Select(delivery => SqlDelivery.Read(delivery, table, dialect)).ToList();
            var write = new SqlWrite(dialect, connection, table);
            await write.SettleRepeatedAsync(Open(deliveries), cancellationToken);
            await WriteAsync(connection, write, Open(deliveries), cancellationToken);
            return [.. deliveries.Select(delivery => delivery.Result!)];
        }
        catch (DbException failure) when (dialect.Classify(failure) == SqlFailure.Busy)
        {
            return [.. batch.Select(delivery => new DeliveryResult(delivery.Id, DeliveryOutcome.Retry) { Key = delivery.Key, Code = dialect.Explain(failure).Code, Message = "Another program holds the database. Try again." })];
        }
        catch (DbException failure)
        {
            throw dialect.Translate(failure);
        }
    }

    public async Task<IReadOnlyList<FoundRecord>> FindAsync(IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        await using var connection = await dialect.OpenAsync(cancellationToken);
        try
        {
            var table = await dialect.DescribeAsync(connection, stream, cancellationToken);
            var lookup = new SqlLookup(dialect, connection, table);
            var keys = await lookup.FindAsync(table.Key, [.. references.Select(reference => reference.Key).OfType<string>()], cancellationToken);
            var others = references.Where(reference => reference.Key is null).Select(reference => reference.Correlation).OfType<string>().ToList();
            var correlations = await lookup.FindAsync(table.Correlation ?? table.Key, others, cancellationToken);
            return [.. references.Select(reference => new FoundRecord(reference, reference.Key is { } key ? keys.GetValueOrDefault(key) : correlations.GetValueOrDefault(reference.Correlation ?? "")))];
        }
        catch (DbException failure)
        {
            throw dialect.Translate(failure);
        }
    }

    private static List<SqlDelivery> Open(IEnumerable<SqlDelivery> deliveries) => [.. deliveries.Where(delivery => delivery.Result is null)];

    private async Task<SqlTable> DescribeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var table = await dialect.DescribeAsync(connection, stream, cancellationToken);
        return await dialect.IsUniqueAsync(connection, stream, stream.Key, cancellationToken)
            ? table
            : throw new ConnectorException(FailureKind.Blocked, "sql.key",
                $"No unique index of {stream.QuotedTable} is on the key column '{stream.Key}' alone, so a write could meet several "
                    + $"rows. Add one: CREATE UNIQUE INDEX ON {stream.QuotedTable} ({Sql.Quote(stream.Key)}).");
    }

    private async Task WriteAsync(DbConnection connection, SqlWrite write, List<SqlDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (deliveries.Count == 0)
            return;
        try
        {
            await using var transaction = await dialect.BeginAsync(connection, cancellationToken);
            await write.TogetherAsync(transaction, deliveries, cancellationToken);
            await write.EachAsync(transaction, Open(deliveries), cancellationToken);
            await CommitAsync(transaction, deliveries);
            return;
        }
        catch (DbException failure) when (dialect.Classify(failure) != SqlFailure.Other)
        {
            deliveries.ForEach(delivery => delivery.Unsettle());
            if (deliveries.Count == 1)
            {
                write.Refuse(deliveries[0], failure);
                return;
            }
        }

        // What only the commit refuses (a deferred constraint), or what the whole batch stumbles over, is found one by one.
        await EachAloneAsync(connection, write, deliveries, cancellationToken);
    }

    private async Task EachAloneAsync(DbConnection connection, SqlWrite write, List<SqlDelivery> deliveries, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await dialect.BeginAsync(connection, cancellationToken);
            await write.EachAsync(transaction, deliveries, cancellationToken);
            await CommitAsync(transaction, deliveries);
        }
        catch (DbException failure) when (dialect.Classify(failure) != SqlFailure.Other)
        {
            deliveries.ForEach(delivery => delivery.Unsettle());
            if (deliveries.Count == 1)
            {
                write.Refuse(deliveries[0], failure);
                return;
            }

            await SinglyAsync(connection, write, deliveries, cancellationToken);
        }
    }

    // Each in a transaction of its own. When the connection fails here, some are applied already: an exception would say that none is.
    private async Task SinglyAsync(DbConnection connection, SqlWrite write, List<SqlDelivery> deliveries, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var delivery in deliveries)
                await EachAloneAsync(connection, write, [delivery], cancellationToken);
        }
        catch (DbException)
        {
            Open(deliveries).ForEach(delivery => delivery.Settle(DeliveryOutcome.Retry));
        }
    }

    // Once the commit is on its way only the database knows: an error of its own says no, a lost connection says nothing.
    private async Task CommitAsync(DbTransaction transaction, List<SqlDelivery> deliveries)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is not DbException error || dialect.Classify(error) == SqlFailure.Other)
        {
            foreach (var delivery in deliveries.Where(delivery => delivery.Result is { Outcome: DeliveryOutcome.Applied }))
                delivery.Lose();
        }
    }
}
