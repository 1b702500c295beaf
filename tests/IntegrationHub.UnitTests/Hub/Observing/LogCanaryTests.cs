using System.Text.Json.Nodes;
using IntegrationHub.Hub.Observing;
using IntegrationHub.Hub.Running;
using Serilog.Events;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Observing;

/// <summary>Personal values and secrets are planted everywhere a run meets them, and must not be in its logs.</summary>
public sealed class LogCanaryTests : IDisposable
{
    private const string Canary = "kanarek7";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ScratchConfiguration scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task ARunLogsNoValueAndNoSecret()
    {
        scratch.Change("hub.json", static hub => hub["log"]!["level"] = "verbose");
        scratch.Change("connections/crm.json", static crm => crm["credentials"] = "file:secret.txt");
        scratch.Write("secret.txt", $"secret-{Canary}");
        scratch.Write("systems/crm/contacts.csv", $"""
            Id,FirstName,LastName,Email,Phone,City,Country,EmailOptOut
            id-{Canary}-1,{Canary},Lovelace,{Canary}@example.org,+44 20 7946 0018,London,GB,no
            id-{Canary}-2,{Canary},Invalid,{Canary} is no address,{Canary},{Canary},GB,{Canary}

            """);
        // Not readable as it is configured, so that failures of a read are logged too.
        scratch.Write("connections/broken.json", File.ReadAllText(scratch.PathOf("connections/shop.json")));
        scratch.Change("connections/broken.json", static broken => broken["options"] = new JsonObject { ["folder"] = $"systems/none-{Canary}" });
        using var stop = new CancellationTokenSource(Patience);
        var done = new TaskCompletionSource();

        var running = HubHost.RunAsync(scratch.Read().OrThrow(), TimeProvider.System, hub => hub.Observed.Committed = changes =>
        {
            if (changes.Tallies.Exists(static tally => tally.Name == "delivered create"))
                done.TrySetResult();
        }, stop.Token);
        await Task.WhenAny(done.Task, running).WaitAsync(Patience);
        await stop.CancelAsync();
        await running;

        Assert.True(done.Task.IsCompletedSuccessfully, "Nothing was delivered, so the run proves nothing.");
        var logs = ReadLogs();
        Assert.Contains("crm/contacts", logs, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, logs.Replace($"systems/none-{Canary}", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void AnExceptionIsLoggedByTypeAndPlaceAndNotByItsText()
    {
        var hub = scratch.Read().OrThrow().Hub;
        using (var log = HubLog.Create(hub))
            log.Error(Thrown(), "{Worker} failed unexpectedly", "refine");

        var logs = ReadLogs();
        Assert.Contains("System.InvalidOperationException < System.IO.IOException", logs, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), logs, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, logs, StringComparison.Ordinal);
    }

    [Fact]
    public void TheConfiguredLevelCounts()
    {
        using (var log = HubLog.Create(scratch.Read().OrThrow().Hub with { LogLevel = LogEventLevel.Warning }))
        {
            log.Information("quiet");
            log.Warning("loud");
        }

        Assert.Contains("loud", ReadLogs(), StringComparison.Ordinal);
        Assert.DoesNotContain("quiet", ReadLogs(), StringComparison.Ordinal);
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException($"{Canary} is wrong", new IOException(Canary));
        }
        catch (InvalidOperationException thrown)
        {
            return thrown;
        }
    }

    private string ReadLogs() => string.Concat(Directory.GetFiles(scratch.PathOf("logs")).Select(File.ReadAllText));
}
