using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of reading, named after their numbers. What a connector itself must keep (S23 keysets, S65 children) is in the connectors' tests too.</summary>
public sealed class ReadScenarios
{
    [Fact]
    public async Task S23_OfManyRecordsWithOneTimeNoneIsSkippedWhereverThePageIsCut()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.PageSize = 20;
        var at = hub.Clock.GetUtcNow();
        foreach (var n in Enumerable.Range(0, 500))
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""", at);

        // The read breaks off in the middle of the ties and goes on from its checkpoint.
        var broken = false;
        a.BeforePage = page =>
        {
            if (page == 7 && !broken)
            {
                broken = true;
                throw new ConnectorException(FailureKind.Transient, "test.broken", "The page is broken.");
            }
        };
        await hub.SettleAsync();

        Assert.True(broken);
        Assert.Equal(500, b.Live.Count);
        Assert.Equal(500, b.Ledger.Count);
    }

    [Fact]
    public async Task S26_AnEditDuringTheRunIsReadByTheNextOne()
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a"), hub.Add("b"));
        a.PageSize = 1;
        var first = a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        a.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        a.BeforePage = page =>
        {
            // The first record was read already; the run ends later than the edit.
            if (page == 1 && a[first]["city"]!.GetValue<string>() == "London")
            {
                hub.Clock.Advance(TimeSpan.FromSeconds(1));
                a.Edit(first, """{ "city": "Paris" }""");
                hub.Clock.Advance(TimeSpan.FromSeconds(1));
            }
        };

        await hub.SettleAsync();

        Assert.Contains(b.Live, static record => record["city"]?.GetValue<string>() == "Paris");
    }

    [Fact]
    public async Task S60_AConnectorThatPagesForEverIsStoppedAndTheOthersGoOn()
    {
        await using var hub = new HubHarness();
        var (a, b, c) = (hub.Add("a"), hub.Add("b"), hub.Add("c"));
        a.Create("""{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org" }""");
        b.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        a.PagesForEver = true;

        await hub.SettleAsync();

        var progress = await hub.Store.LoadProgressAsync(hub.Stream("a").Number, CancellationToken.None);
        Assert.True(progress.IsBlocked);
        Assert.Equal("connector.loop", progress.ErrorCode);
        Assert.Contains(c.Live, static record => record["email"]!.GetValue<string>() == "grace@example.org");
    }

    [Fact]
    public async Task S60_AConnectorThatThrowsOrHangsStopsNobodyElse()
    {
        await using var hub = new HubHarness { Options = new() { CallTimeout = TimeSpan.FromSeconds(30) } };
        var (a, b, c) = (hub.Add("a"), hub.Add("b"), hub.Add("c"));
        b.Create("""{ "given": "Grace", "family": "Hopper", "email": "grace@example.org" }""");
        a.BeforePage = static _ => throw new InvalidOperationException("A plugin's own fault.");
        await hub.SettleAsync();
        Assert.Equal("connector.failed", (await hub.Store.LoadProgressAsync(hub.Stream("a").Number, CancellationToken.None)).ErrorCode);

        a.BeforePage = static _ => { };
        a.Hangs = true;
        var read = hub.Way.ReadAsync(hub.Stream("a"), false, CancellationToken.None);
        hub.Clock.Advance(TimeSpan.FromSeconds(31));
        var report = await read;

        Assert.Equal("connector.hangs", report!.Failure!.Code);
        Assert.Contains(c.Live.Concat(a.Live), static record => record["email"]!.GetValue<string>() == "grace@example.org");
    }
}
