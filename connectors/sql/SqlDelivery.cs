using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>A delivery in terms of columns, and what became of it.</summary>
internal sealed class SqlDelivery(Delivery delivery)
{
    public Delivery Delivery { get; } = delivery;

    public IReadOnlyList<(SqlColumn Column, object? Value)> Fields { get; private set; } = [];

    public IReadOnlyList<(SqlColumn Column, object? Value)> Expected { get; private set; } = [];

    public DeliveryResult? Result { get; private set; }

    public bool IsCreate => Delivery.Operation == DeliveryOperation.Create;

    /// <summary>The key that a create brings along; null when the database gives it.</summary>
    public string? NewKey { get; private set; }

    public static SqlDelivery Read(Delivery delivery, SqlTable table, SqlDialect dialect)
    {
        var read = new SqlDelivery(delivery);
        read.Fields = read.Columns(delivery.Fields, table, dialect);
        read.Expected = read.Columns(delivery.Expected, table, dialect);
        if (read.Result is not null)
            return read;
        if (read.IsCreate)
            read.AddIdentity(table);
        else if (read.Fields.Any(field => field.Column == table.Key && Convert.ToString(field.Value, System.Globalization.CultureInfo.InvariantCulture) != delivery.Key))
            read.Reject("sql.key", $"the field '{table.Key.Name}' is the record's key and cannot be changed. Leave it out of the "
                + "mapping's outward direction");
        return read;
    }

    public void Settle(DeliveryOutcome outcome, RawRecord? record = null) =>
        Result = new(Delivery.Id, outcome) { Key = record?.Key ?? Delivery.Key, Record = record };

    public void Reject(string code, string message) =>
        Result = new(Delivery.Id, DeliveryOutcome.Rejected) { Key = Delivery.Key, Code = code, Message = message + "." };

    /// <summary>Nothing is known of it: the answer to the commit was lost.</summary>
    public void Lose() => Result = new(Delivery.Id, DeliveryOutcome.Unknown) { Key = Result?.Key ?? Delivery.Key };

    /// <summary>Takes back what a transaction that did not commit had settled.</summary>
    public void Unsettle() => Result = null;

    private void AddIdentity(SqlTable table)
    {
        var identity = table.Correlation ?? table.Key;
        Fields = [.. Fields.Where(field => field.Column != identity), (identity, Delivery.Correlation)];
        var key = Fields.FirstOrDefault(field => field.Column == table.Key).Value;
        NewKey = key is null ? null : Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture);
    }

    private List<(SqlColumn Column, object? Value)> Columns(ReadOnlyMemory<byte> json, SqlTable table, SqlDialect dialect)
    {
        var columns = new List<(SqlColumn Column, object? Value)>();
        if (json.IsEmpty)
            return columns;
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (table.Find(property.Name) is { } column)
                columns.Add((column, dialect.ValueOf(property.Value, column)));
            else
                Reject("sql.unknownColumn", $"{table.Stream.QuotedTable} has no column '{property.Name}'. Found are "
                    + $"{string.Join(", ", table.Columns.Select(other => other.Name))}. Correct the mapping, or the stream's 'columns'");
        }

        return columns;
    }
}
