namespace IntegrationHub.Mapping.Jsonata;

/// <summary>What one evaluation may use. Whoever writes expressions is not trusted with more.</summary>
public sealed record JsonataLimits
{
    /// <summary>Nested evaluations, at least 1. Beyond it D1011. Default 5,000; a smaller stack of the machine ends earlier, with the same
    /// code.</summary>
    public int Depth { get; init; } = 5_000;

    /// <summary>Steps: items of paths and loops, calls of functions, and 64 characters of text each. Beyond it D1012. Default
    /// 20,000,000.</summary>
    public long Steps { get; init; } = 20_000_000;

    /// <summary>Time of one evaluation, and of one match of a regular expression. Beyond it D1012. Default 5 seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Items of one sequence or array. Beyond it D2015. Default 1,000,000.</summary>
    public int Items { get; init; } = 1_000_000;

    /// <summary>Characters of one text, and of the result written as JSON. Beyond it D2015. Default 5,000,000.</summary>
    public int Characters { get; init; } = 5_000_000;

    /// <summary>The defaults.</summary>
    public static JsonataLimits Default { get; } = new();
}
