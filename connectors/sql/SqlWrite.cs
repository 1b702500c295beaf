using System.Data.Common;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>The writes inside one transaction: together where that is quicker, one by one where something is in the way.</summary>
internal sealed class SqlWrite(SqlDialect dialect, DbConnection connection, SqlTable table)
{
    private const string Savepoint = "record";

    private readonly SqlRows rows = new(dialect, table);
    private readonly SqlStatements statements = new(dialect, table);
    private readonly SqlLookup lookup = new(dialect, connection, table);

    private SqlColumn Identity => table.Correlation ?? table.Key;

    /// <summary>Settles the creates whose row is there already. What somebody has made of it meanwhile is not overwritten.</summary>
    public async Task SettleRepeatedAsync(IReadOnlyList<SqlDelivery> deliveries, CancellationToken cancellationToken)
    {
        var creates = deliveries.Where(delivery => delivery.IsCreate).ToList();
        var found = await lookup.FindAsync(Identity, [.. creates.Select(delivery => delivery.Delivery.Correlation)], cancellationToken);
        foreach (var delivery in creates)
        {
            if (found.GetValueOrDefault(delivery.Delivery.Correlation) is not { } record)
                continue;
            var same = await QueryAsync(null, statements.HoldsCreated(delivery), cancellationToken);
            delivery.Settle(same is null ? DeliveryOutcome.AlreadyExists : DeliveryOutcome.Applied, same ?? record);
        }
    }

    /// <summary>Writes everything in as few calls as possible. What meets no row stays unsettled: it needs a look of its own.</summary>
    /// <exception cref="DbException">A record was refused, and the transaction with it.</exception>
    public async Task TogetherAsync(DbTransaction transaction, IReadOnlyList<SqlDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (!dialect.NeedsSavepoints)
            return;
        foreach (var group in deliveries.Where(delivery => delivery.IsCreate).GroupBy(delivery => string.Join(',', delivery.Fields.Select(field => field.Column.Position))))
            await InsertTogetherAsync(transaction, [.. group], cancellationToken);
        await ChangeTogetherAsync(transaction, [.. deliveries.Where(delivery => !delivery.IsCreate)], cancellationToken);
    }

    /// <summary>Writes one after the other; a refusal concerns its record alone.</summary>
    public async Task EachAsync(DbTransaction transaction, IReadOnlyList<SqlDelivery> deliveries, CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries)
        {
            if (dialect.NeedsSavepoints)
                await transaction.SaveAsync(Savepoint, cancellationToken);
            try
            {
                if (await QueryAsync(transaction, statements.Of(delivery), cancellationToken) is { } record)
                    Apply(delivery, record);
                else
                    await ExplainAsync(transaction, delivery, null, cancellationToken);
            }
            catch (DbException failure) when (dialect.Classify(failure) != SqlFailure.Other)
            {
                await UndoAsync(transaction, cancellationToken);
                await ExplainAsync(transaction, delivery, failure, cancellationToken);
            }

            if (dialect.NeedsSavepoints)
                await transaction.ReleaseAsync(Savepoint, cancellationToken);
        }
    }

    /// <summary>Turns a database's refusal into the record's result.</summary>
    public void Refuse(SqlDelivery delivery, DbException failure)
    {
        var (code, names) = dialect.Explain(failure);
        if (dialect.Classify(failure) == SqlFailure.Busy)
            delivery.Settle(DeliveryOutcome.Retry);
        else
            delivery.Reject(code, $"{table.Stream.QuotedTable} refuses the record ({code}{names}). Correct the value or the mapping");
    }

    private async Task InsertTogetherAsync(DbTransaction transaction, List<SqlDelivery> creates, CancellationToken cancellationToken)
    {
        var columns = creates[0].Fields.Select(field => field.Column).ToList();
        var values = creates.ConvertAll(create => create.Fields.Select(field => field.Value).ToArray());
        if (dialect.InsertMany(table, columns, values, statements.Returning) is not { } insert)
            return;
        var byIdentity = creates.ToDictionary(create => create.Delivery.Correlation, StringComparer.Ordinal);
        await using var command = dialect.Command(connection, insert);
        command.Transaction = transaction;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            // A trigger may have rewritten it: such a record is looked at alone.
            if (SqlRows.Text(row, Identity) is { } identity && byIdentity.TryGetValue(identity, out var create))
                create.Settle(DeliveryOutcome.Applied, rows.Read(row));
        }
    }

    private async Task ChangeTogetherAsync(DbTransaction transaction, List<SqlDelivery> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
            return;
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var change in changes)
        {
            var statement = statements.Of(change);
            var command = batch.CreateBatchCommand();
            command.CommandText = statement.Text;
            foreach (var value in statement.Values)
                dialect.Bind(command.Parameters, value);
            batch.BatchCommands.Add(command);
        }

        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var change in changes)
        {
            if (await row.ReadAsync(cancellationToken))
                Apply(change, rows.Read(row));
            await row.NextResultAsync(cancellationToken);
        }
    }

    private static void Apply(SqlDelivery delivery, RawRecord record)
    {
        if (delivery.Delivery.Operation == DeliveryOperation.Delete)
            delivery.Settle(DeliveryOutcome.Applied);
        else
            delivery.Settle(DeliveryOutcome.Applied, record);
    }

    // Why a statement met no row, or was refused: because of the row that is there, because there is none, or because of the values.
    private async Task ExplainAsync(DbTransaction transaction, SqlDelivery delivery, DbException? failure, CancellationToken cancellationToken)
    {
        if (failure is not null && dialect.Classify(failure) == SqlFailure.Busy)
        {
            Refuse(delivery, failure);
            return;
        }

        var key = delivery.IsCreate ? delivery.NewKey : delivery.Delivery.Key;
        var there = key is null ? null : (await lookup.FindAsync(table.Key, [key], cancellationToken)).GetValueOrDefault(key);
        // A key that is no value of its column has failed inside the transaction.
        await UndoAsync(transaction, cancellationToken);
        if (delivery.IsCreate && there is not null)
            delivery.Settle(DeliveryOutcome.AlreadyExists, there);
        else if (!delivery.IsCreate && there is null or { IsDeleted: true })
            delivery.Settle(DeliveryOutcome.Missing);
        else if (failure is null)
            delivery.Settle(DeliveryOutcome.ChangedMeanwhile, there);
        else
            Refuse(delivery, failure);
    }

    private Task UndoAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        dialect.NeedsSavepoints ? transaction.RollbackAsync(Savepoint, cancellationToken) : Task.CompletedTask;

    private async Task<RawRecord?> QueryAsync(DbTransaction? transaction, SqlStatement statement, CancellationToken cancellationToken)
    {
        await using var command = dialect.Command(connection, statement);
        command.Transaction = transaction;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? rows.Read(row) : null;
    }
}
