using IntegrationHub.SystemTests.Simulation.Canaries;
using IntegrationHub.SystemTests.Simulation.Script;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>Makes a failing script small (delta debugging, A. Zeller and R. Hildebrandt, 2002): leaves out halves, then quarters, down to single steps, as long as the
/// run still fails in the same way.</summary>
internal static class Shrinking
{
    /// <param name="triesMax">So many runs at most.</param>
    public static IReadOnlyList<SimEvent> Shrink(int seed, IReadOnlyList<SimEvent> script, string finding, Canary planted, int triesMax = 1_500)
    {
        var kind = KindOf(finding);
        for (var size = script.Count / 2; size > 0; size /= 2)
        {
            for (var start = 0; start < script.Count && triesMax-- > 0;)
            {
                SimEvent[] fewer = [.. script.Take(start), .. script.Skip(start + size)];
                if (SimRun.Run(seed, fewer, planted).Findings.Any(other => KindOf(other) == kind))
                    script = fewer;
                else
                    start += size;
            }
        }

        return script;
    }

    /// <summary>The invariant that a finding names, and the words after it that hold no record's name.</summary>
    private static string KindOf(string finding) => finding[..finding.IndexOf(':', StringComparison.Ordinal)];
}
