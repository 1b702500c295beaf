using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>The statements of single records. Each returns the row as it reads back, and no row when its condition does not hold.</summary>
internal sealed class SqlStatements(SqlDialect dialect, SqlTable table)
{
    private readonly string returning = new SqlRows(dialect, table).Select();

    public string Returning => returning;

    public SqlStatement Of(SqlDelivery delivery) => delivery.Delivery.Operation switch
    {
        DeliveryOperation.Create => Insert(delivery),
        DeliveryOperation.Update => Update(delivery, delivery.Fields),
        _ when table.Deleted is { } deleted => Update(delivery, [(deleted, dialect.ValueOf(table.Stream.DeletedValue, deleted))]),
        _ => Delete(delivery),
    };

    /// <summary>Whether the row of a repeated create holds what the create sets.</summary>
    public SqlStatement HoldsCreated(SqlDelivery delivery)
    {
        var values = new List<object?>();
        var conditions = delivery.Fields.Select(field => dialect.Same(field.Column, Add(values, field.Value))).ToList();
        return new($"SELECT {returning} FROM {table.Stream.QuotedTable} WHERE {string.Join(" AND ", conditions)}", values);
    }

    private SqlStatement Insert(SqlDelivery delivery)
    {
        var values = new List<object?>();
        var columns = string.Join(", ", delivery.Fields.Select(field => field.Column.Quoted));
        var parameters = string.Join(", ", delivery.Fields.Select(field => dialect.Parameter(field.Column, Add(values, field.Value))).ToList());
        return new($"INSERT INTO {table.Stream.QuotedTable} ({columns}) VALUES ({parameters}) RETURNING {returning}", values);
    }

    private SqlStatement Update(SqlDelivery delivery, IReadOnlyList<(SqlColumn Column, object? Value)> fields)
    {
        var values = new List<object?>();
        var set = fields.Count == 0
            ? $"{table.Key.Quoted} = {table.Key.Quoted}"
            : string.Join(", ", fields.Select(field => $"{field.Column.Quoted} = {dialect.Parameter(field.Column, Add(values, field.Value))}").ToList());
        return new($"UPDATE {table.Stream.QuotedTable} SET {set} WHERE {Condition(delivery, values)} RETURNING {returning}", values);
    }

    private SqlStatement Delete(SqlDelivery delivery)
    {
        var values = new List<object?>();
        return new($"DELETE FROM {table.Stream.QuotedTable} WHERE {Condition(delivery, values)} RETURNING {returning}", values);
    }

    private string Condition(SqlDelivery delivery, List<object?> values)
    {
        var conditions = new List<string> { $"{table.Key.Quoted} = {dialect.Parameter(table.Key, Add(values, delivery.Delivery.Key))}" };
        conditions.AddRange(delivery.Expected.Select(field => dialect.Same(field.Column, Add(values, field.Value))));
        // What is marked as deleted is not there.
        if (table.Deleted is { } deleted)
            conditions.Add($"NOT ({dialect.Same(deleted, Add(values, dialect.ValueOf(table.Stream.DeletedValue, deleted)))})");
        return string.Join(" AND ", conditions);
    }

    private static int Add(List<object?> values, object? value)
    {
        values.Add(value);
        return values.Count;
    }
}
