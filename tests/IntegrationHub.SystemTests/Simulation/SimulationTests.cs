using System.Globalization;
using IntegrationHub.SystemTests.Simulation.Canaries;
using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Script;
using Xunit;

namespace IntegrationHub.SystemTests.Simulation;

/// <summary>The whole hub in a simulated world. More of it, and at night: <c>simulate</c>, see the README beside this file.</summary>
public sealed class SimulationTests
{
    private static int Seeds => Variable("SEEDS", 80);

    private static int Steps => Variable("STEPS", 150);

    [Fact]
    public void EverySeedEndsInAgreement()
    {
        var report = new Campaign(Steps, Canary.None).Run([.. Enumerable.Range(1, Seeds)]);
        TestContext.Current.TestOutputHelper?.WriteLine(SimulateCommand.Describe(report));
        Assert.True(report.Failed.Count == 0, Explain(report));
        Assert.True(report.Diverged.Count == 0, $"Run twice, these seeds made two histories: {string.Join(' ', report.Diverged)}");
        // A simulation in which nothing goes wrong proves nothing.
        Assert.InRange(report.Faults.Count, 20, 100);
        Assert.InRange(report.Crashes.Count, 10, 100);
    }

    [Fact]
    public void SeedsThatFoundABugStayWell()
    {
        foreach (var (seed, steps) in RegressionSeeds())
        {
            var report = new Campaign(steps, Canary.None).Run([seed]);
            Assert.True(report.Failed.Count == 0, Explain(report));
        }
    }

    /// <summary>Four of the planted bugs, each with the seed that finds it; <c>simulate --canary NAME</c> hunts any of them.</summary>
    [Theory]
    [InlineData("blind-create-retry")]
    [InlineData("etag-ignored")]
    [InlineData("hash-tie-break")]
    [InlineData("retry-after-ignored")]
    public void APlantedBugIsFound(string name)
    {
        var (seed, steps) = PlantedBugs.FoundBy(name);
        Assert.NotEmpty(SimRun.Run(seed, Scripts.Draw(seed, steps), PlantedBugs.Find(name)!).Findings);
        Assert.Empty(SimRun.Run(seed, Scripts.Draw(seed, steps), Canary.None).Findings);
    }

    private static string Explain(CampaignReport report) =>
        report.Failed.Count == 0 ? "" : $"{SimulateCommand.Describe(report)}\n{SimulateCommand.Explain(report.Failed[0].Seed, report.Steps)}";

    private static IEnumerable<(int Seed, int Steps)> RegressionSeeds()
    {
        using var file = new StreamReader(typeof(SimulationTests).Assembly.GetManifestResourceStream("seeds.txt")!);
        while (file.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#' && line.Split(' ') is [var seed, var steps, ..])
                yield return (int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(steps, CultureInfo.InvariantCulture));
        }
    }

    private static int Variable(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable($"INTEGRATIONHUB_SIMULATION_{name}"), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
