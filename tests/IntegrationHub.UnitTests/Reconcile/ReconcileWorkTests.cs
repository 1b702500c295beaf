using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Admin;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Reconcile;

public sealed class ReconcileWorkTests
{
    [Fact]
    public async Task NothingIsUnexplainedWhereEverythingIsKnown()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static stream => stream with { OnDelete = DeletePolicy.DeleteWins, Rights = Rights.Create | Rights.Update });
        var b = hub.Add("b", static stream => stream with { AsksBeforeWriting = true, Filters = [new("with-phone", Directions.Out, [new("phones[type=work].value", null, null, Exists: true)])] });
        for (var i = 0; i < 5; i++)
            a.Create($$"""{ "given": "G{{i}}", "family": "F{{i}}", "email": "p{{i}}@example.org", "phone": "{{(i < 2 ? "+442079460000" : "")}}" }""");
        await hub.SettleAsync();

        var run = await hub.ReconcileAsync("b");
        Assert.Equal((0L, 5L, 0L, 0L), (run.Count("in system"), run.Count("customers"), run.Count("in target"), run.Count("unexplained")));
        Assert.Equal((2L, 3L), (run.Count("not in target: awaits approval"), run.Count("not in target: filtered:with-phone")));

        await hub.Administration().Connections.ActivateAsync("b", null, "eve", CancellationToken.None);
        b.Refuse = static delivery => new(delivery.Id, DeliveryOutcome.Rejected) { Code = "test.no", Message = "No." };
        await hub.SettleAsync();
        Assert.Equal(2, (await hub.ReconcileAsync("b")).Count("not in target: dead letter"));
        Assert.Equal((5L, 5L, 0L), await InSystemAsync(hub, "a"));
    }

    [Fact]
    public async Task ADeletedCustomersRecordThatMayNotBeDeletedIsNamedAndExplained()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static stream => stream with { OnDelete = DeletePolicy.DeleteWins });
        var b = hub.Add("b", static stream => stream with { Rights = Rights.Create | Rights.Update });
        var ada = a.Create(AdminHub.Ada);
        await hub.SettleAsync();
        a.Delete(ada);
        await hub.SettleAsync();

        var run = await hub.ReconcileAsync("b");

        Assert.Equal([ReconcileHub.Line(DifferenceKind.LinkedToDeleted, b.LiveKeys[0])], await hub.FoundAsync(run));
        Assert.Equal(0, run.Count("unexplained"));
    }

    [Fact]
    public async Task MoreMissingRecordsThanTheLimitAllowsAreNotTakenForDeleted()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static stream => stream with { DeleteLimit = new(0, 2) });
        for (var i = 0; i < 10; i++)
            a.Create($$"""{ "given": "G{{i}}", "family": "F{{i}}", "email": "p{{i}}@example.org" }""");
        await hub.SettleAsync();
        foreach (var key in a.LiveKeys.Take(3).ToArray())
            a.DriftAway(key);

        var run = await hub.ReconcileAsync("a", repairs: true);

        Assert.Equal((3L, 0L, 3L), (run.Count("unexplained"), run.Count("repaired"), run.Count("deletions held")));
        await hub.SettleAsync();
        Assert.All(await hub.RecordsOfAsync("a"), static record => Assert.True(record.IsLive));
        var status = (await hub.Administration().Status.ShowAsync(CancellationToken.None)).Single();
        Assert.Contains(status.Remedies, static remedy => remedy.Contains("3 differences", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatHappensWhileTheSystemIsReadIsNoDifference()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b");
        for (var i = 0; i < 30; i++)
            a.Create($$"""{ "given": "G{{i}}", "family": "F{{i}}", "email": "p{{i}}@example.org" }""");
        await hub.SettleAsync();
        a.PageSize = 5;
        var keys = a.LiveKeys;
        // Somebody edits, adds and deletes, and the hub goes on working, between the pages.
        a.BeforePage = page =>
        {
            if (page != 3)
                return;
            a.BeforePage = static _ => { };
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
            a.Edit(keys[29], """{ "city": "Meanwhile" }""");
            a.Create(AdminHub.Ada);
            a.Delete(keys[0]);
            hub.Way.ReadAsync(hub.Stream("a"), false, CancellationToken.None).GetAwaiter().GetResult();
        };

        var run = await hub.ReconcileAsync("a");

        Assert.Equal(0, run.Count("unexplained"));
        Assert.True(run.Count("in flight") > 0);
        Assert.Equal(30, b.Live.Count);
    }

    [Fact]
    public async Task ARunLeavesItsRowAndAuditEntriesAndOldRunsGo()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        a.Create(AdminHub.Ada);
        await hub.SettleAsync();
        for (var i = 0; i < 25; i++)
            await hub.ReconcileAsync("a");
        a.BeforePage = static _ => throw new ConnectorException(FailureKind.Transient, "test.broken", "The page is broken.");

        var failed = await hub.Administration().Reconciling.RunAsync(hub.Stream("a"), false, "eve", CancellationToken.None);

        Assert.Equal("test.broken: The page is broken.", failed!.Failure);
        var runs = await hub.Store.ListReconciliationsAsync(hub.Stream("a").Number, 100, CancellationToken.None);
        Assert.Equal(21, runs.Count);
        Assert.Equal(failed.Run, runs[0].Run);
        Assert.All(runs, static run => Assert.NotNull(run.EndedAt));
        var audited = await hub.AuditedAsync("eve");
        Assert.Equal(["reconcile.failed stream/1 0 in source, 0 linked, 0 in target, 0 unexplained, 0 repaired", "reconcile.started stream/1 report only"], audited.Reverse().Take(2));
        Assert.Contains("reconcile.ended stream/1 1 in source, 1 linked, 1 in target, 0 unexplained, 0 repaired", audited);
    }

    [Fact]
    public async Task AStreamThatIsOnlyWrittenIsLookedUp()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b", static stream => stream with { Direction = Directions.Out });
        a.Create(AdminHub.Ada);
        a.Create(AdminHub.Grace);
        await hub.SettleAsync();
        Assert.Equal((2L, 2L, 0L), await InSystemAsync(hub, "b"));

        b.Drift(b.LiveKeys[0], """{ "city": "Elsewhere" }""");
        b.DriftAway(b.LiveKeys[1]);

        Assert.Equal(
            [ReconcileHub.Line(DifferenceKind.ChangedUnseen, "b1", "addresses[type=mailing].city"), ReconcileHub.Line(DifferenceKind.MissingInSystem, "b2")],
            await hub.FoundAsync(await hub.ReconcileAsync("b")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AScheduledRunWaitsForItsTimeAndMendsWhenItMay(bool byCron)
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        a.Create(AdminHub.Ada);
        await hub.SettleAsync();
        a.Drift(a.LiveKeys[0], """{ "city": "Elsewhere" }""");
        var schedule = byCron ? new Schedule(null, "0 0 3 * * ?") : new Schedule(TimeSpan.FromDays(1), null);
        var connection = hub.Context.Settings.Connections[0] with { Reconcile = new(schedule, Repairs: true) };
        var (work, since) = (hub.Administration().Reconciling, hub.Clock.GetUtcNow());

        Assert.Empty(await work.RunDueAsync(connection, since, CancellationToken.None));
        hub.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, Assert.Single(await work.RunDueAsync(connection, since, CancellationToken.None)).Run.Count("repaired"));
        Assert.Empty(await work.RunDueAsync(connection, since, CancellationToken.None));
        await hub.SettleAsync();
        hub.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, Assert.Single(await work.RunDueAsync(connection, since, CancellationToken.None)).Run.Count("unexplained"));
    }

    [Fact]
    public async Task APausedConnectionIsNotRead()
    {
        await using var hub = new HubHarness();
        hub.Add("a");
        await hub.SettleAsync();
        await hub.Administration().Connections.PauseAsync("a", "eve", CancellationToken.None);

        var run = await hub.Administration().Reconciling.RunAsync(hub.Stream("a"), false, "eve", CancellationToken.None);

        Assert.StartsWith("connection.paused:", run!.Failure, StringComparison.Ordinal);
    }

    private static async Task<(long InSystem, long Linked, long Unexplained)> InSystemAsync(HubHarness hub, string connection)
    {
        var run = await hub.ReconcileAsync(connection);
        return (run.Count("in system"), run.Count("linked"), run.Count("unexplained"));
    }
}
