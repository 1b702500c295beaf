namespace IntegrationHub.SystemTests.Simulation.Systems;

/// <summary>How one system behaves. Several kinds stand for what vendors' systems are like; a seed draws the rest.</summary>
internal sealed record Manner
{
    /// <summary>The kinds, by name. A world has 3 to 8 systems, each of another kind.</summary>
    public static readonly string[] Kinds = ["upsert", "unique", "lagging", "bare", "batch", "shifting", "legacy", "metered"];

    public required string Kind { get; init; }

    /// <summary>A create whose hub id the system holds already brings that record up to date.</summary>
    public bool UpsertsByHubId { get; init; }

    /// <summary>No two live records may have one e-mail address.</summary>
    public bool HasUniqueEmail { get; init; }

    /// <summary>Lists and searches may miss a write for so long; each write for a time of its own, up to this.</summary>
    public TimeSpan IndexLagMax { get; init; }

    /// <summary>Deleted records are not shown: what a complete read does not show is gone.</summary>
    public bool ForgetsDeleted { get; init; }

    /// <summary>Deleted records can be looked up, shown as deleted, and taken back by a user.</summary>
    public bool SoftDeletes { get; init; }

    /// <summary>Refuses a write of which the version is not the present one, as with <c>If-Match</c>.</summary>
    public bool ComparesVersion { get; init; }

    /// <summary>Trims, makes e-mail addresses lower case, takes spaces out of telephone numbers.</summary>
    public bool Normalises { get; init; }

    /// <summary>Cuts titles to so many characters; null keeps them whole.</summary>
    public int? TitleMax { get; init; }

    /// <summary>Refuses this value of <c>status</c> for good, as a picklist does.</summary>
    public string? RefusedStatus { get; init; }

    /// <summary>Pages by offset over a list that moves under it.</summary>
    public bool PagesByOffset { get; init; }

    /// <summary>Calls a day; null does not count.</summary>
    public int? CallsPerDay { get; init; }

    /// <summary>Whether the answer to a write holds the record.</summary>
    public bool AnswersWithRecord { get; init; } = true;

    /// <summary>Whether an empty field is shown as <c>""</c>; otherwise as null.</summary>
    public bool ShowsEmptyText { get; init; }

    public int PageSize { get; init; } = 20;

    public int WriteBatchMax { get; init; } = 20;

    /// <summary>By how much the system's clock is wrong.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>A call's way there and back, on average.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(80);

    public static Manner Draw(string kind, Random random)
    {
        var drawn = new Manner
        {
            Kind = kind,
            PageSize = 3 + random.Next(40),
            WriteBatchMax = 1 + random.Next(20),
            Latency = TimeSpan.FromMilliseconds(5 + random.Next(400)),
            ShowsEmptyText = random.Next(2) == 0,
            AnswersWithRecord = random.Next(3) != 0,
            ForgetsDeleted = kind != "lagging" && random.Next(4) == 0,
            SoftDeletes = random.Next(2) == 0,
        };
        return kind switch
        {
            "upsert" => drawn with { UpsertsByHubId = true, ForgetsDeleted = false, SoftDeletes = true, ComparesVersion = true },
            "unique" => drawn with { HasUniqueEmail = true, Normalises = true },
            "lagging" => drawn with { IndexLagMax = TimeSpan.FromSeconds(1 + random.Next(60)) },
            "bare" => drawn with { ForgetsDeleted = true, SoftDeletes = false },
            "batch" => drawn with { WriteBatchMax = 50, AnswersWithRecord = false },
            "shifting" => drawn with { PagesByOffset = true, PageSize = 5 + random.Next(10) },
            "legacy" => drawn with { Normalises = true, TitleMax = 12, RefusedStatus = "blocked" },
            _ => drawn with { CallsPerDay = 200 + random.Next(800) },
        };
    }
}
