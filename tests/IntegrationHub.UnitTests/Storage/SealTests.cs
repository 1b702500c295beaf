using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Fixtures;
using IntegrationHub.UnitTests.Sync;
using Microsoft.Data.Sqlite;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>No clear personal value is in any column but the sealed payloads: canaries go through a whole hub, then the raw database is looked at.</summary>
public sealed class SealTests
{
    private static readonly string[] Canaries = ["canaryada", "canarylace", "canary.ada@example.org", "442079460111", "canaryville", "crm1"];

    private static readonly HashSet<string> Sealed =
    [
        "stream.checkpoint", "source_record.key", "source_record.raw", "source_record.fields", "source_record.fixes", "golden_record.fields",
        "golden_record.overrides", "delivery.sending", "conflict.sides", "received_event.payload",
    ];

    [Fact]
    public async Task PersonalValuesAreInSealedPayloadsAlone()
    {
        using var folder = new TemporaryFolder();
        await using var hub = new HubHarness(folder.File("hub.db"));
        await FillAsync(hub);

        var found = new HashSet<string>();
        await using var raw = new SqliteConnection($"Data Source={folder.File("hub.db")};Pooling=false");
        raw.Open();
        foreach (var (table, column) in Columns(raw))
        {
            foreach (var value in Values(raw, table, column))
            {
                if (!Sealed.Contains($"{table}.{column}"))
                    Assert.False(HasCanary(value), $"{table}.{column} holds a clear personal value.");
                else if (CheckSealed(value, $"{table}.{column}"))
                    found.Add($"{table}.{column}");
            }
        }

        // Otherwise the hub was not filled, and the test shows nothing.
        Assert.Equal(
            ["conflict.sides", "delivery.sending", "golden_record.fields", "golden_record.overrides", "source_record.fields", "source_record.fixes", "source_record.key", "source_record.raw"],
            found.Order(StringComparer.Ordinal));
    }

    /// <summary>Lets every table that can hold a payload hold one: linked, quarantined, in conflict, refused and lost.</summary>
    private static async Task FillAsync(HubHarness hub)
    {
        var (crm, shop) = (hub.Add("crm"), hub.Add("shop"));
        var ada = crm.Create("""{ "given": "canaryada", "family": "canarylace", "email": "canary.ada@example.org", "phone": "+442079460111", "city": "canaryville" }""");
        crm.Create("""{ "given": "canaryada", "family": "canarybad", "email": "canary.ada@example.org@", "phone": "canary" }""");
        await hub.SettleAsync();
        crm.Edit(ada, """{ "city": "canaryville east" }""");
        shop.Edit("shop1", """{ "city": "canaryville west" }""");
        var administration = hub.Administration();
        await administration.Quarantine.FixAsync((await hub.QuarantinedAsync())[0].SourceRecordId, "emails[type=work].value", "canary.ada@example.org", "ada", default);
        await administration.CustomerActs.PinAsync(1, "name.full", "canaryada", "ada", default);
        shop.Refuse = static delivery => new(delivery.Id, DeliveryOutcome.Unknown);
        await hub.SyncAsync();
        Assert.NotEmpty(await hub.ConflictsAsync());
        Assert.NotEmpty(await hub.QuarantineAsync());
    }

    private static bool CheckSealed(object value, string where)
    {
        var bytes = Assert.IsType<byte[]>(value);
        Assert.True(bytes.Length > 0 && bytes[0] == 0, $"{where} does not begin with the seal's form.");
        return HasCanary(value);
    }

    private static bool HasCanary(object value)
    {
        var text = value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value.ToString()!;
        return Canaries.Any(canary => text.Contains(canary, StringComparison.OrdinalIgnoreCase));
    }

    private static List<(string Table, string Column)> Columns(SqliteConnection raw)
    {
        var columns = new List<(string, string)>();
        using var command = raw.CreateCommand();
        command.CommandText = "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
        using var row = command.ExecuteReader();
        while (row.Read())
            columns.Add((row.GetString(0), row.GetString(1)));
        return columns;
    }

    private static List<object> Values(SqliteConnection raw, string table, string column)
    {
        var values = new List<object>();
        using var command = raw.CreateCommand();
        command.CommandText = $"SELECT \"{column}\" FROM \"{table}\" WHERE \"{column}\" IS NOT NULL";
        using var row = command.ExecuteReader();
        while (row.Read())
            values.Add(row.GetValue(0));
        return values;
    }
}
