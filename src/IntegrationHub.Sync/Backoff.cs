namespace IntegrationHub.Sync;

/// <summary>How long to wait after failures: exponential with full jitter (M. Brooker, "Exponential backoff and jitter", 2015).</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SpreadMost = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <param name="failures">Failures in a row, at least 1.</param>
    /// <param name="asked">What the system asked for; it wins, plus up to a tenth, a minute at most, so that not everybody comes back at once.</param>
    public static TimeSpan After(int failures, TimeSpan? asked, Random random)
    {
        double share;
        lock (random) // Workers share one seeded source, and Random itself is not safe for that.
            share = random.NextDouble();
        if (asked is { } wait)
            return wait + TimeSpan.FromTicks((long)(Math.Min(wait.Ticks / 10, SpreadMost.Ticks) * share));
        var ceiling = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 20)));
        return TimeSpan.FromSeconds(Math.Max(0.5, share * ceiling));
    }
}
