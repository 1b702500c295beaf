using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>A system that shows deletions by absence alone, and has lost its records for a while.</summary>
public sealed class HeldDeletesTests
{
    private const int Records = 200;

    [Fact]
    public async Task OnceTheRecordsAreBackNothingIsHeldAnyMore()
    {
        await using var hub = new HubHarness();
        var (a, _) = await FillAsync(hub);
        a.IsEmptied = true;
        await hub.SettleAsync();
        Assert.Equal(Records, (await hub.Store.LoadProgressAsync(hub.Stream("a").Number, CancellationToken.None)).HeldDeletes);

        a.IsEmptied = false;
        await hub.SettleAsync();

        Assert.Equal(0, (await hub.Store.LoadProgressAsync(hub.Stream("a").Number, CancellationToken.None)).HeldDeletes);
    }

    [Fact]
    public async Task AWriteThatMeetsNoRecordIsNoDeletionWhileDeletionsAreHeld()
    {
        await using var hub = new HubHarness();
        var (a, b) = await FillAsync(hub);
        a.IsEmptied = true;

        for (var i = 1; i <= 20; i++)
            b.Edit($"b{i}", """{ "city": "Nice" }""");
        await hub.SettleAsync();

        Assert.Equal(Records, b.Live.Count);
        Assert.Empty(await hub.DeliveriesAsync(IntegrationHub.Sync.Model.DeliveryState.Dead));
        a.IsEmptied = false;
        await hub.SettleAsync();
        Assert.Equal(20, a.Live.Count(static row => row["city"]?.GetValue<string>() == "Nice"));
    }

    [Fact]
    public async Task AWriteThatMeetsNoRecordIsNoDeletionBeforeAReadConfirmsIt()
    {
        await using var hub = new HubHarness();
        var (a, b) = await FillAsync(hub);
        b.Edit("b1", """{ "city": "Nice" }""");

        // Emptied between the read and the write, as by an export that has just begun.
        a.IsEmptied = true;
        await hub.ReadAndRefineAsync("b");
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        a.IsEmptied = false;
        await hub.SettleAsync();

        Assert.DoesNotContain(b.Ledger, static effect => effect.Operation == DeliveryOperation.Delete);
        Assert.Single(a.Live, static row => row["city"]?.GetValue<string>() == "Nice");
    }

    private static async Task<(MemorySystem A, MemorySystem B)> FillAsync(HubHarness hub)
    {
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        a.Traits = a.Traits with { Deletes = DeleteDetection.ByAbsence };
        var b = hub.Add("b");
        for (var n = 0; n < Records; n++)
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        await hub.SettleAsync();
        return (a, b);
    }
}
