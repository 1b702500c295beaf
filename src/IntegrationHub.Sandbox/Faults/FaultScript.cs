namespace IntegrationHub.Sandbox;

/// <summary>A rule with what has become of it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Matched">How many calls matched so far.</param>
/// <param name="Fired">How many calls were befallen.</param>
public sealed record FaultRuleState(FaultRule Rule, int Matched, int Fired);

/// <summary>What shall go wrong with which call. When several rules are due, the first added befalls the call.</summary>
public sealed class FaultScript
{
    private readonly Lock gate;
    private readonly Random random;
    private readonly List<FaultRuleState> rules = [];

    internal FaultScript(SandboxSystem system)
    {
        gate = system.Gate;
        random = system.Random;
    }

    /// <summary>The rules in the order of addition, spent ones too.</summary>
    public IReadOnlyList<FaultRuleState> Rules
    {
        get
        {
            lock (gate)
                return [.. rules];
        }
    }

    public void Add(FaultRule rule)
    {
        lock (gate)
            rules.Add(new FaultRuleState(rule, 0, 0));
    }

    /// <summary>A fault for calls by method and path, by default for the first one only.</summary>
    public void Add(Fault fault, string? method = null, string? pathPrefix = null, int nth = 1, int? times = 1) =>
        Add(new FaultRule(new FaultMatch { Method = method, PathPrefix = pathPrefix, Nth = nth, Times = times }, fault));

    /// <summary>From now on all goes well.</summary>
    public void Clear()
    {
        lock (gate)
            rules.Clear();
    }

    /// <summary>Counts a call and says what befalls it.</summary>
    internal Fault? Next(string method, string path, string? recordSet)
    {
        Fault? due = null;
        for (var index = 0; index < rules.Count; index++)
        {
            var state = rules[index];
            if (!Matches(state.Rule.Match, method, path, recordSet))
                continue;
            state = state with { Matched = state.Matched + 1 };
            if (due is null && IsDue(state))
            {
                due = state.Rule.Fault;
                state = state with { Fired = state.Fired + 1 };
            }
            rules[index] = state;
        }
        return due;
    }

    private bool IsDue(FaultRuleState state)
    {
        var match = state.Rule.Match;
        return state.Matched >= match.Nth
            && (match.Times is not { } times || state.Fired < times)
            && (match.Probability >= 1 || random.NextDouble() < match.Probability);
    }

    private static bool Matches(FaultMatch match, string method, string path, string? recordSet) =>
        (match.Method is null || string.Equals(match.Method, method, StringComparison.OrdinalIgnoreCase))
        && (match.PathPrefix is null
            ? !path.StartsWith("/oauth", StringComparison.Ordinal)
            : path.StartsWith(match.PathPrefix, StringComparison.Ordinal))
        && (match.RecordSet is null || match.RecordSet == recordSet);
}
