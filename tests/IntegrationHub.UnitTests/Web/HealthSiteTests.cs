using System.Net;
using IntegrationHub.Web.Health;
using Xunit;

namespace IntegrationHub.UnitTests.Web;

public sealed class HealthSiteTests
{
    [Fact]
    public async Task AFindingThatIsNotWellTurnsTheAnswerRed()
    {
        var health = new SaidHealth { Ready = [new("store", IsWell: false, "The disk is full.")] };
        await using var site = await HealthSite.StartAsync(["http://127.0.0.1:0"], health, null, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(site.Addresses.Single()) };

        using var live = await client.GetAsync("/health/live");
        using var ready = await client.GetAsync("/health/ready");
        using var other = await client.GetAsync("/health");
        using var posted = await client.PostAsync("/health/ready", null);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("""{"isWell":false,"findings":[{"name":"store","isWell":false,"detail":"The disk is full."}]}""", await ready.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    private sealed class SaidHealth : IHubHealth
    {
        public IReadOnlyList<HealthFinding> Ready { get; init; } = [];

        public IReadOnlyList<HealthFinding> Live() => [new("workers", IsWell: true, "")];

        public ValueTask<IReadOnlyList<HealthFinding>> ReadyAsync(CancellationToken cancellationToken) => new(Ready);
    }
}
