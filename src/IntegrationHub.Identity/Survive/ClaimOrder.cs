using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Survive;

/// <summary>What told two claims apart.</summary>
internal enum Criterion
{
    Blank,
    Restriction,
    Completeness,
    Priority,
    Time,
    PriorityAtOneTime,
    Connection,
    Stream,
    Record,
    Value,
}

/// <summary>
/// The total order of the claims on one field under one rule. Each criterion is an order of its own and they are asked one after the
/// other, so the first of a cluster's claims is the same in whatever order they are compared.
/// </summary>
internal static class ClaimOrder
{
    /// <returns>Negative when <paramref name="left"/> wins, positive when <paramref name="right"/> does, 0 when they are the same claim.</returns>
    public static int Compare(SurvivorshipRule rule, in ConflictSide left, in ConflictSide right, out Criterion by)
    {
        int order;
        by = Criterion.Blank;
        if (!rule.BlanksWin && left.Value.IsEmpty != right.Value.IsEmpty)
            return left.Value.IsEmpty ? 1 : -1;

        by = Criterion.Restriction;
        if (rule.Kind == SurvivorshipKind.MostRestrictive
            && (order = LeniencyOf(rule.Values, left.Value).CompareTo(LeniencyOf(rule.Values, right.Value))) != 0)
            return order;

        by = Criterion.Completeness;
        if (rule.Kind == SurvivorshipKind.MostComplete && (order = SizeOf(right.Value).CompareTo(SizeOf(left.Value))) != 0)
            return order;

        by = Criterion.Priority;
        if (rule.Kind == SurvivorshipKind.SourcePriority && (order = ComparePriority(rule, left, right)) != 0)
            return order;

        by = Criterion.Time;
        if ((order = right.At.CompareTo(left.At)) != 0)
            return order;

        by = Criterion.PriorityAtOneTime;
        return (order = ComparePriority(rule, left, right)) != 0 ? order : CompareOrigin(left, right, out by);
    }

    private static int CompareOrigin(in ConflictSide left, in ConflictSide right, out Criterion by)
    {
        int order;
        by = Criterion.Connection;
        if ((order = string.CompareOrdinal(left.Connection, right.Connection)) != 0)
            return order;

        by = Criterion.Stream;
        if ((order = string.CompareOrdinal(left.Stream, right.Stream)) != 0)
            return order;

        by = Criterion.Record;
        if ((order = left.RecordId.CompareTo(right.RecordId)) != 0)
            return order;

        // One record claims a field once. Should it ever be handed in twice, not even that depends on the order.
        by = Criterion.Value;
        return CompareValues(left.Value, right.Value);
    }

    /// <summary>An order of values without a meaning of its own.</summary>
    public static int CompareValues(FieldValue left, FieldValue right) =>
        left.Kind != right.Kind ? left.Kind.CompareTo(right.Kind) : string.CompareOrdinal(left.AsText, right.AsText);

    private static int ComparePriority(SurvivorshipRule rule, in ConflictSide left, in ConflictSide right) =>
        rule.Order.Count == 0 ? 0 : PlaceOf(rule.Order, left.Connection).CompareTo(PlaceOf(rule.Order, right.Connection));

    private static int PlaceOf(IReadOnlyList<string> order, string connection)
    {
        for (var i = 0; i < order.Count; i++)
        {
            if (order[i] == connection)
                return i;
        }

        return order.Count;
    }

    // Doubled, so that what is empty or unlisted has a place between the least restrictive value and the one before it.
    private static int LeniencyOf(IReadOnlyList<string> values, FieldValue value)
    {
        if (!value.IsEmpty)
        {
            var place = PlaceOf(values, value.AsText);
            if (place < values.Count)
                return 2 * place;
        }

        return 2 * (values.Count - 1) - 1;
    }

    private static int SizeOf(FieldValue value)
    {
        if (value.Kind == FieldKind.Set)
            return value.AsSet.Count;
        var size = 0;
        foreach (var rune in value.AsText.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                size++;
        }

        return size;
    }
}
