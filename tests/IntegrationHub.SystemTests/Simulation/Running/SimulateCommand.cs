using System.Globalization;
using IntegrationHub.SystemTests.Simulation.Canaries;
using IntegrationHub.SystemTests.Simulation.Script;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary><c>simulate --seeds N --steps M --seed S [--canary NAME] [--trace]</c>: runs the simulation from the command line. A trace shows one seed,
/// its script made small when it fails.</summary>
internal static class SimulateCommand
{
    private const string Usage = "simulate [--seeds N] [--steps M] [--seed S] [--canary NAME] [--trace]";

    /// <returns>0 nothing found, 1 something found (with a canary: the other way round), 2 wrong use.</returns>
    public static int Run(string[] args, TextWriter output)
    {
        var (seeds, steps, first, canary, isTraced) = (120, 500, 1, "", false);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seeds" when int.TryParse(value, CultureInfo.InvariantCulture, out seeds): i++; break;
                case "--steps" when int.TryParse(value, CultureInfo.InvariantCulture, out steps): i++; break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out first): i++; break;
                case "--canary" when PlantedBugs.Find(value) is not null: (canary, i) = (value, i + 1); break;
                case "--trace": isTraced = true; break;
                default:
                    output.WriteLine($"'{args[i]} {value}' is not understood. Use: {Usage}. Canaries: {string.Join(", ", PlantedBugs.Names)}.");
                    return 2;
            }
        }

        if (canary.Length > 0)
            return Hunt(canary, seeds, steps, first, output);
        return isTraced ? TraceOne(first, steps, output) : RunAll(seeds, steps, first, output);
    }

    private static int RunAll(int seeds, int steps, int first, TextWriter output)
    {
        var report = new Campaign(steps, Canary.None).Run([.. Enumerable.Range(first, seeds)]);
        output.WriteLine(Describe(report));
        if (report.Failed.Count == 0)
            return report.Diverged.Count == 0 ? 0 : 1;
        output.WriteLine(Explain(report.Failed[0].Seed, steps));
        return 1;
    }

    private static int Hunt(string canary, int seeds, int steps, int first, TextWriter output)
    {
        var report = new Campaign(steps, PlantedBugs.Find(canary)!).Run([.. Enumerable.Range(first, seeds)], stopsAtFirst: true);
        output.WriteLine(report.Failed.Count == 0
            ? $"{canary}: not found in {report.Seeds} seeds"
            : $"{canary}: found by seed {report.Failed[0].Seed}: {Head(report.Failed[0].Findings[0])}");
        return report.Failed.Count == 0 ? 1 : 0;
    }

    private static int TraceOne(int seed, int steps, TextWriter output)
    {
        var script = Scripts.Draw(seed, steps);
        if (SimRun.Run(seed, script, Canary.None).Findings is [var finding, ..])
            script = Shrinking.Shrink(seed, script, finding, Canary.None);
        var report = SimRun.Run(seed, script, Canary.None, output.WriteLine);
        output.WriteLine($"{report.Digest}\n{string.Join("\n", report.Findings)}");
        return report.Findings.Count == 0 ? 0 : 1;
    }

    public static string Describe(CampaignReport report)
    {
        var lines = new List<string>
        {
            $"{report.Seeds} seeds x {report.Steps} steps in {report.Took.TotalSeconds:0.0} s: {report.Seeds * (long)report.Steps / report.Took.TotalSeconds:0} steps/s",
            $"faults: {string.Join(", ", report.Faults.Select(static one => $"{one.Key} {one.Value}"))}",
            $"crash points: {string.Join(", ", report.Crashes.Select(static one => $"{one.Key} {one.Value}"))}",
            $"{report.Failed.Count} seeds failed, {report.Diverged.Count} seeds differed when run again: {string.Join(' ', report.Diverged)}",
        };
        lines.AddRange(report.Failed.Take(40).Select(static one => $"  {one.Seed}: {one.Findings.Count} findings, {Head(one.Findings[0])}"));
        return string.Join('\n', lines);
    }

    /// <summary>A failing seed with its script made small.</summary>
    public static string Explain(int seed, int steps)
    {
        var script = Scripts.Draw(seed, steps);
        script = Shrinking.Shrink(seed, script, SimRun.Run(seed, script, Canary.None).Findings[0], Canary.None);
        var findings = SimRun.Run(seed, script, Canary.None).Findings;
        return $"Seed {seed} fails with {script.Count} steps:\n  {string.Join("\n  ", script.Select(static (step, at) => $"{at + 1}. {step}"))}\nFindings:\n  {string.Join("\n  ", findings)}";
    }

    private static string Head(string finding) => finding.Split('\n')[0] is var line && line.Length > 220 ? line[..220] : line;
}
