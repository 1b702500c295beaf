using System.Collections.Concurrent;
using System.Diagnostics;
using IntegrationHub.SystemTests.Simulation.Canaries;
using IntegrationHub.SystemTests.Simulation.Script;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>A seed whose run did not end well.</summary>
internal sealed record FailedSeed(int Seed, IReadOnlyList<string> Findings);

/// <summary>What many runs came to.</summary>
/// <param name="Diverged">Seeds that were run twice and did not make the same history.</param>
internal sealed record CampaignReport(
    int Seeds, int Steps, TimeSpan Took, IReadOnlyList<FailedSeed> Failed, IReadOnlyList<int> Diverged, IReadOnlyDictionary<string, int> Faults,
    IReadOnlyDictionary<string, int> Crashes);

/// <summary>Runs many seeds, each on one thread, as many at once as there are processors.</summary>
internal sealed class Campaign(int steps, Canary planted)
{
    /// <summary>Every so-manieth seed is run twice.</summary>
    private const int TwiceEvery = 20;

    private readonly ConcurrentBag<FailedSeed> failed = [];
    private readonly ConcurrentBag<int> diverged = [];
    private readonly SortedDictionary<string, int> faults = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> crashes = new(StringComparer.Ordinal);

    /// <param name="stopsAtFirst">Begins no further seed once one has failed.</param>
    public CampaignReport Run(IReadOnlyCollection<int> seeds, bool stopsAtFirst = false)
    {
        var clock = Stopwatch.StartNew();
        var waiting = new ConcurrentQueue<int>(seeds);
        var done = 0;
        // Threads of their own: the pool's have no part in a run, and whoever hops to one is noticed.
        var threads = Enumerable.Range(0, Math.Min(seeds.Count, Environment.ProcessorCount)).Select(_ => new Thread(() =>
        {
            while (!(stopsAtFirst && !failed.IsEmpty) && waiting.TryDequeue(out var seed))
            {
                Run(seed);
                Interlocked.Increment(ref done);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return new(done, steps, clock.Elapsed, [.. failed.OrderBy(static one => one.Seed)], [.. diverged.Order()], faults, crashes);
    }

    private void Run(int seed)
    {
        var script = Scripts.Draw(seed, steps);
        var report = SimRun.Run(seed, script, planted);
        if (report.Findings.Count > 0)
            failed.Add(new(seed, report.Findings));
        if (seed % TwiceEvery == 0 && SimRun.Run(seed, script, planted).Digest != report.Digest)
            diverged.Add(seed);
        Add(faults, report.Faults);
        Add(crashes, report.Crashes);
    }

    private static void Add(SortedDictionary<string, int> sums, IReadOnlyDictionary<string, int> counts)
    {
        lock (sums)
        {
            foreach (var (name, count) in counts)
                sums[name] = sums.GetValueOrDefault(name) + count;
        }
    }
}
