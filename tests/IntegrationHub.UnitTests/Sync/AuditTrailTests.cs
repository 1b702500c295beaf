using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Settings;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>What an auditor finds of records that were kept out, of conflicts, and of every attempt of an effect.</summary>
public sealed class AuditTrailTests
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Fact]
    public void AnEntrysBytesAreThese() => Assert.Equal(
        """{"action":"delivery.settled","actor":"hub","after":"ff","at":"2026-11-21T10:00:00.000Z","attempt":"2","before":"00","correlation":"k","object":"record/1","outcome":"Update Applied"}""",
        Encoding.UTF8.GetString(new AuditEntry
        {
            At = new(2026, 11, 21, 11, 0, 0, TimeSpan.FromHours(1)), Actor = "hub", Action = "delivery.settled", Object = "record/1", Outcome = "Update Applied", Before = "00", After = "ff",
            Correlation = "k", Attempt = 2,
        }.ToCanonicalBytes()));

    [Fact]
    public async Task ARecordThatAFilterKeepsOutIsWrittenDown()
    {
        await using var hub = new HubHarness();
        hub.Add("a", static settings => settings with
        {
            Filters = [new Filter("no-london", Directions.In, [new FilterCondition("addresses[type=mailing].city", null, new HashSet<string> { "London" }, null)])],
        }).Create(Ada);

        await hub.SettleAsync();

        var entry = Assert.Single(Entries(hub), static entry => entry.Action == "record.filtered");
        Assert.Equal(("no-london", "record/1", "a/people"), (entry.Outcome, entry.Object, entry.System));
    }

    [Fact]
    public async Task AnEffectKeepsItsKeyAndItsAttemptsAreNumbered()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var tries = 0;
        b.Refuse = delivery => ++tries <= 2 ? new(delivery.Id, DeliveryOutcome.Retry) { Key = delivery.Key, Code = "locked" } : null;

        a.Edit(id, """{ "city": "Lyon" }""");
        await hub.RoundsAsync(5);
        a.Edit(id, """{ "city": "Nice" }""");
        await hub.RoundsAsync(2);

        var settled = Entries(hub).Where(static entry => entry is { Action: "delivery.settled" } && entry.Outcome.StartsWith("Update", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["Update Retry", "Update Retry", "Update Applied", "Update Applied"], settled.Select(static entry => entry.Outcome));
        Assert.Equal([1, 2, 3, 1], settled.Select(static entry => entry.Attempt ?? 0));
        Assert.Single(settled[..3].Select(static entry => entry.Correlation).Distinct());
        Assert.NotEqual(settled[2].Correlation, settled[3].Correlation);
        // What one write left is what the next one found.
        Assert.Equal(settled[2].After, settled[3].Before);
        Assert.NotNull(settled[2].Before);
    }

    [Fact]
    public async Task WhatWasPutBackIsWrittenDownUnderItsEffect()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        var isDown = true;
        b.BeforeWrite = () =>
        {
            if (isDown)
                throw new ConnectorException(FailureKind.Transient, "test.down", "The system is down.");
        };
        a.Create(Ada);
        await hub.SyncAsync();
        isDown = false;
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await hub.SettleAsync();

        var back = Assert.Single(Entries(hub), static entry => entry.Action == "delivery.put-back");
        var settled = Assert.Single(Entries(hub), static entry => entry.Action == "delivery.settled");
        Assert.Equal((settled.Correlation, "test.down", 1, 2), (back.Correlation, back.Reason, back.Attempt, settled.Attempt));
    }

    [Fact]
    public async Task ADeadLetterThatWasNeverSentIsWrittenDown()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        // The system holds its own numbers for a status and has none for this one.
        hub.Add("b", static settings => settings with
        {
            Mapping = HubHarness.Compile("""
                {
                  "connector": "memory", "stream": "people", "entity": "customer", "key": "id", "correlation": "hubId",
                  "fields": [ { "source": "state", "canonical": "status", "values": "states" } ],
                  "valueTables": { "states": { "1": "active" } }
                }
                """),
        });
        a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "status": "blocked" }""");

        await hub.SettleAsync();

        var entry = Assert.Single(Entries(hub), static entry => entry.Action == "delivery.dead");
        Assert.Equal(("mapping.write", "Create not attempted"), (entry.Reason, entry.Outcome));
    }

    private static IEnumerable<AuditEntry> Entries(HubHarness hub) => hub.Committed.SelectMany(static step => step.Audit);
}
