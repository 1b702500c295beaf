using IntegrationHub.Abstractions;
using IntegrationHub.Identity.Survive;

namespace IntegrationHub.Identity;

/// <summary>One side of a field that two records hold.</summary>
/// <param name="Value">What the record says; explicitly empty for a clear.</param>
/// <param name="At">Since when.</param>
/// <param name="RecordId">The hub's id of the source record.</param>
/// <param name="Connection">The connection that holds it.</param>
/// <param name="Stream">The stream of the connection.</param>
public readonly record struct ConflictSide(FieldValue Value, DateTimeOffset At, long RecordId, string Connection, string Stream);

/// <summary>Whose value a field gets.</summary>
public enum ConflictWinner
{
    /// <summary>Both say the same: nothing to decide.</summary>
    Same,
    Left,
    Right,

    /// <summary>Both, united; <see cref="ConflictDecision.Value"/> is neither side's alone.</summary>
    Both,

    /// <summary>A person decides; until then the field is to be held at the base.</summary>
    Undecided,
}

/// <summary>How a difference between two records was settled.</summary>
/// <param name="Winner">Whose value it is.</param>
/// <param name="Value">The value that the field gets; the base when <see cref="ConflictWinner.Undecided"/> (null = absent).</param>
/// <param name="IsConflict">Whether both sides differ from the base and from each other.</param>
/// <param name="Reason">A short, stable text for the log, such as <c>mostRecent: later edit</c>; no value.</param>
public readonly record struct ConflictDecision(ConflictWinner Winner, FieldValue? Value, bool IsConflict, string Reason);

/// <summary>Settles one field between two records by the rule of the policy and says why.</summary>
/// <remarks>
/// Always says what <see cref="SurvivorshipPolicy.Merge"/> makes of the same two claims, and for <see cref="ConflictWinner.Undecided"/>
/// what it makes of them together with a <see cref="HeldField"/> at the base.
/// </remarks>
public static class ConflictRule
{
    /// <param name="rule">The rule for the field (<see cref="SurvivorshipPolicy.RuleFor"/>).</param>
    /// <param name="baseValue">The value on which both last agreed; null when there was none, so that every difference is a conflict.</param>
    /// <param name="left">One side.</param>
    /// <param name="right">The other; exchanging the sides exchanges the answer and nothing else.</param>
    public static ConflictDecision Decide(SurvivorshipRule rule, FieldValue? baseValue, ConflictSide left, ConflictSide right)
    {
        if (left.Value == right.Value)
            return new(ConflictWinner.Same, left.Value, IsConflict: false, "both sides say the same");
        var isConflict = left.Value != baseValue && right.Value != baseValue;
        if (isConflict && rule.Kind == SurvivorshipKind.Manual)
            return new(ConflictWinner.Undecided, baseValue, isConflict, $"{rule.Name}: a person decides");
        if (rule.Kind == SurvivorshipKind.Union && Union.Unites(left.Value, right.Value))
            return United(rule, isConflict, left.Value, right.Value);
        var leftWins = ClaimOrder.Compare(rule, left, right, out var by) < 0;
        return leftWins
            ? new(ConflictWinner.Left, left.Value, isConflict, $"{rule.Name}: {Called(by)}")
            : new(ConflictWinner.Right, right.Value, isConflict, $"{rule.Name}: {Called(by)}");
    }

    private static ConflictDecision United(SurvivorshipRule rule, bool isConflict, FieldValue left, FieldValue right)
    {
        var value = Union.Of(left, right);
        var winner = value == left ? ConflictWinner.Left : value == right ? ConflictWinner.Right : ConflictWinner.Both;
        return new(winner, value, isConflict, $"{rule.Name}: {(winner == ConflictWinner.Both ? "members of both" : "has every member")}");
    }

    private static string Called(Criterion by) => by switch
    {
        Criterion.Blank => "a value stands before a clear",
        Criterion.Restriction => "more restrictive",
        Criterion.Completeness => "more complete",
        Criterion.Priority => "connection listed earlier",
        Criterion.Time => "later edit",
        Criterion.PriorityAtOneTime => "same time, connection listed earlier",
        Criterion.Connection => "tie, first connection by name",
        Criterion.Stream => "tie, first stream by name",
        Criterion.Record => "tie, lowest record id",
        _ => "tie, first value in order",
    };
}
