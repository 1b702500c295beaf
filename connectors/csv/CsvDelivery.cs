using System.Globalization;
using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>A delivery in terms of columns, and what became of it.</summary>
internal sealed class CsvDelivery(Delivery delivery)
{
    public Delivery Delivery { get; } = delivery;

    /// <summary>The cells to write.</summary>
    public IReadOnlyList<(int Column, string Value)> Fields { get; private set; } = [];

    public DeliveryResult? Result { get; private set; }

    /// <summary>The key that a create gives its row; null for another operation.</summary>
    public string? NewKey { get; private set; }

    private IReadOnlyList<(int Column, string Value)> Expected { get; set; } = [];

    public static CsvDelivery Read(Delivery delivery, CsvTable table)
    {
        var read = new CsvDelivery(delivery);
        try
        {
            read.Fields = Cells(delivery.Fields, table);
            read.Expected = Cells(delivery.Expected, table);
            if (delivery.Operation == DeliveryOperation.Create)
                read.AddIdentity(table);
            else if (read.Fields.Any(field => field.Column == table.Key && field.Value != delivery.Key))
                throw new RefusedException("csv.key", $"the field '{table.Columns[table.Key]}' is the record's key and cannot be "
                    + "changed. Leave it out of the mapping's outward direction");
        }
        catch (RefusedException refused)
        {
            read.Reject(refused.Code, refused.Message);
        }

        return read;
    }

    public void Settle(DeliveryOutcome outcome, RawRecord? record = null) =>
        Result = new(Delivery.Id, outcome) { Key = record?.Key ?? Delivery.Key, Record = record };

    public void Reject(string code, string message) =>
        Result = new(Delivery.Id, DeliveryOutcome.Rejected) { Key = Delivery.Key, Code = code, Message = message + "." };

    /// <summary>Whether a row holds what the hub believes.</summary>
    public bool IsAsExpected(string[] cells) => Expected.All(field => cells[field.Column] == field.Value);

    /// <summary>Whether a row already holds what is to be written.</summary>
    public bool IsAlready(string[] cells) => Fields.All(field => cells[field.Column] == field.Value);

    /// <summary>A row with the fields in it.</summary>
    public string[] Apply(string[] cells)
    {
        var changed = (string[])cells.Clone();
        foreach (var (column, value) in Fields)
            changed[column] = value;
        return changed;
    }

    // A file gives no keys: the row is named by the mapping, or by the hub's own id.
    private void AddIdentity(CsvTable table)
    {
        var given = Fields.FirstOrDefault(field => field.Column == table.Key).Value;
        if (table.Correlation is null && given is { Length: > 0 } && given != Delivery.Correlation)
            throw new RefusedException("csv.key", $"the stream has no correlation column, so the field '{table.Columns[table.Key]}' is "
                + "set by the hub. Configure 'correlation', or leave the field out of the mapping's outward direction");
        NewKey = given is { Length: > 0 } ? given : Delivery.Correlation;
        var identity = new List<(int Column, string Value)> { (table.Key, NewKey) };
        if (table.Correlation is { } correlation && correlation != table.Key)
            identity.Add((correlation, Delivery.Correlation));
        Fields = [.. Fields.Where(field => identity.TrueForAll(own => own.Column != field.Column)), .. identity];
    }

    private static List<(int Column, string Value)> Cells(ReadOnlyMemory<byte> json, CsvTable table)
    {
        var cells = new List<(int Column, string Value)>();
        if (json.IsEmpty)
            return cells;
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var column = Array.IndexOf(table.Columns, property.Name);
            if (column < 0)
                throw new RefusedException("csv.unknownColumn", $"the file has no column '{property.Name}'. Found are "
                    + $"{string.Join(", ", table.Columns)}. Correct the mapping, or add the column to the file");
            cells.Add((column, TextOf(property, table.Source.Encoding)));
        }

        return cells;
    }

    private static string TextOf(JsonProperty property, Encoding encoding)
    {
        var text = property.Value.ValueKind switch
        {
            JsonValueKind.String => property.Value.GetString()!,
            JsonValueKind.Number => property.Value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Null => "",
            _ => throw new RefusedException("csv.value", $"the field '{property.Name}' is a JSON {property.Value.ValueKind}, and a cell "
                + "holds one value. Write a text in the mapping's outward direction"),
        };
        try
        {
            _ = encoding.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException)
        {
            throw new RefusedException("csv.encoding", string.Create(CultureInfo.InvariantCulture, $"the field '{property.Name}' "
                + $"({ValueShape.Of(text)}) has a character that {encoding.WebName} has not. Convert the file to utf-8, or change the value"));
        }
    }

    /// <summary>Ends the reading of one delivery that the file cannot take.</summary>
    private sealed class RefusedException(string code, string message) : Exception(message)
    {
        public string Code { get; } = code;
    }
}
