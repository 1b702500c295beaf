using System.ComponentModel.DataAnnotations;

namespace IntegrationHub.Sync;

/// <summary>Settings under <c>sync</c> in the hub's configuration.</summary>
public sealed class SyncOptions
{
    /// <summary>Records that go through MAP to PLAN in one transaction, 1 to 2,000. Default 500.</summary>
    [Range(1, 2_000)]
    public int BatchSize { get; init; } = 500;

    /// <summary>How long a connector may take for one page or one batch before it is given up, 1 second to 1 hour. Default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a worker's lease runs without renewal, 5 seconds to 1 hour. Longer than <see cref="CallTimeout"/>. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Attempts of one delivery before it becomes a dead letter, 1 to 100. Default 8.</summary>
    [Range(1, 100)]
    public int DeliveryAttemptsMax { get; init; } = 8;

    /// <summary>How long a lost answer is left alone before the record is read back, 0 to 10 minutes: the system may still be working on the request of a
    /// connection that broke. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan LostAnswerGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what a deletion implies elsewhere waits, where the system also says which records it has merged: the deletion of the merged one may
    /// come first, alone. As long a merge waits for the record that survives it. 0 to 1 day. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MergeWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a field may go back to the value before within <see cref="OscillationWindow"/> until it is paused, 2 to 1,000. Default 8.</summary>
    [Range(2, 1_000)]
    public int OscillationTurns { get; init; } = 8;

    /// <summary>The time in which turns of one field belong together, 1 minute to 30 days. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan OscillationWindow { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often due work is looked for when no wake-up came, 1 second to 1 minute. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(5);
}
