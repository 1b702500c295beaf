using System.Globalization;
using IntegrationHub.UnitTests.Scenarios.Histories;
using Xunit;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>Random histories of two and three systems: users create, edit, clear, revert and delete, answers get lost before and after they took effect, records
/// are refused, calls throttled, pages break off, other workers work during a write, the hub is killed and started again. Then everybody rests, and the
/// invariants must hold. A seed always makes the same history.</summary>
public sealed class RandomHistories
{
    private const int Steps = 80;

    /// <summary>Histories of one run; more of them with the variable INTEGRATIONHUB_HISTORY_SEEDS.</summary>
    private static int Seeds => Variable("SEEDS", 60);

    /// <summary>The first seed, to look at one that failed: INTEGRATIONHUB_HISTORY_FIRST.</summary>
    private static int FirstSeed => Variable("FIRST", 1);

    [Fact]
    public async Task EveryHistoryEndsInAgreement()
    {
        var failed = new List<(int Seed, string Finding)>();
        foreach (var seed in Enumerable.Range(FirstSeed, Seeds))
        {
            if ((await HistoryRun.FindingsAsync(seed, StepsOf(seed))).FirstOrDefault() is { } finding)
                failed.Add((seed, finding));
        }

        if (failed.Count > 0)
            Assert.Fail($"{await ExplainAsync(failed[0].Seed)}\nAll {failed.Count} of {Seeds} seeds that failed:\n  {string.Join("\n  ", failed.Select(static one => $"{one.Seed}: {one.Finding.Split('\n')[0][..Math.Min(120, one.Finding.Split('\n')[0].Length)]}"))}");
    }

    private static int Variable(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable($"INTEGRATIONHUB_HISTORY_{name}"), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static IReadOnlyList<HistoryStep> StepsOf(int seed) => HistoryStep.Draw(new Random(seed), Steps);

    private static async Task<string> ExplainAsync(int seed)
    {
        var steps = await ShrinkAsync(seed, StepsOf(seed));
        var findings = await HistoryRun.FindingsAsync(seed, steps);
        return $"Seed {seed} fails with {steps.Count} steps:\n  {string.Join("\n  ", steps.Select(static (step, at) => $"{at + 1}. {step}"))}\nFindings:\n  {string.Join("\n  ", findings)}";
    }

    // Leaves out halves, then quarters, and so on down to single steps, as long as it still fails in the same way.
    private static async Task<IReadOnlyList<HistoryStep>> ShrinkAsync(int seed, IReadOnlyList<HistoryStep> steps)
    {
        var kind = KindOf((await HistoryRun.FindingsAsync(seed, steps))[0]);
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var start = 0; start < steps.Count;)
            {
                HistoryStep[] fewer = [.. steps.Take(start), .. steps.Skip(start + size)];
                if ((await HistoryRun.FindingsAsync(seed, fewer)).Any(finding => KindOf(finding) == kind))
                    steps = fewer;
                else
                    start += size;
            }
        }

        return steps;
    }

    private static string KindOf(string finding) => finding[..Math.Min(finding.Length, finding.IndexOf(':', StringComparison.Ordinal))];
}
