using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Admin;

/// <summary>Nothing is written to a connection that asks before a person has seen it, and then exactly what was seen.</summary>
public sealed class PlanActsTests
{
    private static StreamSettings Asking(StreamSettings stream) => stream with { AsksBeforeWriting = true };

    [Fact]
    public async Task AStreamThatAsksIsReadAndRefinedAndNotWritten()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b", Asking);
        a.Create(AdminHub.Ada);
        b.Create(AdminHub.Grace);

        await hub.SettleAsync();

        Assert.Empty(b.Ledger);
        Assert.Equal(2, a.Live.Count);
        var status = (await hub.Administration().Status.ShowAsync(CancellationToken.None)).Single(static one => one.State.Name.Connection == "b");
        Assert.Equal(1, status.AwaitsApproval);
        Assert.Contains(status.Remedies, static remedy => remedy.Contains("hub sync b --plan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnApprovedPlanIsWrittenAndActivatesTheStream()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b", Asking);
        var ada = a.Create(AdminHub.Ada);
        await hub.SyncAsync();
        var plans = hub.Administration().Plans;
        var plan = await plans.MakeAsync("b", "eve", CancellationToken.None);

        var effect = Assert.Single(await plans.ListEffectsAsync(plan.Id, new(0, 10), withValues: false, "eve", CancellationToken.None));
        Assert.Equal(DeliveryOperation.Create, effect.Operation);
        Assert.Contains(new FieldChange("name.given", null, FieldValue.Text("Ada")), effect.Fields);
        var target = Assert.Single((await plans.ShowAsync(plan.Id, CancellationToken.None)).Targets);
        Assert.Equal((0, 1L, 0L, 0L, 0, 1L, true), (target.Linked, target.Writes.Creates, target.Writes.Updates, target.Writes.Deletes, target.Review, target.Calls, target.AwaitsApproval));
        Assert.Empty(b.Ledger);

        var approval = await plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);
        await hub.SyncAsync();

