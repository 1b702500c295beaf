namespace IntegrationHub.Connectors.Http;

/// <summary>How the calls of one connection behave.</summary>
public sealed record HttpSettings
{
    /// <summary>The longest that one call may take with all its attempts and waits. Default 3 minutes.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The longest that one attempt may take until its whole answer is there. Default 30 seconds.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts after the first one, 1 to 10. Only what is safe to repeat is repeated. Default 3.</summary>
    public int RetriesMax { get; init; } = 3;

    /// <summary>Attempt n is followed by a random pause between zero and this times 2^n (full jitter). Default 1 second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause. Default 30 seconds.</summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call waits for its turn when the system asked for fewer calls; a longer wait ends it as throttled. Default 45 seconds.</summary>
    public TimeSpan ThrottleWaitMax { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The largest answer in bytes, after decompression. Default 32 MiB.</summary>
    public int ResponseBytesMax { get; init; } = 32 << 20;

    /// <summary>When this share of the calls of half a minute failed, calls are refused for <see cref="BreakDuration"/>. Default 0.8.</summary>
    public double BreakRatio { get; init; } = 0.8;

    /// <summary>The fewest calls in half a minute that can open the circuit, 2 or more. Default 10.</summary>
    public int BreakCallsMin { get; init; } = 10;

    /// <summary>How long an open circuit refuses calls. Default 15 seconds.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(15);

    public BudgetSettings Budget { get; init; } = new();
}

/// <summary>How many calls a credential may make. All connections and flows that use the credential share it; of two settings the stricter counts.</summary>
public sealed record BudgetSettings
{
    /// <summary>Calls in any window of <see cref="Interval"/>; null does not limit them.</summary>
    public int? Calls { get; init; }

    /// <summary>Default 1 second.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls under way at the same time. Default 4.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Calls in one UTC day; null does not limit them.</summary>
    public int? DailyCalls { get; init; }

    /// <summary>The share of the daily calls that bulk reading leaves to live work, 0 to 1. Default 0.2.</summary>
    public double DailyReserve { get; init; } = 0.2;

    /// <summary>Where answers say how much is left; null when they do not.</summary>
    public BudgetSignals? Signals { get; init; }
}

/// <summary>Response headers that tell the state of a budget. Null for a header that the system does not send.</summary>
public sealed record BudgetSignals
{
    /// <summary>Calls left in the present window.</summary>
    public string? Remaining { get; init; }

    /// <summary>When the window ends: seconds from now, epoch seconds, epoch milliseconds or an HTTP date, told apart by size.</summary>
    public string? Reset { get; init; }

    /// <summary>Daily use as <c>18/5000</c> anywhere in the header (Salesforce: <c>api-usage=18/5000</c>).</summary>
    public string? DailyUse { get; init; }

    /// <summary>Calls left in the day.</summary>
    public string? DailyRemaining { get; init; }
}
