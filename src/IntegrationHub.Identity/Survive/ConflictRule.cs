using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity;

/// <summary>One side of a field that two records hold.</summary>
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

/// <summary>Settles one field between two records by the rule of the policy, as <see cref="SurvivorshipPolicy.Merge"/> does, and says why.</summary>
public static class ConflictRule
{
    /// <param name="baseValue">The value on which both last agreed; null when there was none.</param>
    public static ConflictDecision Decide(SurvivorshipRule rule, FieldValue? baseValue, ConflictSide left, ConflictSide right) =>
        new(ConflictWinner.Same, baseValue, rule.BlanksWin && left == right, "");
}
