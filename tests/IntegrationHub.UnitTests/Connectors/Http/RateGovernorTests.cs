using System.Net;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Http;

public sealed class RateGovernorTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task NoWindowHoldsMoreCallsThanTheBudget()
    {
        var governor = Governor(new() { Calls = 3, Interval = TimeSpan.FromSeconds(10), Concurrency = 100 });
        var starts = new List<DateTimeOffset>();
        var calls = Enumerable.Range(0, 10).Select(async _ =>
        {
            using var permit = await governor.EnterAsync(false, TimeSpan.FromHours(1), CancellationToken.None);
            starts.Add(clock.GetUtcNow());
        }).ToList();

        for (var second = 0; second < 60; second++)
            clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(calls);

        Assert.Equal(10, starts.Count);
        Assert.All(starts, start => Assert.InRange(starts.Count(other => other >= start && other < start.AddSeconds(10)), 1, 3));
    }

    [Fact]
    public async Task OnlySoManyCallsAreUnderWayAndLiveWorkGoesBeforeBulk()
    {
        var governor = Governor(new() { Concurrency = 1 });
        var order = new List<string>();
        var held = await governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None);
        var bulk = EnterAsync("bulk", true);
        var live = EnterAsync("live", false);
        Assert.Empty(order);

        held.Dispose();
        await Task.WhenAll(bulk, live);

        Assert.Equal(["live", "bulk"], order);

        async Task EnterAsync(string name, bool isBulk)
        {
            using var permit = await governor.EnterAsync(isBulk, TimeSpan.Zero, CancellationToken.None);
            order.Add(name);
        }
    }

    [Fact]
    public async Task ACallThatGivesUpDoesNotTakeTheTurnWithIt()
    {
        var governor = Governor(new() { Concurrency = 1 });
        var held = await governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None);
        using var impatient = new CancellationTokenSource();
        var first = governor.EnterAsync(false, TimeSpan.Zero, impatient.Token).AsTask();
        var second = governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None).AsTask();

        await impatient.CancelAsync();
        held.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        (await second).Dispose();
    }

    [Fact]
    public async Task BulkLeavesItsReserveOfTheDayToLiveWorkAndTheNextDayIsNew()
    {
        var governor = Governor(new() { DailyCalls = 10, DailyReserve = 0.2 });
        for (var i = 0; i < 8; i++)
            (await governor.EnterAsync(true, TimeSpan.Zero, CancellationToken.None)).Dispose();

        var bulk = await Assert.ThrowsAsync<ConnectorException>(async () => await governor.EnterAsync(true, TimeSpan.Zero, CancellationToken.None));
        for (var i = 0; i < 2; i++)
            (await governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None)).Dispose();
        var live = await Assert.ThrowsAsync<ConnectorException>(async () => await governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None));
        clock.Advance(TimeSpan.FromHours(12));
        (await governor.EnterAsync(true, TimeSpan.Zero, CancellationToken.None)).Dispose();

        Assert.True(bulk.IsThrottled);
        Assert.Equal(TimeSpan.FromHours(12), live.RetryAfter);
    }

    [Fact]
    public async Task HeadersTeachTheDailyUseAndTheWindow()
    {
        var governor = Governor(new() { Signals = new() { DailyUse = "Sforce-Limit-Info", Remaining = "X-Remaining", Reset = "X-Reset" } });
        using var used = new HttpResponseMessage(HttpStatusCode.OK) { Headers = { { "Sforce-Limit-Info", "api-usage=4000/5000" } } };
        governor.Learn(used);
        await Assert.ThrowsAsync<ConnectorException>(async () => await governor.EnterAsync(true, TimeSpan.Zero, CancellationToken.None));
        (await governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None)).Dispose();

        using var empty = new HttpResponseMessage(HttpStatusCode.OK) { Headers = { { "X-Remaining", "0" }, { "X-Reset", "17" } } };
        governor.Learn(empty);
        var failure = await Assert.ThrowsAsync<ConnectorException>(async () => await governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None));

        Assert.Equal(TimeSpan.FromSeconds(17), failure.RetryAfter);
    }

    [Fact]
    public async Task OfTwoBudgetsForOneCredentialTheStricterCounts()
    {
        var governor = Governor(new() { Calls = 100, Concurrency = 8 });
        governor.Tighten(new() { Calls = 1, Interval = TimeSpan.FromMinutes(1), Concurrency = 9 });
        (await governor.EnterAsync(false, TimeSpan.Zero, CancellationToken.None)).Dispose();

        await Assert.ThrowsAsync<ConnectorException>(async () => await governor.EnterAsync(false, TimeSpan.FromSeconds(30), CancellationToken.None));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("1772366460", 60)]
    [InlineData("1772366460000", 60)]
    [InlineData("Sun, 01 Mar 2026 12:01:00 GMT", 60)]
    public void ResetsAreToldApartBySize(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.OfReset(text, clock.GetUtcNow()));

    private RateGovernor Governor(BudgetSettings budget)
    {
        var governor = new RateGovernor(clock, new Jitter(new Random(1)));
        governor.Tighten(budget);
        return governor;
    }
}
