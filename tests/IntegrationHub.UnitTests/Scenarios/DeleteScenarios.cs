using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Scenarios of deletes, named after their numbers.</summary>
public sealed class DeleteScenarios
{
    private const string Ada = """{ "given": "Ada", "family": "Lovelace", "email": "ada@example.org", "city": "London" }""";

    [Theory]
    [InlineData(DeletePolicy.DeleteWins, true)]
    [InlineData(DeletePolicy.DeleteWins, false)]
    [InlineData(DeletePolicy.EditWins, true)]
    [InlineData(DeletePolicy.EditWins, false)]
    [InlineData(DeletePolicy.Unlink, true)]
    [InlineData(DeletePolicy.Unlink, false)]
    public async Task S12_DeleteAgainstUpdateEndsTheSameInEitherOrder(DeletePolicy policy, bool deleteArrivesFirst)
    {
        await using var hub = new HubHarness();
        var (a, b) = (hub.Add("a", settings => settings with { OnDelete = policy }), hub.Add("b", settings => settings with { OnDelete = policy }));
        var id = a.Create(Ada);
        await hub.SettleAsync();
        var now = hub.Clock.GetUtcNow();

        a.Delete(id, now.AddSeconds(1));
        b.Edit("b1", """{ "city": "Nice" }""", now.AddSeconds(6));
        await hub.ReadAndRefineAsync(deleteArrivesFirst ? "a" : "b");
        await hub.Way.RunUntilIdleAsync(CancellationToken.None);
        await hub.ReadAndRefineAsync(deleteArrivesFirst ? "b" : "a");
        await hub.SettleAsync();

        switch (policy)
        {
            case DeletePolicy.DeleteWins:
                Assert.Empty(a.Live);
                Assert.Empty(b.Live);
                Assert.Contains(await hub.ConflictsAsync(), static conflict => conflict.Path == "$delete");
                break;
            case DeletePolicy.EditWins:
                Assert.Equal("Nice", Assert.Single(a.Live)["city"]!.GetValue<string>());
                Assert.Equal("Nice", Assert.Single(b.Live)["city"]!.GetValue<string>());
                break;
            default:
                Assert.Empty(a.Live);
                Assert.Equal("Nice", Assert.Single(b.Live)["city"]!.GetValue<string>());
                break;
        }
    }

    [Fact]
    public async Task S14_AnEmptyAnswerWhereThousandsWereDeletesNothing()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        a.Traits = a.Traits with { Deletes = DeleteDetection.ByAbsence };
        var b = hub.Add("b");
        var keys = Enumerable.Range(0, 2_000).Select(n => a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""")).ToArray();
        await hub.SettleAsync();

        foreach (var key in keys)
            a.Delete(key);
        await hub.SettleAsync();

        Assert.Equal(2_000, b.Live.Count);
        Assert.Equal(2_000, (await hub.Store.LoadProgressAsync(hub.Stream("a").Number, CancellationToken.None)).HeldDeletes);
    }

    [Fact]
    public async Task S14_DeletionsUnderTheLimitAreApplied()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        a.Traits = a.Traits with { Deletes = DeleteDetection.ByAbsence };
        var b = hub.Add("b");
        var keys = Enumerable.Range(0, 200).Select(n => a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""")).ToArray();
        await hub.SettleAsync();

        foreach (var key in keys.Take(50))
            a.Delete(key);
        await hub.SettleAsync();

        Assert.Equal(150, b.Live.Count);
    }

    [Fact]
    public async Task S14_AReadThatBreaksOffInfersNothing()
    {
        await using var hub = new HubHarness();
        var a = hub.Add("a", static settings => settings with { OnDelete = DeletePolicy.DeleteWins });
        a.Traits = a.Traits with { Deletes = DeleteDetection.ByAbsence };
        a.PageSize = 10;
        var b = hub.Add("b");
        foreach (var n in Enumerable.Range(0, 60))
            a.Create($$"""{ "given": "G{{n}}", "family": "F{{n}}", "email": "p{{n}}@example.org" }""");
        await hub.SettleAsync();

        a.BeforePage = static page =>
        {
            if (page == 3)
                throw new ConnectorException(FailureKind.Transient, "test.broken", "The page is broken.");
        };
        await hub.SettleAsync();

        Assert.Equal(60, b.Live.Count);
        Assert.Equal(0, (await hub.Store.LoadProgressAsync(hub.Stream("a").Number, CancellationToken.None)).HeldDeletes);
    }
}