        Assert.Equal((1L, 0L, "b/people", 0), (approval.Approved, approval.ChangedCount, approval.Activated.Single().ToString(), approval.Waiting.Count));
        Assert.Equal("Ada", Assert.Single(b.Live)["given"]!.GetValue<string>());
        Assert.Equal(1, (await plans.ShowAsync(plan.Id, CancellationToken.None)).Count(EffectState.Settled));
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        a.Edit(ada, """{ "city": "Paris" }""");
        await hub.SyncAsync();
        Assert.Equal("Paris", Assert.Single(b.Live)["city"]!.GetValue<string>());
        Assert.Equal(
            ["plan.made plan/1 1 writes", "stream.activated stream/2 Create, Update, Delete", "plan.approved plan/1 approved 1, changed 0"], await hub.AuditedAsync("eve"));
    }

    [Fact]
    public async Task WhatChangedSinceThePlanIsNamedAndPlannedAgain()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b", Asking);
        a.Create(AdminHub.Ada);
        var grace = a.Create(AdminHub.Grace);
        await hub.SyncAsync();
        var plans = hub.Administration().Plans;
        var plan = await plans.MakeAsync(null, "eve", CancellationToken.None);
        a.Edit(grace, """{ "city": "Arlington" }""");
        await hub.SyncAsync();

        var approval = await plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);
        await hub.SyncAsync();

        Assert.Equal((1L, 1L), (approval.Approved, approval.ChangedCount));
        Assert.Equal(2, Assert.Single(approval.Changed).GoldenId);
        Assert.Equal("b/people", Assert.Single(approval.Waiting).ToString());
        Assert.Equal("Ada", Assert.Single(b.Live)["given"]!.GetValue<string>());

        var next = await plans.MakeAsync(null, "eve", CancellationToken.None);
        Assert.Equal("b/people", Assert.Single((await plans.ApproveAsync(next.Id, "eve", CancellationToken.None)).Activated).ToString());
        await hub.SyncAsync();
        Assert.Equal("Arlington", b.Live[1]["city"]!.GetValue<string>());
    }

    [Fact]
    public async Task WhatChangesAfterTheApprovalIsNotSentByIt()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b", Asking);
        var ada = a.Create(AdminHub.Ada);
        var grace = a.Create(AdminHub.Grace);
        await hub.SyncAsync();
        var plans = hub.Administration().Plans;
        var plan = await plans.MakeAsync(null, "eve", CancellationToken.None);
        a.Edit(grace, """{ "city": "Arlington" }""");
        await hub.SyncAsync();
        await plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);
        a.Edit(ada, """{ "city": "Paris" }""");

        await hub.SyncAsync();

        Assert.Empty(b.Ledger);
        Assert.Equal(2, (await plans.ShowAsync(plan.Id, CancellationToken.None)).Count(EffectState.Changed));
    }

    [Fact]
    public async Task ARightThatIsGrantedLaterAsksAgain()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static stream => stream with { OnDelete = DeletePolicy.DeleteWins });
        var b = hub.Add("b", static stream => stream with { AsksBeforeWriting = true, Rights = Rights.Create | Rights.Update });
        var ada = a.Create(AdminHub.Ada);
        var grace = a.Create(AdminHub.Grace);
        await hub.SyncAsync();
        await hub.Administration().Connections.ActivateAsync("b", null, "eve", CancellationToken.None);
        await hub.SettleAsync();
        Assert.Equal(2, b.Live.Count);
        hub.Change("b", static stream => stream with { Rights = stream.Rights | Rights.Delete });
        await hub.StartAsync();

        a.Delete(ada);
        a.Edit(grace, """{ "city": "Arlington" }""");
        await hub.SettleAsync();

        Assert.Equal(["Ada", "Grace"], b.Live.Select(static one => one["given"]!.GetValue<string>()).Order());
        Assert.Contains("Arlington", b.Live.Select(static one => one["city"]?.GetValue<string>()));
        var plan = await hub.Administration().Plans.MakeAsync("b", "eve", CancellationToken.None);
        var view = await hub.Administration().Plans.ShowAsync(plan.Id, CancellationToken.None);
        Assert.Equal(new WriteCounts(0, 0, 1), Assert.Single(view.Targets).Writes);
        await hub.Administration().Plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);
        await hub.SettleAsync();
        Assert.Equal("Grace", Assert.Single(b.Live)["given"]!.GetValue<string>());
    }

    [Fact]
    public async Task ApplyingAPlanWritesNothingElseEvenWhereTheStreamIsActive()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b");
        a.Create(AdminHub.Ada);
        await hub.StartAsync();
        foreach (var stream in hub.Context.Settings.Streams)
            await hub.Way.ReadAsync(stream, false, CancellationToken.None);
        await hub.Way.RefineAsync(CancellationToken.None);
        var plans = hub.Administration().Plans;
        var plan = await plans.MakeAsync(null, "eve", CancellationToken.None);
        a.Create(AdminHub.Grace);
        await hub.ReadAndRefineAsync("a");

        await plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);
        await hub.Way.DeliverApprovedAsync(CancellationToken.None);

        Assert.Equal("Ada", Assert.Single(b.Live)["given"]!.GetValue<string>());
        Assert.Equal("admin.refused", (await Assert.ThrowsAsync<AdminException>(() => plans.ApproveAsync(plan.Id, "eve", CancellationToken.None))).Code);
        Assert.Equal("admin.unknown", (await Assert.ThrowsAsync<AdminException>(() => plans.ApproveAsync(99, "eve", CancellationToken.None))).Code);
    }

    [Fact]
    public async Task AnApprovalSurvivesALostAnswerAndIsUsedOnce()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a");
        var b = hub.Add("b", Asking);
        a.Create(AdminHub.Ada);
        await hub.SyncAsync();
        var plans = hub.Administration().Plans;
        await plans.ApproveAsync((await plans.MakeAsync(null, "eve", CancellationToken.None)).Id, "eve", CancellationToken.None);
        b.AfterWrite = static () => throw new IOException("The answer is lost.");
        await hub.SyncAsync();
        b.AfterWrite = static () => { };

        await hub.SettleAsync();

        Assert.Single(b.Ledger);
        var view = await plans.ShowAsync(1, CancellationToken.None);
        Assert.Equal((1L, 0L), (view.Count(EffectState.Settled), view.Count(EffectState.Approved)));
    }

    /// <summary>S22, scaled down: both sides are filled, most of them overlap, some are not valid.</summary>
    [Fact]
    public async Task S22_FirstRunWithBothSidesPopulated_MatchesShowsAndThenWrites()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", Asking);
        var b = hub.Add("b", Asking);
        for (var i = 0; i < 100; i++)
            a.Create(Person(i, i < 3 ? "no address" : null));
        for (var i = 40; i < 120; i++)
            b.Create(Person(i, null));

        await hub.SettleAsync();
        Assert.Empty(a.Ledger.Concat(b.Ledger));
        var plans = hub.Administration().Plans;
        var plan = await plans.MakeAsync(null, "eve", CancellationToken.None);
        var targets = (await plans.ShowAsync(plan.Id, CancellationToken.None)).Targets.ToDictionary(static target => target.Stream.Name.Connection);
        Assert.Equal((60, 20L, 3), (targets["a"].Linked, targets["a"].Writes.Creates, targets["a"].Review));
        Assert.Equal((60, 37L, 0), (targets["b"].Linked, targets["b"].Writes.Creates, targets["b"].Review));

        await plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);
        await hub.SettleAsync();

        Assert.Equal((20, 37), (a.Ledger.Count, b.Ledger.Count));
        Assert.Equal((120, 117), (a.Live.Count, b.Live.Count));
        await hub.SettleAsync();
        Assert.Equal((20, 37), (a.Ledger.Count, b.Ledger.Count));
    }

    /// <summary>Whatever happened before: what the plan shows is what the systems' ledgers get, field by field.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task WhatAPlanShowsIsWhatIsWritten(int seed)
    {
        var random = new Random(seed);
        await using var hub = new HubHarness();
        MemorySystem[] systems =
        [
            hub.Add("a", static stream => stream with { OnDelete = DeletePolicy.DeleteWins, AsksBeforeWriting = true }),
            hub.Add("b", static stream => stream with { AsksBeforeWriting = true }),
            hub.Add("c", static stream => stream with { OnDelete = DeletePolicy.DeleteWins, AsksBeforeWriting = true }),
        ];
        await hub.StartAsync();
        var plans = hub.Administration().Plans;
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 20; i++)
                Act(systems[random.Next(3)], random);
            await hub.SettleAsync();
            var written = systems.Sum(static system => system.Ledger.Count);
            var plan = await plans.MakeAsync(null, "eve", CancellationToken.None);
            var effects = await plans.ListEffectsAsync(plan.Id, new(0, 1_000), withValues: false, "eve", CancellationToken.None);
            var ledgers = systems.Select(static system => system.Ledger.Count).ToArray();

            await plans.ApproveAsync(plan.Id, "eve", CancellationToken.None);
            await hub.Way.DeliverApprovedAsync(CancellationToken.None);

            Assert.Equal(written + effects.Count, systems.Sum(static system => system.Ledger.Count));
            for (var i = 0; i < systems.Length; i++)
            {
                var expected = effects.Where(effect => effect.Stream == i + 1).Select(static effect => Text(effect.Operation, [.. effect.Fields.Select(static field => field.After.AsText)]));
                Assert.Equal(expected.Order(), systems[i].Ledger.Skip(ledgers[i]).Select(static effect => Text(effect.Operation, ValuesOf(effect.Fields))).Order());
            }

            // Every round asks again.
            await hub.Store.ForgetActivationsAsync();
        }
    }

    /// <summary>People go on working between the plan, its approval and the writes, and the process is killed at any moment: nothing is written that no approved plan
    /// showed just so, and in the end everything is written.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task NothingIsWrittenThatNobodyHasSeen(int seed)
    {
        var random = new Random(seed);
        await using var hub = new HubHarness();
        MemorySystem[] systems = [hub.Add("a", Asking), hub.Add("b", Asking), hub.Add("c", Asking)];
        await hub.StartAsync();
        var shown = new HashSet<string>();
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < 12; i++)
                Act(systems[random.Next(3)], random);
            await hub.SettleAsync();
            var plan = await hub.Administration().Plans.MakeAsync(null, "eve", CancellationToken.None);
            foreach (var effect in await hub.Store.ListEffectsAsync(plan.Id, new(0, 1_000), CancellationToken.None))
                shown.Add($"{effect.Stream} {Text(effect.Operation, [.. effect.Fields.Select(static field => field.After.AsText)])}");
            for (var i = random.Next(6); i > 0; i--)
                Act(systems[random.Next(3)], random);
            if (random.Next(2) == 0)
                await hub.SyncAsync();
            await TryAsync(hub, random, () => hub.Administration().Plans.ApproveAsync(plan.Id, "eve", CancellationToken.None));
            for (var i = random.Next(4); i > 0; i--)
                Act(systems[random.Next(3)], random);
            // Whatever was activated has been seen whole; it asks again, so that the next writes have to be seen too.
            await hub.Store.ForgetActivationsAsync();
            await TryAsync(hub, random, () => hub.Way.DeliverApprovedAsync(CancellationToken.None));
            await hub.SettleAsync();
            for (var i = 0; i < systems.Length; i++)
                Assert.Empty(systems[i].Ledger.Select(effect => $"{i + 1} {Text(effect.Operation, ValuesOf(effect.Fields))}").Except(shown));
        }

        var last = await hub.Administration().Plans.MakeAsync(null, "eve", CancellationToken.None);
        Assert.Equal(0, (await hub.Administration().Plans.ApproveAsync(last.Id, "eve", CancellationToken.None)).ChangedCount);
        await hub.SettleAsync();
        Assert.Empty(await hub.DeliveriesAsync(DeliveryState.Planned));
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    // Now and then the process is killed in the middle, and started again.
    private static async Task TryAsync<T>(HubHarness hub, Random random, Func<Task<T>> act)
    {
        if (random.Next(2) == 0)
            hub.KillIn(random.Next(1, 40));
        try
        {
            await act();
        }
        catch (ObjectDisposedException) when (hub.IsKilled)
        {
            hub.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        await hub.StartAsync();
    }

    private static void Act(MemorySystem system, Random random)
    {
        var keys = system.LiveKeys;
        if (keys.Count < 3 || random.Next(3) == 0)
            system.Create(Person(random.Next(30), null));
        else if (random.Next(6) == 0)
            system.Delete(keys[random.Next(keys.Count)]);
        else
            system.Edit(keys[random.Next(keys.Count)], $$"""{ "city": "City {{random.Next(5)}}", "title": "T{{random.Next(3)}}" }""");
    }

    private static string Person(int number, string? email) =>
        $$"""{ "given": "Given{{number}}", "family": "Family{{number}}", "email": "{{email ?? $"person{number}@example.org"}}" }""";

    private static string Text(DeliveryOperation operation, IReadOnlyList<string> values) => $"{operation} {string.Join('|', values.Where(static value => value != "person").Order(StringComparer.Ordinal))}";

    private static List<string> ValuesOf(string fields) => fields.Length == 0
        ? []
        : [.. JsonNode.Parse(fields)!.AsObject().Where(static member => member.Key != "hubId").Select(static member => member.Value?.GetValue<string>() ?? "")];
}
