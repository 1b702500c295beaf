namespace IntegrationHub.Sandbox;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>The request is answered with <see cref="Fault.Status"/> and not carried out.</summary>
    Status,

    /// <summary>The request is carried out at once, the answer comes after <see cref="Fault.Delay"/> on the sandbox's clock.</summary>
    Delay,

    /// <summary>The connection breaks before anything is done.</summary>
    DropBeforeCommit,

    /// <summary>The request is carried out, then the connection breaks: the caller cannot know.</summary>
    DropAfterCommit,

    /// <summary>The request is carried out; the connection breaks in the middle of the answer.</summary>
    TruncateBody,

    /// <summary>The request is carried out; the answer arrives whole as HTTP, but half its body is missing.</summary>
    TornBody,

    /// <summary>In a batch, every second item fails with <c>temporarily_unavailable</c>; others are carried out. Other requests
    /// pass.</summary>
    PartialBatch,

    /// <summary>A list shows no records, and its next page is this one again.</summary>
    EmptyPage,

    /// <summary>A list's next page is this one again.</summary>
    RepeatPage,

    /// <summary>Every token handed out so far is void, and this request is refused as unauthorised.</summary>
    TokenExpired,

    /// <summary>Somebody opens the record that the request names: writes are refused as locked for <see cref="Fault.Delay"/>. A request
    /// that names none is itself refused.</summary>
    Lock,
}

/// <summary>One defect with its particulars.</summary>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>For <see cref="FaultKind.Status"/>. Default 503.</summary>
    public int Status { get; init; } = 503;

    /// <summary>For <see cref="FaultKind.Status"/>, e.g. <c>Retry-After</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>For <see cref="FaultKind.Status"/>. Default none.</summary>
    public string? Body { get; init; }

    /// <summary>For <see cref="FaultKind.Delay"/> and <see cref="FaultKind.Lock"/>. Default 30 seconds.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Which calls a fault befalls. Conditions that are not set hold for every call; <c>/sandbox</c> is always spared, and
/// <c>/oauth</c> unless the prefix names it.</summary>
public sealed record FaultMatch
{
    /// <summary>The HTTP method.</summary>
    public string? Method { get; init; }

    /// <summary>How the path begins, without a host's prefix, e.g. <c>/api/contacts</c>.</summary>
    public string? PathPrefix { get; init; }

    public string? RecordSet { get; init; }

    /// <summary>The first call befallen, of those that match otherwise, from 1. Default 1.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>How many calls are befallen in all. Default 1; null means without end.</summary>
    public int? Times { get; init; } = 1;

    /// <summary>The chance of each matching call from the n-th on, 0 to 1, drawn from the system's seeded random source. Default
    /// 1.</summary>
    public double Probability { get; init; } = 1;
}

/// <summary>A line in the script of faults.</summary>
public sealed record FaultRule(FaultMatch Match, Fault Fault);
